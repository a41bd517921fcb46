// Lines of perf script straight from the columns of a block: no record is put together, no value is decoded
// twice. Several times faster than by way of events, for the lines that most people ask for; the text is the
// same.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "recording/columns/column_block.h"
#include "recording/metadata/task_table.h"
#include "replay/columns/column_program.h"
#include "replay/shown_events.h"
#include "replay/sink.h"
#include "replay/styles/line_start.h"
#include "select/selection.h"

namespace uproar {

// How a block's rows print. Made once for a block, then read by any number of threads.
class ColumnLines final : public PreparedBlock {
 public:
  explicit ColumnLines(const ColumnBlock& block) : block_(block) {}

 private:
  friend class ColumnPrinter;
  struct Program {
    std::vector<ColumnStep> steps;
    std::vector<TextStore::Text> places;
    size_t room = 0;  // of its longest line, but for the beginning
  };
  const ColumnBlock& block_;
  uint32_t cpu_ = 0;
  TextStore store_;
  std::deque<Program> programs_;
  std::deque<GroupFacts> facts_;  // by group
  // Where a row's values are, and which program prints it (kNone: it is not wanted). Empty: the only event's
  // program, or none, and the rows of the only group are those of the block.
  struct Row {
    uint32_t program, row;
  };
  static constexpr uint32_t kNone = ~uint32_t{0};
  std::vector<Row> rows_;
  size_t steps_ = 0;  // of all programs
};

// One for each thread.
class ColumnPrinter {
 public:
  // `events`, `tasks` and `selection` must outlive it.
  ColumnPrinter(const ShownEvents& events, const TaskTable& tasks, const Selection& selection,
                const PerfScriptOptions& options);

  // Whether lines with these options can be printed so at all.
  static bool possible(const Selection& selection, const PerfScriptOptions& options);

  // Null: the rows of this block have to be printed as events. `event_of` gives StoredRecord::event of an
  // event's number, or a number that is none. `block` must outlive the result, unchanged.
  template <typename EventOf>
  std::unique_ptr<ColumnLines> prepare(const ColumnBlock& block, uint32_t cpu, EventOf&& event_of) const {
    auto lines = begin(block, cpu);
    for (size_t g = 0; lines && g < block.groups.size(); ++g) {
      size_t row = 0;
      for (uint32_t number : block.groups[g].events) {
        if (lines && !add(number, event_of(number), g, row, *lines)) lines.reset();
      }
    }
    if (lines) lines->store_.seal();
    return lines;
  }

  // Appends the lines of rows [begin, end) of the block; gives how many there were.
  uint64_t print(const ColumnLines& lines, size_t begin, size_t end, std::string& out);

 private:
  // "comm tid [cpu] " of a task, for as long as it holds.
  struct TaskText {
    uint64_t first_ns = 1, last_ns = 0;
    int32_t tid = 0;
    uint32_t cpu = 0;
    std::string text;  // with a chunk behind it
    size_t size = 0;
  };
  std::unique_ptr<ColumnLines> begin(const ColumnBlock& block, uint32_t cpu) const;
  // `row`: of the group, the event's first; afterwards the next event's.
  bool add(uint32_t number, uint32_t event, size_t group, size_t& row, ColumnLines& lines) const;
  const TaskText& task_text(int32_t tid, uint64_t time_ns, uint32_t cpu);
  void renew(TaskText& text, int32_t tid, uint64_t time_ns, uint32_t cpu);

  const ShownEvents& events_;
  const TaskTable& tasks_;
  const Selection& selection_;
  const bool trace_;
  LineStart start_;
  std::vector<std::string> heads_;    // by event: its name
  std::vector<TaskText> task_texts_;  // by thread number, as far as there is room
  std::vector<char> scratch_;
};

}  // namespace uproar
