// Lines of perf script that are no events: what happened to tasks, maps and losses.
#pragma once

#include <string>

#include "recording/metadata/task_table.h"
#include "replay/side_records.h"
#include "replay/styles/line_start.h"
#include "replay/time_count.h"

namespace uproar {

struct SideLinesOptions {
  SideChoice shown = {};  // --show-task-events, --show-mmap-events, --show-lost-events
  bool padded = true;     // comm has its 16 columns
  LineStart::Options start = {};
};

// One thread at a time.
class SideLines {
 public:
  // `tasks` must outlive it.
  SideLines(const TaskTable& tasks, const SideLinesOptions& options);

  // The line, if its kind is shown. `count` tells from where its time is counted.
  void append(const SideRecord& side, TimeCount& count, std::string& out);

 private:
  void append_start(const LineMoment& moment, TimeCount& count, std::string& out);
  void append_task(const TaskInfo& task, TimeCount& count, std::string& out);
  void append_map(const MapInfo& map, TimeCount& count, std::string& out);
  void append_loss(const LossInfo& loss, TimeCount& count, std::string& out);

  const TaskTable* tasks_;
  SideChoice shown_;
  LineStart start_;
  bool padded_;
  Escape escape_;
};

}  // namespace uproar
