// Which numbering of tasks this process lives in, and who else may be seen from there.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {

// The inode of /proc/PID/ns/pid names a PID namespace. 0: cannot be read.
uint64_t pid_namespace_of(const std::string& process_folder);

// Of this process; and whether it is the first one, in which the kernel itself numbers tasks: its inode is the
// same everywhere (kernel: include/linux/proc_ns.h PROC_PID_INIT_INO). True where that cannot be found out.
uint64_t own_pid_namespace(const std::string& proc = "/proc");
bool is_initial_pid_namespace(uint64_t pid_namespace);

// Whether the numbers in /proc are those of this process's own namespace: without a mount of its own, a
// namespace sees that of the one around it.
bool proc_shows_own_namespace(const std::string& proc = "/proc");

// Whether they are the kernel's own, those of the first namespace.
bool proc_shows_kernel_numbers(const std::string& proc = "/proc");

// Threads of this process, as its own namespace numbers them, whichever /proc shows.
std::vector<pid_t> own_threads(const std::string& proc = "/proc");

// Numbers of a task in the namespaces that it is in, from that of /proc down to its own: the line NSpid of
// `status` (4.1). Empty: none. Pure.
std::vector<pid_t> namespace_pids(std::string_view status);

// The folder of a task of this process's namespace below `proc`, whichever namespace that shows; nothing: no
// such task, or it cannot be seen there.
std::optional<std::string> task_folder(pid_t tid, const std::string& proc = "/proc");

// A process that can be seen, by what its owner's mark would say of it.
struct SeenProcess {
  pid_t own_number = 0;        // in its own namespace
  uint64_t start_time = 0;     // clock ticks since boot
  uint64_t pid_namespace = 0;  // 0: not to be read
};
// Every process that can be seen but this one and those that are dead already.
std::vector<SeenProcess> visible_processes(const std::string& proc = "/proc");

// Fields 3 and 22 of /proc/PID/stat.
struct ProcessState {
  char state = '?';
  uint64_t start_time = 0;  // as the first time namespace counts
  bool is_dead() const { return state == 'Z' || state == 'X'; }
};
std::optional<ProcessState> process_state(const std::string& process_folder);

}  // namespace uproar
