// Lines of perf script that are no events: what happened to tasks, maps and losses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "recording/reader.h"
#include "replay/styles/line_start.h"
#include "replay/time_count.h"
#include "select/selection.h"

namespace uproar {

struct SideLinesOptions {
  bool tasks = false;   // --show-task-events
  bool maps = false;    // --show-mmap-events
  bool losses = false;  // --show-lost-events
  bool padded = true;   // comm has its 16 columns
  // So many of each were printed before, from a file that has grown since.
  size_t tasks_before = 0, maps_before = 0, losses_before = 0;
  LineStart::Options start;
};

// All of a recording, in order of time (equal times: tasks, maps, losses, each in the order of the file). One
// thread at a time.
class SideLines {
 public:
  // `reader` and `selection` (asked for CPUs only, as perf does) must outlive it.
  SideLines(const RecordingReader& reader, const Selection& selection, const SideLinesOptions& options);

  bool empty() const { return next_ == entries_.size(); }
  // When the next line happened; UINT64_MAX if there is none.
  uint64_t next_ns() const { return empty() ? UINT64_MAX : entries_[next_].time_ns; }
  // The lines up to `time_ns`, that time included, that were not yet appended.
  void append_until(uint64_t time_ns, TimeCount& count, std::string& out);

 private:
  enum class Kind : uint8_t { Task, Map, Loss };
  struct Entry {
    uint64_t time_ns;
    uint32_t index;
    Kind kind;
  };
  void append(const Entry& entry, TimeCount& count, std::string& out);
  void append_start(const LineMoment& moment, TimeCount& count, std::string& out);
  void append_task(const TaskInfo& task, TimeCount& count, std::string& out);
  void append_map(const MapInfo& map, TimeCount& count, std::string& out);
  void append_loss(const LossInfo& loss, TimeCount& count, std::string& out);

  const RecordingReader& reader_;
  const Selection& selection_;
  LineStart start_;
  bool padded_;
  Escape escape_;
  std::vector<Entry> entries_;
  size_t next_ = 0;
};

}  // namespace uproar
