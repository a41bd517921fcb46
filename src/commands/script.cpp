#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "base/stop.h"
#include "commands/all_commands.h"
#include "commands/recording_file.h"
#include "commands/script_header.h"
#include "commands/script_options.h"
#include "convert/text/json_lines.h"
#include "replay/columns/column_lines.h"
#include "replay/event_stage.h"
#include "replay/parallel_replay.h"
#include "replay/styles/ftrace_text.h"
#include "replay/styles/perf_script.h"
#include "replay/styles/side_lines.h"
#include "replay/styles/trace_cmd_report.h"
#include "select/time_choice.h"

namespace uproar {
namespace {

// More gain nothing: one thread writes.
constexpr unsigned kMostThreads = 16;

constexpr int kFollowMs = 100;  // between two looks at a file that grows

// An open recording and all that printing it needs.
struct Replay {
  std::unique_ptr<RecordingReader> reader;
  std::optional<SymbolNames> names;
  std::optional<EventStage> stage;
  std::optional<Selection> selection;
  std::optional<SideLines> side_lines;
  std::function<std::unique_ptr<EventPrinter>(const std::vector<EventInfo>&)> make_printer;
  std::optional<PerfScriptOptions> column_style;  // of lines that can be printed from columns
};

// One thread's part of a replay in which no line depends on the lines before.
class LinePrinter final : public RecordPrinter {
 public:
  LinePrinter(const Replay& replay, std::atomic<uint64_t>& undecodable)
      : stage_(replay.reader->events(), replay.reader->tasks()),
        selection_(*replay.selection),
        printer_(replay.make_printer(stage_.events())),
        blocks_(replay.reader->stored_blocks()),
        undecodable_(undecodable) {
    if (replay.column_style)
      columns_.emplace(replay.reader->events(), replay.reader->tasks(), selection_, *replay.column_style);
  }

  void print(const StoredRecord& record, std::string& out) override {
    const EventStage::Outcome outcome = stage_.take(record, selection_, event_);
    if (outcome == EventStage::Outcome::Undecodable) ++undecodable_;
    if (outcome == EventStage::Outcome::Wanted) printer_->print(event_, out);
  }

  std::unique_ptr<ColumnLines> prepare(const ColumnBlock& block, uint32_t cpu) override {
    if (!columns_) return nullptr;
    return columns_->prepare(block, cpu, [this](uint32_t number) { return blocks_.index_of(number); });
  }
  void print_rows(const ColumnLines& lines, size_t begin, size_t end, std::string& out) override {
    columns_->print(lines, begin, end, out);
  }

