#include "replay/columns/column_lines.h"

#include <algorithm>

namespace uproar {
namespace {

constexpr ScriptFields kPossibleFields =
    kFieldComm | kFieldTid | kFieldPid | kFieldCpu | kFieldTime | kFieldEvent | kFieldTrace;
constexpr size_t kTaskTexts = 64;  // a power of two
// Printed in one go: the text of so many rows stays in the nearest cache.
constexpr size_t kRowsAtOnce = 64;
// Texts of columns, which are copied once more: not if they are the better part of the block.
constexpr size_t kMaxTexts = size_t{4} << 20;
constexpr size_t kMaxSteps = size_t{1} << 16;  // of all events that a block has
constexpr size_t kMaxRoom = size_t{1} << 16;   // of a line
constexpr size_t kWhenRoom = 64;

}  // namespace

ColumnPrinter::ColumnPrinter(const ShownEvents& events, const TaskTable& tasks, const Selection& selection,
                             const PerfScriptOptions& options)
    : events_(events),
      tasks_(tasks),
      selection_(selection),
      trace_((options.fields & kFieldTrace) != 0),
      start_({options.fields, options.nanoseconds, options.escape, options.anchor}),
      task_texts_(kTaskTexts) {
  const size_t width = widest_event_name(events, options.escape);
  for (const ShownEvent& event : events) {
    std::string& head = heads_.emplace_back();
    if ((options.fields & kFieldEvent) != 0) append_event_name(event.schema(), width, options.escape, head);
  }
}

bool ColumnPrinter::possible(const Selection& selection, const PerfScriptOptions& options) {
  return selection.needs_no_event() && options.escape == Escape::None && options.fields != 0 &&
         (options.fields & ~kPossibleFields) == 0;
}

std::unique_ptr<ColumnLines> ColumnPrinter::begin(const ColumnBlock& block, uint32_t cpu) const {
  if (!block.odd.empty() || !block.stack_of.empty()) return nullptr;
  auto lines = std::make_unique<ColumnLines>(block);
  lines->cpu_ = cpu;
  if (block.groups.size() != 1 || block.groups[0].events.size() != 1) lines->rows_.resize(block.rows());
  return lines;
}

bool ColumnPrinter::add(uint32_t number, uint32_t event, size_t group_number, size_t& row,
                        ColumnLines& lines) const {
  const ColumnGroup& group = lines.block_.groups[group_number];
  // What has no definition any more is told apart.
  const bool wanted = event < events_.size() && selection_.wants_record(event, lines.cpu_);
  const uint32_t index = wanted ? static_cast<uint32_t>(lines.programs_.size()) : ColumnLines::kNone;
  // Rows of one event stand together in their group.
  for (; row < group.rows.size() && lines.block_.numbers[group.rows[row]] == number && !lines.rows_.empty();
       ++row)
    lines.rows_[group.rows[row]] = {index, static_cast<uint32_t>(row)};
  if (!wanted) return true;
  while (lines.facts_.size() <= group_number)
    lines.facts_.emplace_back(lines.block_.groups[lines.facts_.size()], lines.store_);
  const ShownEvent& shown = events_[event];
  ColumnLines::Program& program = lines.programs_.emplace_back();
  const ColumnEvent compiled{&shown.recorded.schema, &shown.presentation, &shown.symbols, heads_[event],
                             trace_};
  if (!compile_columns(compiled, lines.facts_[group_number], lines.store_, program.places, program.steps))
    return false;
  for (const ColumnStep& step : program.steps) program.room += step.before.size + step.room + kTextChunk;
  lines.steps_ += program.steps.size();
  return lines.store_.size() <= kMaxTexts && lines.steps_ <= kMaxSteps && program.room <= kMaxRoom;
}

const ColumnPrinter::TaskText& ColumnPrinter::task_text(int32_t tid, uint64_t time_ns, uint32_t cpu) {
  TaskText& text = task_texts_[static_cast<uint32_t>(tid) % kTaskTexts];
  if (text.tid != tid || text.cpu != cpu || time_ns < text.first_ns || time_ns > text.last_ns)
    renew(text, tid, time_ns, cpu);
  return text;
}

void ColumnPrinter::renew(TaskText& text, int32_t tid, uint64_t time_ns, uint32_t cpu) {
  const TaskSpan task = tasks_.at(tid, time_ns);
  text.tid = tid;
  text.cpu = cpu;
  text.first_ns = task.first_ns;
  text.last_ns = task.last_ns;
  LineMoment moment{task.comm, task.pid, tid, cpu, time_ns, time_ns};
  text.text.resize(start_.room(task.comm));
  const char* const end = start_.write_task_and_cpu(moment, true, text.text.data());
  text.size = static_cast<size_t>(end - text.text.data());
  text.text.resize(text.size + kTextChunk);
}

uint64_t ColumnPrinter::print(const ColumnLines& lines, size_t begin, size_t end, std::string& out) {
  const ColumnBlock& block = lines.block_;
  const bool alone = lines.rows_.empty();
  if (alone && lines.programs_.empty()) return 0;
  const TaskText* task = nullptr;
  uint64_t printed = alone ? end - begin : 0;
  for (size_t row = begin; row < end;) {
    const size_t stop = std::min(end, row + kRowsAtOnce);
    char* at = scratch_.data();
    for (; row < stop; ++row) {
      const ColumnLines::Row place =
          alone ? ColumnLines::Row{0, static_cast<uint32_t>(row)} : lines.rows_[row];
      if (place.program == ColumnLines::kNone) continue;
      if (!alone) ++printed;
      const ColumnLines::Program* const program = &lines.programs_[place.program];
      const uint64_t time_ns = block.times[row];
      const auto tid = static_cast<int32_t>(block.tasks[row]);
      if (task == nullptr || task->tid != tid || time_ns > task->last_ns)
        task = &task_text(tid, time_ns, lines.cpu_);
      const size_t needed = task->size + kWhenRoom + program->room;
      const auto written = static_cast<size_t>(at - scratch_.data());
      if (scratch_.size() < written + needed + kTextChunk) {
        scratch_.resize((written + needed) * 2 + kTextChunk);
        at = scratch_.data() + written;
      }
      at = write_chunks(task->text.data(), task->size, at);
      at = start_.write_when(time_ns, at);
      at = write_steps(program->steps, lines.store_, place.row, at);
    }
    out.append(scratch_.data(), static_cast<size_t>(at - scratch_.data()));
  }
  return printed;
}

}  // namespace uproar
