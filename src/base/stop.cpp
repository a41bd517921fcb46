#include "base/stop.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

namespace uproar {
namespace {

constexpr unsigned kPidfdThread = O_EXCL;  // PIDFD_THREAD (Linux 6.9)

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

bool has_ended(pid_t tid) {
  return ::syscall(SYS_tkill, tid, 0) != 0 && errno == ESRCH;
}

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU})
    sigaddset(&set, signal);
  // nohup asks for that. A shell ignores SIGINT for what it starts in the background, and nobody asked.
  if (is_ignored(SIGHUP)) sigdelset(&set, SIGHUP);
  return set;
}

uint64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

bool stop_signal_waits() {
  sigset_t waiting;
  const sigset_t all = stop_signals();
  sigset_t both;
  return ::sigpending(&waiting) == 0 && ::sigandset(&both, &waiting, &all) == 0 &&
         ::sigisemptyset(&both) == 0;
}

Result<StopWatch> StopWatch::create() {
  StopWatch watch;
  sigset_t set = stop_signals();
  if (::sigprocmask(SIG_BLOCK, &set, &watch.mask_before_) < 0)
    return system_error("cannot block signals", errno);
  watch.masked_ = true;
  watch.signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!watch.signals_.valid()) return system_error("cannot make a signal descriptor", errno);
  return watch;
}

StopWatch::StopWatch(StopWatch&& other) noexcept
    : signals_(std::move(other.signals_)),
      masked_(std::exchange(other.masked_, false)),
      mask_before_(other.mask_before_),
      processes_(std::move(other.processes_)),
      threads_(std::move(other.threads_)),
      watched_any_(other.watched_any_),
      deadline_ns_(other.deadline_ns_),
      signal_(other.signal_),
      usr2_requests_(other.usr2_requests_),
      requested_(other.requested_) {}

StopWatch::~StopWatch() {
  if (!masked_) return;
  sigset_t set = stop_signals();
  // A signal that is still pending was meant for the recording, which is over.
  timespec at_once{};
  while (::sigtimedwait(&set, nullptr, &at_once) > 0) {
  }
  ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

void StopWatch::set_duration_ns(uint64_t duration) {
  deadline_ns_ = monotonic_ns() + duration;
}

Result<void> StopWatch::watch_process(pid_t pid) {
  long fd = ::syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) return system_error("cannot watch process " + std::to_string(pid), errno);
  processes_.emplace_back(static_cast<int>(fd));
  watched_any_ = true;
  return {};
}

Result<void> StopWatch::watch_thread(pid_t tid) {
  const long fd = ::syscall(SYS_pidfd_open, tid, kPidfdThread);
  if (fd >= 0) {
    processes_.emplace_back(static_cast<int>(fd));
  } else if (errno != EINVAL || has_ended(tid)) {
    return system_error("cannot watch thread " + std::to_string(tid), errno);
  } else {
    threads_.push_back(tid);  // looked for at each wait
  }
  watched_any_ = true;
  return {};
}

StopReason StopWatch::wait(const std::vector<int>& fds, int timeout_ms) {
  if (deadline_ns_) {
    uint64_t now = monotonic_ns();
    if (now >= *deadline_ns_) return StopReason::Duration;
    uint64_t left_ms = (*deadline_ns_ - now) / 1'000'000 + 1;
    timeout_ms = static_cast<int>(std::min<uint64_t>(static_cast<uint64_t>(timeout_ms), left_ms));
  }
  std::vector<pollfd> polled{{signals_.get(), POLLIN, 0}};
  for (const Fd& process : processes_) polled.push_back({process.get(), POLLIN, 0});
  for (int fd : fds) polled.push_back({fd, POLLIN, 0});
  if (::poll(polled.data(), polled.size(), timeout_ms) < 0 && errno != EINTR) return StopReason::Signal;

  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (!usr2_requests_ || info.ssi_signo != SIGUSR2) {
      signal_ = static_cast<int>(info.ssi_signo);
      return StopReason::Signal;
    }
    requested_ = true;
  }
  for (size_t i = processes_.size(); i-- > 0;) {
    if (polled[i + 1].revents) processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::erase_if(threads_, has_ended);
  if (watched_any_ && processes_.empty() && threads_.empty()) return StopReason::TargetsEnded;
  if (deadline_ns_ && monotonic_ns() >= *deadline_ns_) return StopReason::Duration;
  return StopReason::None;
}

}  // namespace uproar
