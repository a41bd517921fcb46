// The kernel's own numbers of tasks, for a recorder in a PID namespace, where getpid, ps and /proc tell others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/tracefs/trace_buffer.h"

namespace uproar {

// tracefs knows one numbering, that of the first PID namespace: in set_event_pid as in common_pid. No file tells
// it to a process of another namespace. So this one lets the kernel say it: who writes /proc/TID/oom_score_adj
// makes the event oom:oom_score_adj_update, whose `pid` is the task's kernel number (kernel: mm/oom_kill.c,
// fs/proc/base.c __set_oom_adj). What is written is what stands there, by a thread without CAP_SYS_RESOURCE,
// with which the kernel would note the value as the lowest that the task may choose later: nothing changes.
//
// `task_folders` are folders in /proc; the numbers come in their order, 0 for a task that has ended or does not
// let itself be written. `buffer` is an instance in which nothing is recorded yet, and nothing is afterwards.
// Errors: the kernel has no such event, tracefs refuses.
Result<std::vector<int32_t>> kernel_numbers(const TraceBuffer& buffer,
                                            const std::vector<std::string>& task_folders);

// The same of tasks by their numbers in this process's own namespace. In the first namespace they are those of
// the kernel, and nothing is asked. Tasks that have ended are left out. Errors also: none is told of a task that
// is there.
Result<std::vector<int32_t>> kernel_numbers_of(const TraceBuffer& buffer, const std::vector<int32_t>& tids);

}  // namespace uproar
