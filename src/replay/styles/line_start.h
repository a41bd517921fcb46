// What stands at the beginning of perf script's lines, those of samples and those about tasks: who, where,
// when.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "recording/metadata/session_info.h"
#include "recording/metadata/symbol_names.h"
#include "recording/metadata/task_table.h"
#include "replay/escape.h"
#include "replay/shown_events.h"
#include "replay/styles/script_fields.h"
#include "select/selection.h"

namespace uproar {

// How a line of perf script looks.
struct PerfScriptOptions {
  bool nanoseconds = false;  // --ns
  Escape escape = Escape::None;
  ScriptFields fields = kDefaultFields;
  bool stacks = true;                      // false: -G
  unsigned most_frames = 127;              // --max-stack
  const SymbolNames* names = nullptr;      // for ip, sym and dso; must outlive the printer
  std::optional<ClockAnchor> anchor = {};  // for tod
  // With both, blocks print straight from their columns where they can; both must outlive the printer.
  const TaskTable* tasks = nullptr;
  const Selection* selection = nullptr;
};

// How wide the longest name is, and "group:event: " at this width.
size_t widest_event_name(const ShownEvents& events, Escape escape);
void append_event_name(const EventSchema& schema, size_t width, Escape escape, std::string& out);

struct LineMoment {
  std::string_view comm;  // empty: not known
  int32_t pid = 0;
  int32_t tid = 0;
  uint32_t cpu = 0;
  uint64_t time_ns = 0;   // in the recording's clock, for the time of day
  uint64_t shown_ns = 0;  // what `time` prints
  char misc = 'U';        // letter of +misc: 'U' a sample of user code, 'E' a name given by exec, ' ' none
};

// "%16s %5d [%03d] %5lu.%06lu: " with the fields that are chosen (perf: tools/perf/builtin-script.c
// perf_sample__fprintf_start). One thread at a time; it keeps what it has printed of a task.
class LineStart {
 public:
  struct Options {
    ScriptFields fields = kDefaultFields;
    bool nanoseconds = false;
    Escape escape = Escape::None;
    std::optional<ClockAnchor> anchor = {};  // for the time of day; without one it is left out
  };
  explicit LineStart(const Options& options) : options_(options) {}

  // Writes where there is room for room(moment.comm) bytes; gives back the end. `padded`: comm is
  // right-aligned.
  char* write(const LineMoment& moment, bool padded, char* out);
  size_t room(std::string_view comm) const { return kFixedRoom + comm.size() * 4; }
  // The two parts of a line's beginning without misc and time of day: what depends on the task and the CPU,
  // and the time.
  char* write_task_and_cpu(const LineMoment& moment, bool padded, char* out);
  char* write_when(uint64_t shown_ns, char* out) {
    return (options_.fields & kFieldTime) != 0 ? write_time(shown_ns, out) : out;
  }

 private:
  static constexpr size_t kFixedRoom = 256;
  static constexpr size_t kKeptText = 64;
  // "%16s %5d " of one task, ready to be copied.
  struct Task {
    int32_t tid = 0, pid = 0;
    bool padded = false;
    uint8_t comm_size = 0, size = 0;  // size 0: nothing is kept
    char comm[16] = {};
    char text[kKeptText] = {};
  };
  char* write_task(const LineMoment& moment, bool padded, char* out);
  char* write_new_task(const LineMoment& moment, bool padded, char* out) const;
  char* write_comm(const LineMoment& moment, bool padded, char* out) const;
  char* write_misc(const LineMoment& moment, char* out) const;
  char* write_time_of_day(uint64_t time_ns, char* out);
  char* write_time(uint64_t time_ns, char* out);

  Options options_;
  std::array<Task, 128> tasks_;
  // The second of the last time, "%5lu."; size 0: none yet.
  uint64_t second_begin_ = 0;
  uint8_t second_size_ = 0;
  char second_[kKeptText / 2] = {};
  // The same of the time of day, "%F %T.".
  uint64_t day_second_ = ~uint64_t{0};
  uint8_t day_size_ = 0;
  char day_[kKeptText] = {};
};

}  // namespace uproar
