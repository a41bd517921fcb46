// The tasks that are there when a recording begins, for whoever is told of those that come.
#pragma once

#include <vector>

#include "base/result.h"
#include "capture/backend.h"
#include "kernel/proc/task_snapshot.h"
#include "symbolize/task_recorder.h"

namespace uproar {

// Of everybody, or of the processes of the chosen threads.
std::vector<TaskName> standing_tasks(const TaskChoice& tasks);

// What /proc says of them; `with_maps`: and which code is where in their memory, as far as this user may see it.
Result<void> tell_standing_tasks(const std::vector<TaskName>& there, bool with_maps, TaskRecorder& recorder);

}  // namespace uproar
