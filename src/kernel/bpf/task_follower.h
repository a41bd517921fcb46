// Processes that a chosen process starts are chosen too, from their first instruction on.
#pragma once

#include <cstdint>

#include "base/fd.h"
#include "base/result.h"
#include "kernel/bpf/bpf_map.h"

namespace uproar {

// Tasks that programs look for (struct uproar_task, values of one byte).
Result<Fd> create_task_map(const std::string& name);

// All threads of a process, or one thread; numbers of the first PID namespace.
Result<void> choose_process(int tasks, int32_t process);
Result<void> choose_thread(int tasks, int32_t thread);

// As long as it lives, a process that a chosen one starts is chosen before it runs, and what has ended is taken
// out. By two small programs at the scheduler's own events, which every kernel since 4.17 has; where a task
// keeps its numbers is in the kernel's type information (/sys/kernel/btf/vmlinux).
class TaskFollower {
 public:
  static Result<TaskFollower> start(int tasks, const std::string& name);

 private:
  TaskFollower(Fd forked, Fd freed) : forked_(std::move(forked)), freed_(std::move(freed)) {}
  Fd forked_, freed_;
};

// Where the kernel keeps the numbers of a task, in bytes from the beginning of its struct task_struct.
struct TaskNumbers {
  uint32_t thread = 0;   // pid
  uint32_t process = 0;  // tgid
};
// `btf`: path of type information; for tests.
Result<TaskNumbers> find_task_numbers(const std::string& btf = "/sys/kernel/btf/vmlinux");

// The number that the kernel itself has for this process: in a PID namespace it sees another one.
Result<uint32_t> kernel_number_of_this_process();

}  // namespace uproar
