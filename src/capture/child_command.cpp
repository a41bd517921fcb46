#include "capture/child_command.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace uproar {
namespace {

constexpr int kNotReleased = 125;
constexpr int kExecFailed = 127;

[[noreturn]] void run_child(const std::vector<std::string>& arguments, ChildCommand::Output output, int gate,
                            int report) {
  char go = 0;
  ssize_t got;
  do {
    got = ::read(gate, &go, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) ::_exit(kNotReleased);

  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGXFSZ, SIG_DFL);
  if (output == ChildCommand::Output::ToStandardError) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  int failure = errno;
  [[maybe_unused]] ssize_t put = ::write(report, &failure, sizeof failure);
  ::_exit(kExecFailed);
}

}  // namespace

Result<ChildCommand> ChildCommand::start(const std::vector<std::string>& arguments, Output output) {
  int gate[2];
  int report[2];
  if (::pipe2(gate, O_CLOEXEC) < 0) return system_error("cannot make a pipe", errno);
  Fd gate_read(gate[0]);
  Fd gate_write(gate[1]);
  if (::pipe2(report, O_CLOEXEC) < 0) return system_error("cannot make a pipe", errno);
  Fd report_read(report[0]);
  Fd report_write(report[1]);
  pid_t pid = ::fork();
  if (pid < 0) return system_error("cannot start " + arguments[0], errno);
  if (pid == 0) {
    gate_write.reset();  // or the child would hold its own gate open
    run_child(arguments, output, gate_read.get(), report_write.get());
  }
  return ChildCommand(pid, arguments[0], std::move(gate_write), std::move(report_read));
}

ChildCommand::ChildCommand(ChildCommand&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      name_(std::move(other.name_)),
      gate_(std::move(other.gate_)),
      report_(std::move(other.report_)),
      status_(other.status_) {}

ChildCommand::~ChildCommand() {
  if (pid_ < 0 || !gate_.valid()) return;
  gate_.reset();
  ::waitpid(pid_, nullptr, 0);
}

Result<void> ChildCommand::release() {
  TRY(write_all(gate_.get(), "g", "the child's gate"));
  gate_.reset();
  int failure = 0;
  ssize_t got;
  do {
    got = ::read(report_.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof failure)) {
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    return system_error("cannot run " + name_, failure, "check its name, or give its full path behind --");
  }
  return {};
}

int ChildCommand::try_wait() {
  if (status_ >= 0 || pid_ < 0) return status_;
  int raw = 0;
  pid_t got = ::waitpid(pid_, &raw, WNOHANG);
  if (got == pid_) status_ = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
  return status_;
}

void ChildCommand::terminate() {
  if (pid_ < 0 || try_wait() >= 0) return;
  ::kill(pid_, SIGTERM);
  for (int waited_ms = 0; waited_ms < 1000 && try_wait() < 0; waited_ms += 10) ::usleep(10'000);
}

}  // namespace uproar
