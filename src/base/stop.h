// Why and when a recording ends: signals, time, the end of what is watched.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

// One of the signals that a StopWatch of this thread takes is there and was not yet taken: for whoever waits for
// something else meanwhile.
bool stop_signal_waits();

enum class StopReason { None, Signal, Duration, TargetsEnded };

// Blocks SIGINT, SIGTERM, SIGHUP (unless it is ignored: nohup), SIGQUIT and the others that would end it for the
// calling thread as long as it lives, and takes them from a descriptor, so that a recording is always taken down in order. One may live
// within another: the inner one gets the signals.
class StopWatch {
 public:
  static Result<StopWatch> create();
  StopWatch(StopWatch&&) noexcept;
  StopWatch& operator=(StopWatch&&) = delete;
  ~StopWatch();

  void set_duration_ns(uint64_t duration);  // from now on
  // The recording ends when all watched processes and threads have ended. Errors: no such process.
  Result<void> watch_process(pid_t pid);
  // Errors: no such thread.
  Result<void> watch_thread(pid_t tid);

  // From now on SIGUSR2 is no reason to stop: take_request() tells that it came.
  void take_usr2_as_request() { usr2_requests_ = true; }
  bool take_request() { return std::exchange(requested_, false); }

  // Sleeps until one of `fds` is readable, `timeout_ms` is over or there is a reason to stop; says which
  // reason.
  StopReason wait(const std::vector<int>& fds, int timeout_ms);
  int signal_number() const { return signal_; }

 private:
  StopWatch() = default;
  Fd signals_;
  bool masked_ = false;
  sigset_t mask_before_{};
  std::vector<Fd> processes_;
  std::vector<pid_t> threads_;  // for which the kernel has no descriptor
  bool watched_any_ = false;
  std::optional<uint64_t> deadline_ns_;
  int signal_ = 0;
  bool usr2_requests_ = false;
  bool requested_ = false;
};

}  // namespace uproar
