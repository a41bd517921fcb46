// The command of `record -- COMMAND`: started but held back until everything is armed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

class ChildCommand {
 public:
  // Forks a child that waits. Fork before any ring-buffer descriptor is open (kernel/tracefs/raw_ring.h). Errors:
  // no such command, not executable.
  // ToStandardError: for a recorder whose own standard output is the recording, as in perf record.
  enum class Output { Own, ToStandardError };
  static Result<ChildCommand> start(const std::vector<std::string>& arguments, Output output = Output::Own);
  ChildCommand(ChildCommand&&) noexcept;
  ChildCommand& operator=(ChildCommand&&) = delete;
  ~ChildCommand();  // a child that was never released ends without running anything

  pid_t pid() const { return pid_; }

  // The child executes the command now.
  Result<void> release();

  // Collects the child if it has ended: 0…255 as a shell would report it (128 + signal). -1: still running.
  int try_wait();

  // Asks a command that still runs to end (SIGTERM), as perf does when a recording is stopped before it;
  // waits a second at most.
  void terminate();

 private:
  ChildCommand(pid_t pid, std::string name, Fd gate, Fd report)
      : pid_(pid), name_(std::move(name)), gate_(std::move(gate)), report_(std::move(report)) {}
  pid_t pid_ = -1;
  std::string name_;
  Fd gate_;    // writing a byte lets the child go; closing it ends the child
  Fd report_;  // errno of a failed execve
  int status_ = -1;
};

}  // namespace uproar
