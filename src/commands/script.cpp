#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "commands/all_commands.h"
#include "commands/recording_file.h"
#include "commands/script_header.h"
#include "commands/script_options.h"
#include "convert/json_lines.h"
#include "replay/event_stage.h"
#include "replay/ftrace_text.h"
#include "replay/parallel_replay.h"
#include "replay/perf_script.h"
#include "replay/side_lines.h"
#include "replay/time_choice.h"
#include "replay/trace_cmd_report.h"

namespace uproar {
namespace {

// More gain nothing: one thread writes.
constexpr unsigned kMostThreads = 16;

// All that a replay needs besides the records, made from the recording and the options.
struct Replay {
  std::optional<SymbolNames> names;
  std::optional<EventStage> stage;
  std::optional<Selection> selection;
  std::optional<SideLines> side_lines;
  std::function<std::unique_ptr<EventPrinter>(const std::vector<EventInfo>&)> make_printer;
};

// One thread's part of a replay in which no line depends on the lines before.
class LinePrinter final : public RecordPrinter {
 public:
  LinePrinter(const RecordingReader& reader, const Replay& replay, std::atomic<uint64_t>& undecodable)
      : stage_(reader.events(), reader.tasks()),
        selection_(*replay.selection),
        printer_(replay.make_printer(stage_.events())),
        undecodable_(undecodable) {}

  void print(const StoredRecord& record, std::string& out) override {
    const EventStage::Outcome outcome = stage_.take(record, selection_, event_);
    if (outcome == EventStage::Outcome::Undecodable) ++undecodable_;
    if (outcome == EventStage::Outcome::Wanted) printer_->print(event_, out);
  }

 private:
  EventStage stage_;
  const Selection& selection_;
  std::unique_ptr<EventPrinter> printer_;
  std::atomic<uint64_t>& undecodable_;
  Event event_;
};

class ScriptCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    recording_.declare(app);
    options_.declare(app);
  }

  int run(Console& console) override {
    auto opened = recording_.open();
    if (!opened.ok()) {
      console.error(opened.error());
      return kFailed;
    }
    RecordingReader& reader = **opened;
    Replay replay;
    auto prepared = prepare(reader, console, replay);
    if (!prepared.ok()) {
      console.error(prepared.error());
      return kUsage;
    }
    if (options_.style == "trace-cmd") console.print(trace_cmd_header(reader.session()));
    if (options_.header || options_.header_only || options_.header_info)
      console.print(header_text(reader, options_.header_info, escape(console)));
    const uint64_t undecodable = options_.header_only ? 0 : print_events(reader, replay, console);
    console.flush();
    if (!console.ok()) return kFailed;
    report_losses(reader, console);
    bool damaged = report_damage(reader, console);
    if (undecodable > 0)
      console.error(
          Error{std::to_string(undecodable) + " records do not fit their event's format", {}, {}, 0});
    return damaged || undecodable > 0 ? kFailed : kDone;
  }

 private:
  static Escape escape(const Console& console) {
    return console.out_is_terminal() ? Escape::Terminal : Escape::None;
  }

  Result<void> prepare(RecordingReader& reader, const Console& console, Replay& replay) const {
    TRY_ASSIGN(const SelectionRequest request, options_.selection());
    replay.names.emplace(reader.maps(), reader.names(), reader.task_events());
    replay.stage.emplace(reader.events(), reader.tasks());
    TRY_ASSIGN(replay.selection, Selection::make(request, replay.stage->events(), &*replay.names));
    if (!options_.time.empty()) {
      const RecordingReader::Totals totals = reader.totals();
      TRY_ASSIGN(std::vector<TimeRange> ranges,
                 parse_time_choice(options_.time, totals.first_ns, totals.last_ns, options_.relative));
      reader.choose_times(std::move(ranges));
    }
    TRY_ASSIGN(const PerfScriptOptions style, perf_options(reader, *replay.names, escape(console)));
    replay.make_printer = [this, style,
                           &reader](const std::vector<EventInfo>& events) -> std::unique_ptr<EventPrinter> {
      if (options_.json) return make_json_lines_printer(events);
      if (options_.style == "ftrace") return make_ftrace_printer(events, style.escape);
      if (options_.style == "trace-cmd")
        return make_trace_cmd_printer(events, trace_cmd_options(reader, style.escape));
      return make_perf_script_printer(events, style);
    };
    replay.side_lines.emplace(reader, *replay.selection, side_options(style));
    return {};
  }

