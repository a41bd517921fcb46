#include "replay/styles/styles.h"

#include <algorithm>
#include <utility>

#include "replay/styles/csv.h"
#include "replay/styles/ftrace_text.h"
#include "replay/styles/json_lines.h"
#include "replay/styles/perf_script.h"
#include "replay/styles/side_lines.h"
#include "replay/styles/trace_cmd_report.h"

namespace uproar {
namespace {

// A printer whose lines depend on those before: times count from one of them, or lines that are no events
// stand among them.
class LinesInTurn final : public Sink {
 public:
  LinesInTurn(std::unique_ptr<EventPrinter> printer, SideLines side_lines, TimeCount* count)
      : printer_(std::move(printer)), side_lines_(side_lines), count_(count) {}

  void take(const Event& event, std::string& out) override {
    if (!count_->absolute()) printer_->count_from(count_->next_origin(event.time_ns));
    printer_->take(event, out);
  }
  void take_side(const SideRecord& side, std::string& out) override {
    side_lines_.append(side, *count_, out);
    printer_->take_side(side, out);
  }
  // Played side by side if it turns out that no line depends on another.
  std::unique_ptr<PreparedBlock> prepare(const ColumnBlock& block, uint32_t cpu,
                                         const std::function<uint32_t(uint32_t)>& event_of) override {
    return printer_->prepare(block, cpu, event_of);
  }
  uint64_t take_rows(const PreparedBlock& block, size_t begin, size_t end, std::string& out) override {
    return printer_->take_rows(block, begin, end, out);
  }

 private:
  std::unique_ptr<EventPrinter> printer_;
  SideLines side_lines_;
  TimeCount* count_;
};

}  // namespace

const std::vector<Style>& styles() {
  static const std::vector<Style> all = {perf_style(), ftrace_style(), trace_cmd_style(), json_style(),
                                         csv_style()};
  return all;
}

const Style* style_by_name(std::string_view name) {
  const auto found =
      std::find_if(styles().begin(), styles().end(), [&](const Style& style) { return style.name == name; });
  return found == styles().end() ? nullptr : &*found;
}

SideChoice side_choice_of(const Printing& printing) {
  SideChoice choice = printing.side_lines;
  choice.losses = choice.losses || printing.style.tells_losses(printing.options);
  return choice;
}

Result<Player::Output> output_of(const PrintedRecording& recording, const Printing& printing) {
  TRY_ASSIGN(Style::Maker maker, printing.style.make(recording, printing.options));
  Player::Output output;
  SideLinesOptions lines;
  lines.shown = printing.side_lines;
  if (printing.style.takes_side_lines) {
    TRY_ASSIGN(const PerfScriptOptions perf, perf_script_options(recording, printing.options));
    const bool any_stacks = std::any_of(recording.recorded.begin(), recording.recorded.end(),
                                        [](const EventInfo& event) { return event.has_stacks; });
    lines.padded = (perf.fields & kFieldIp) == 0 || !perf.stacks || !any_stacks;
    lines.start = {perf.fields, perf.nanoseconds, perf.escape, perf.anchor};
  }
  const SideChoice side = side_choice_of(printing);
  output.in_turn = printing.count != nullptr && !printing.count->absolute();
  if (!output.in_turn && !side.tasks && !side.maps && !side.losses) {
    output.make_sink = std::move(maker);
    return output;
  }
  output.make_sink = [&tasks = recording.tasks, maker = std::move(maker), lines,
                      count = printing.count]() -> std::unique_ptr<Sink> {
    static TimeCount absolute(TimeCount::Mode::Absolute);
    return std::make_unique<LinesInTurn>(maker(), SideLines(tasks, lines),
                                         count != nullptr ? count : &absolute);
  };
  return output;
}

}  // namespace uproar
