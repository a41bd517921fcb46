#include "commands/all_commands.h"
#include "commands/recording_file.h"
#include "convert/json_lines.h"
#include "replay/ftrace_text.h"
#include "replay/perf_script.h"
#include "replay/shown_events.h"
#include "replay/trace_cmd_report.h"

namespace uproar {
namespace {

class ScriptCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    recording_.declare(app);
    auto* style = app.add_option("--style", style_, "whose text to print: perf, ftrace, trace-cmd")
                      ->check(CLI::IsMember({"perf", "ftrace", "trace-cmd"}))
                      ->type_name("NAME")
                      ->capture_default_str();
    auto* json = app.add_flag("--json", json_, "one JSON object a line");
    app.add_flag("--ns", nanoseconds_, "times with nanoseconds (perf style)")->excludes(json);
    json->excludes(style);
  }

  int run(Console& console) override {
    auto opened = recording_.open();
    if (!opened.ok()) {
      console.error(opened.error());
      return kFailed;
    }
    RecordingReader& reader = **opened;
    uint64_t undecodable = print_events(reader, console);
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
  std::unique_ptr<EventPrinter> make_printer(const RecordingReader& reader, const ShownEvents& shown,
                                             Console& console) const {
    Escape escape = console.out_is_terminal() ? Escape::Terminal : Escape::None;
    if (json_) return make_json_lines_printer(shown.events());
    if (style_ == "ftrace") return make_ftrace_printer(shown.events(), escape);
    if (style_ == "trace-cmd") {
      std::string header;
      append_trace_cmd_header(reader.session(), header);
      console.print(header);
      return make_trace_cmd_printer(
          shown.events(), {nanoseconds_, escape, reader.session().clock, &reader.tasks(), reader.losses()});
    }
    return make_perf_script_printer(shown.events(), {.nanoseconds = nanoseconds_, .escape = escape});
  }

  uint64_t print_events(RecordingReader& reader, Console& console) const {
    ShownEvents shown(reader.events());
    auto printer = make_printer(reader, shown, console);
    uint64_t undecodable = 0;
    StoredRecord record;
    Event event;
    std::string text;
    while (console.ok() && reader.next(record)) {
      DecodeStatus status = shown.decode(record, event);
      // The kernel itself leaves strings outside the record where an element of string[N] faults; they print
      // as faults.
      if (status != DecodeStatus::Ok && status != DecodeStatus::StringOutsideRecord) {
        ++undecodable;
        continue;
      }
      event.time_ns = record.time_ns;
      event.cpu = record.cpu;
      event.comm = reader.tasks().comm(event.tid, record.time_ns);
      event.pid = reader.tasks().pid(event.tid, record.time_ns);
      text.clear();
      printer->print(event, text);
      console.print(text);
    }
    return undecodable;
  }

  RecordingChoice recording_;
  std::string style_ = "perf";
  bool json_ = false;
  bool nanoseconds_ = false;
};

}  // namespace

std::unique_ptr<Command> make_script_command() {
  return std::make_unique<ScriptCommand>();
}

}  // namespace uproar