  Result<PerfScriptOptions> perf_options(const RecordingReader& reader, const SymbolNames& names,
                                         Escape escape) const {
    PerfScriptOptions style;
    style.nanoseconds = options_.nanoseconds;
    style.escape = escape;
    style.stacks = !options_.hide_stacks;
    style.most_frames = options_.most_frames;
    style.names = &names;
    TRY_ASSIGN(style.fields, choose_fields(options_.fields, reader.events(), style.stacks));
    for (const ClockAnchor& anchor : reader.anchors()) {
      if (anchor.realtime_ns != 0) style.anchor = anchor;
    }
    if ((style.fields & kFieldTod) != 0 && !style.anchor)
      return Error{"Can't provide 'tod' time, missing clock data", {}, "print the field time instead", 0};
    return style;
  }

  TraceCmdOptions trace_cmd_options(const RecordingReader& reader, Escape escape) const {
    TraceCmdOptions style;
    style.nanoseconds = options_.nanoseconds;
    style.escape = escape;
    style.clock = reader.session().clock;
    style.tasks = &reader.tasks();
    style.losses = reader.losses();
    return style;
  }

  SideLinesOptions side_options(const PerfScriptOptions& style) const {
    SideLinesOptions side;
    side.tasks = options_.show_tasks;
    side.maps = options_.show_maps;
    side.losses = options_.show_losses;
    side.start = {style.fields, style.nanoseconds, style.escape, style.anchor};
    return side;
  }

  uint64_t print_events(RecordingReader& reader, Replay& replay, Console& console) const {
    TimeCount count(options_.time_mode());
    // Which losses trace-cmd's style has told depends on the lines before.
    const bool tells_losses = options_.style == "trace-cmd" && !reader.losses().empty();
    return count.absolute() && replay.side_lines->empty() && !tells_losses
               ? print_in_parallel(reader, replay, console)
               : print_in_turn(reader, replay, count, console);
  }

  static uint64_t print_in_parallel(RecordingReader& reader, const Replay& replay, Console& console) {
    std::atomic<uint64_t> undecodable = 0;
    ParallelReplay parallel;
    parallel.threads = std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads);
    parallel.make_printer = [&] { return std::make_unique<LinePrinter>(reader, replay, undecodable); };
    parallel.write = [&](std::string_view text) {
      console.print(text);
      return console.ok();
    };
    replay_in_parallel(reader.record_blocks(), parallel);
    return undecodable;
  }

  static uint64_t print_in_turn(RecordingReader& reader, Replay& replay, TimeCount& count, Console& console) {
    uint64_t undecodable = 0;
    const std::unique_ptr<EventPrinter> printer = replay.make_printer(replay.stage->events());
    StoredRecord record;
    Event event;
    std::string text;
    while (console.ok() && reader.next(record)) {
      const EventStage::Outcome outcome = replay.stage->take(record, *replay.selection, event);
      if (outcome == EventStage::Outcome::Undecodable) ++undecodable;
      if (outcome != EventStage::Outcome::Wanted) continue;
      text.clear();
      if (replay.side_lines->next_ns() <= event.time_ns)
        replay.side_lines->append_until(event.time_ns, count, text);
      if (!count.absolute()) printer->count_from(count.next_origin(event.time_ns));
      printer->print(event, text);
      console.print(text);
    }
    text.clear();
    replay.side_lines->append_until(UINT64_MAX, count, text);
    console.print(text);
    return undecodable;
  }

  RecordingChoice recording_;
  ScriptOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_script_command() {
  return std::make_unique<ScriptCommand>();
}

}  // namespace uproar