 private:
  EventStage stage_;
  const Selection& selection_;
  std::unique_ptr<EventPrinter> printer_;
  const StoredBlocks& blocks_;
  std::optional<ColumnPrinter> columns_;
  std::atomic<uint64_t>& undecodable_;
  Event event_;
};

// What of a file that grows was printed already.
struct Printed {
  uint32_t blocks = 0;
  size_t tasks = 0, maps = 0, losses = 0;
  std::vector<uint64_t> ends = {};  // of each CPU's last block; filled where a file took the other's place
};

// How many stand at the beginning of a list in order of time up to `until_ns`.
template <typename Item>
size_t count_until(const std::vector<Item>& list, uint64_t until_ns) {
  const auto next =
      std::find_if(list.begin(), list.end(), [&](const Item& item) { return item.time_ns > until_ns; });
  return static_cast<size_t>(next - list.begin());
}

// Which file it is, and how large.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t bytes = 0;
};
std::optional<FileState> look_at(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return FileState{info.st_dev, info.st_ino, info.st_size};
}

class ScriptCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    recording_.declare(app);
    options_.declare(app);
  }

  int run(Console& console) override {
    escape_ = console.out_is_terminal() ? Escape::Terminal : Escape::None;
    Replay replay;
    auto opened = recording_.open();
    if (!opened.ok()) {
      console.error(opened.error());
      return kFailed;
    }
    replay.reader = std::move(*opened);
    auto prepared = prepare(replay, {});
    if (!prepared.ok()) {
      console.error(prepared.error());
      return kUsage;
    }
    if (options_.style == "trace-cmd") console.print(trace_cmd_header(replay.reader->session()));
    if (options_.header || options_.header_only)
      console.print(header_text(*replay.reader, options_.header_info, escape_));
    if (options_.header_only) {
      console.flush();
      return console.ok() ? kDone : kFailed;
    }
    TimeCount count(options_.time_mode());
    if (options_.follow) {
      auto followed = follow(replay, count, console);
      if (!followed.ok()) {
        console.error(followed.error());
        return kFailed;
      }
    } else {
      print_events(replay, count, console, nullptr);
      console.flush();
    }
    return end_of(replay, console);
  }

 private:
  int end_of(const Replay& replay, Console& console) const {
    if (!console.ok()) return kFailed;
    report_losses(*replay.reader, console);
    const bool damaged = report_damage(*replay.reader, console);
    if (undecodable_ > 0)
      console.error(
          Error{std::to_string(undecodable_) + " records do not fit their event's format", {}, {}, 0});
    return damaged || undecodable_ > 0 ? kFailed : kDone;
  }

  // Everything but the reader, which is there.
  Result<void> prepare(Replay& replay, const Printed& printed) const {
    RecordingReader& reader = *replay.reader;
    TRY_ASSIGN(const SelectionRequest request, options_.selection());
    replay.names.emplace(reader.maps(), reader.names(), reader.task_events());
    replay.stage.emplace(reader.events(), reader.tasks());
    const std::vector<EventInfo>& events = replay.stage->events();
    TRY_ASSIGN(replay.selection, Selection::make(request, events, &*replay.names));
    if (!options_.time.empty()) {
      const RecordingReader::Totals totals = reader.totals();
      TRY_ASSIGN(std::vector<TimeRange> ranges,
                 parse_time_choice(options_.time, totals.first_ns, totals.last_ns, options_.relative));
      reader.choose_times(std::move(ranges));
    }
    if (printed.blocks > 0) reader.choose_blocks_from(printed.blocks);
    if (!printed.ends.empty()) reader.choose_blocks_after(printed.ends);
    TRY_ASSIGN(const PerfScriptOptions style, perf_options(reader, *replay.names));
    const SymbolNames* const names = &*replay.names;
    const TraceCmdOptions trace_cmd = trace_cmd_options(reader, printed);
    replay.make_printer = [this, style, trace_cmd,
                           names](const std::vector<EventInfo>& shown) -> std::unique_ptr<EventPrinter> {
      if (options_.json)
        return make_json_lines_printer(
            shown, {.names = names, .stacks = style.stacks, .most_frames = style.most_frames});
      if (options_.style == "ftrace") return make_ftrace_printer(shown, style.escape);
      if (options_.style == "trace-cmd") return make_trace_cmd_printer(shown, trace_cmd);
      return make_perf_script_printer(shown, style);
    };
    replay.column_style.reset();
    if (!options_.json && options_.style == "perf" && ColumnPrinter::possible(*replay.selection, style))
      replay.column_style = style;
    replay.side_lines.emplace(reader, *replay.selection, side_options(reader, style, printed));
    return {};
  }

  Result<PerfScriptOptions> perf_options(const RecordingReader& reader, const SymbolNames& names) const {
    PerfScriptOptions style;
    style.nanoseconds = options_.nanoseconds;
    style.escape = escape_;
    style.stacks = !options_.hide_stacks;
    style.most_frames = options_.most_frames;
    style.names = &names;
    TRY_ASSIGN(style.fields, choose_fields(options_.fields, reader.events(), style.stacks));
    for (const ClockAnchor& anchor : reader.anchors()) {
      if (anchor.realtime_ns != 0 && !style.anchor) style.anchor = anchor;
    }
    if ((style.fields & kFieldTod) != 0 && !style.anchor)
      return Error{"Can't provide 'tod' time, missing clock data", {}, "print the field time instead", 0};
    return style;
  }

  TraceCmdOptions trace_cmd_options(const RecordingReader& reader, const Printed& printed) const {
    TraceCmdOptions style;
    style.nanoseconds = options_.nanoseconds;
    style.escape = escape_;
    style.clock = reader.session().clock;
    style.tasks = &reader.tasks();
    const std::vector<LossInfo>& losses = reader.losses();
    if (printed.losses < losses.size())
      style.losses.assign(losses.begin() + static_cast<ptrdiff_t>(printed.losses), losses.end());
    return style;
  }

  SideLinesOptions side_options(const RecordingReader& reader, const PerfScriptOptions& style,
                                const Printed& printed) const {
    const bool any_stacks = std::any_of(reader.events().begin(), reader.events().end(),
                                        [](const EventInfo& event) { return event.has_stacks; });
    SideLinesOptions side;
    side.tasks = options_.show_tasks;
    side.maps = options_.show_maps;
    side.losses = options_.show_losses;
    side.padded = (style.fields & kFieldIp) == 0 || !style.stacks || !any_stacks;
    side.tasks_before = printed.tasks;
    side.maps_before = printed.maps;
    side.losses_before = printed.losses;
    side.start = {style.fields, style.nanoseconds, style.escape, style.anchor};
    return side;
  }

  // True if `stop` (which may be null) had a reason to stop early.
  bool print_events(Replay& replay, TimeCount& count, Console& console, StopWatch* stop) {
    const auto stopped = [stop] { return stop != nullptr && stop->wait({}, 0) != StopReason::None; };
    // Which losses trace-cmd's style has told depends on the lines before.
    const bool tells_losses = options_.style == "trace-cmd" && !replay.reader->losses().empty();
    return count.absolute() && replay.side_lines->empty() && !tells_losses
               ? print_in_parallel(replay, console, stopped)
               : print_in_turn(replay, count, console, stopped);
  }

  bool print_in_parallel(Replay& replay, Console& console, const std::function<bool()>& stopped) {
    std::atomic<uint64_t> undecodable = 0;
    bool early = false;
    ParallelReplay parallel;
    parallel.threads = std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads);
    parallel.make_printer = [&] { return std::make_unique<LinePrinter>(replay, undecodable); };
    parallel.write = [&](std::string_view text) {
      console.print(text);
      early = stopped();
      return console.ok() && !early;
    };
    replay_in_parallel(replay.reader->stored_blocks(), parallel);
    undecodable_ += undecodable;
    return early;
  }

  bool print_in_turn(Replay& replay, TimeCount& count, Console& console,
                     const std::function<bool()>& stopped) {
    constexpr size_t kBatchBytes = size_t{1} << 16;
    const std::unique_ptr<EventPrinter> printer = replay.make_printer(replay.stage->events());
    StoredRecord record;
    Event event;
    std::string text;
    while (console.ok() && replay.reader->next(record)) {
      const EventStage::Outcome outcome = replay.stage->take(record, *replay.selection, event);
      if (outcome == EventStage::Outcome::Undecodable) ++undecodable_;
      if (outcome != EventStage::Outcome::Wanted) continue;
      if (replay.side_lines->next_ns() <= event.time_ns)
        replay.side_lines->append_until(event.time_ns, count, text);
      if (!count.absolute()) printer->count_from(count.next_origin(event.time_ns));
      printer->print(event, text);
      if (text.size() < kBatchBytes) continue;
      console.print(text);
      text.clear();
      if (stopped()) return true;
    }
    replay.side_lines->append_until(UINT64_MAX, count, text);
    console.print(text);
    return false;
  }

  // Prints whole blocks as they come, until the recording has its end or a signal comes. The file is opened
  // anew whenever it has grown: an open recording is what it was.
  Result<void> follow(Replay& replay, TimeCount& count, Console& console) {
    const std::string& path = recording_.path();
    if (options_.time.find('%') != std::string::npos)
      return Error{"a part of a recording that still grows is not known", {}, "give --time in seconds", 0};
    std::optional<FileState> seen = look_at(path);
    if (!seen)
      return Error{"only a file can be followed", {}, "record with -o FILE, and follow that file", 0};
    TRY_ASSIGN(StopWatch stop, StopWatch::create());
    std::vector<uint64_t> ends_before;
    while (true) {
      seen->bytes = static_cast<off_t>(replay.reader->file_bytes());
      const bool stopped = print_events(replay, count, console, &stop);
      console.flush();
      if (stopped || replay.reader->end() || !console.ok()) return {};
      Printed printed = printed_of(*replay.reader);
      const std::vector<uint64_t> ends = later_ends(std::move(ends_before), replay.reader->ends_of_cpus());
      std::optional<FileState> now = seen;
      while (now->bytes == seen->bytes && now->inode == seen->inode && now->device == seen->device) {
        if (stop.wait({}, kFollowMs) != StopReason::None) return {};
        now = look_at(path);
        if (!now) {
          console.warn(path + " is gone: what was followed has no end");
          return {};
        }
      }
      TRY(open_again(replay, *now));
      const bool replaced = now->inode != seen->inode || now->device != seen->device;
      seen = now;
      // A recording with a limit was shortened: the file that took its place begins with blocks that were
      // printed.
      if (replaced) {
        if (!is_continuation(*replay.reader, ends)) {
          console.warn(path + " is another recording now: the one that was followed has no end");
          return {};
        }
        const uint64_t until_ns = *std::max_element(ends.begin(), ends.end());
        printed = {0, count_until(replay.reader->task_events(), until_ns),
                   count_until(replay.reader->maps(), until_ns),
                   count_until(replay.reader->losses(), until_ns), ends};
      }
      ends_before = ends;
      TRY(prepare(replay, printed));
    }
  }

  static Printed printed_of(RecordingReader& reader) {
    return {reader.next_block(), reader.task_events().size(), reader.maps().size(), reader.losses().size()};
  }

  static std::vector<uint64_t> later_ends(std::vector<uint64_t> ends, const std::vector<uint64_t>& others) {
    ends.resize(std::max(ends.size(), others.size()));
    for (size_t cpu = 0; cpu < others.size(); ++cpu) ends[cpu] = std::max(ends[cpu], others[cpu]);
    return ends;
  }

  // Whether a file is what a recorder with a limit has put in the place of the one that ended so: it tells
  // that records were taken out, and goes on.
  static bool is_continuation(const RecordingReader& reader, const std::vector<uint64_t>& ends) {
    const std::vector<LossInfo>& losses = reader.losses();
    const bool shortened = std::any_of(losses.begin(), losses.end(), [](const LossInfo& loss) {
      return loss.kind == LossInfo::Kind::Rotated;
    });
    return shortened && !ends.empty() &&
           reader.totals().last_ns >= *std::max_element(ends.begin(), ends.end());
  }

  // The recording that the path leads to, and which file that was when it was opened.
  Result<void> open_again(Replay& replay, FileState& opened) {
    for (;;) {
      TRY_ASSIGN(replay.reader, recording_.open());
      const std::optional<FileState> after = look_at(recording_.path());
      // Replaced just now: either of them may have been opened.
      if (!after || (after->inode == opened.inode && after->device == opened.device)) return {};
      opened = *after;
    }
  }

  RecordingChoice recording_;
  ScriptOptions options_;
  Escape escape_ = Escape::None;
  uint64_t undecodable_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_script_command() {
  return std::make_unique<ScriptCommand>();
}

}  // namespace uproar
