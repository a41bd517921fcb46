// The names of tasks over time, from the kernel's own events about tasks.
#pragma once

#include <memory>

#include "capture/task_watch.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

// task:task_newtask (fork: the new task's name, and whether it is a thread) and task:task_rename (prctl and
// exec). saved_cmdlines is no substitute: it keeps one name per task, the last one, and gives it to earlier
// events too.
//
// The events go into a small instance of their own ("uproar-<pid>-tasks") with the same clock: a flood of
// probe hits then never overwrites a name, and the probes' ring counts lost probe records only. A kernel
// without these events gives a watch that sees nothing but the names of the beginning. `tracefs` must outlive
// the watch.
std::unique_ptr<TaskWatch> make_task_events(const Tracefs& tracefs);

}  // namespace uproar
