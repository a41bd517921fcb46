#include <unistd.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "base/stop.h"
#include "capture/session.h"
#include "commands/all_commands.h"
#include "commands/files/record_output.h"
#include "commands/options/capture_options.h"
#include "commands/options/printing_options.h"
#include "commands/options/units.h"
#include "replay/live_text.h"

namespace uproar {
namespace {

// What a reader of standard output that takes nothing is waited for once the end is wanted, in tenths of a second.
constexpr int kLastWaits = 10;

class TraceCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    capture_.declare(app);
    printing_.declare(app);
    app.add_option("-o,--output", output_, "record to this file beside it")->type_name("FILE");
  }
  bool takes_trailing_command() const override { return true; }

  int run(Console& console) override {
    if (auto usage = check_usage(); !usage.ok()) {
      console.error(usage.error());
      return kUsage;
    }
    TimeCount count(printing_.time_mode());
    const Escape escape = console.out_is_terminal() ? Escape::Terminal : Escape::None;
    auto printing = printing_.printing(escape, count);
    if (!printing.ok()) {
      console.error(printing.error());
      return kUsage;
    }
    auto outcome = trace(*printing, console);
    if (!outcome.ok()) {
      console.error(outcome.error());
      return kFailed;
    }
    summarise(*outcome, console);
    return undecodable_ > 0 ? kFailed : outcome->command_status;
  }

 private:
  static Error usage(std::string message, std::string remedy) {
    return Error{std::move(message), {}, std::move(remedy), 0};
  }

  Result<void> check_usage() {
    TRY(capture_.take_command(trailing()));
    if (!capture_.has_events()) return usage("nothing to trace", "name events with -e");
    if (output_ == "-")
      return usage("standard output gets the text of the events",
                   "record to a file beside it with -o FILE, or to standard output with uproar record -o -");
    return capture_.check();
  }

  Result<RecordOutcome> trace(const Printing& printing, Console& console) {
    TRY_ASSIGN(const Tracefs tracefs, capture_.prepare(command_line(), console));
    // From here on there is something that a signal must not leave behind.
    TRY_ASSIGN(StopWatch signals, StopWatch::create());
    ignore_write_signals();
    std::optional<RecordOutput> file;
    std::unique_ptr<RecordingWriter> beside;
    if (!output_.empty()) {
      TRY_ASSIGN(RecordOutput opened, RecordOutput::open(output_));
      RecordingWriter::Options options;
      options.fsync = FsyncPolicy::End;
      options.block_bytes =
          RecordingWriter::block_bytes_for(static_cast<uint32_t>(::sysconf(_SC_NPROCESSORS_CONF)));
      TRY_ASSIGN(beside, RecordingWriter::create(opened.take_descriptor(), output_, options));
      file.emplace(std::move(opened));
    }
    const std::unique_ptr<LiveText> live =
        LiveText::create({.printing = printing,
                          .write = [&](std::string_view text) { return print(text, console); },
                          .most_events = capture_.most_events(),
                          .beside = beside.get()});
    RecordRequest& request = capture_.request();
    request.command_to_stderr = true;
    request.names_at_once = true;
    request.enough = [&](uint64_t) { return live->satisfied() || console.reader_is_gone(); };
    bool told = false;
    auto outcome = record(tracefs, request, *live, [&](uint64_t, uint64_t, uint64_t lost) {
      tell_losses(lost, console);
      if (std::exchange(told, true)) return;
      if (file) (void)file->keep();
      const bool ends_by_itself =
          !request.command.empty() || request.duration_ns || capture_.most_events() != 0;
      console.note(console.err_is_terminal() && !ends_by_itself ? "uproar: recording, Ctrl-C ends\n"
                                                                : "uproar: recording\n");
    });
    printed_ = live->printed();
    undecodable_ = live->undecodable();
    if (file && (outcome.ok() || beside->records_written() > 0)) {
      TRY(file->keep());
      file->sync_folder();
    }
    return outcome;
  }

  // While it runs, since whoever looks on would take what is shown for all there was; once a second at most.
  void tell_losses(uint64_t lost, Console& console) {
    const auto now = std::chrono::steady_clock::now();
    if (lost == told_lost_ || now - told_at_ < std::chrono::seconds(1)) return;
    told_lost_ = lost;
    told_at_ = now;
    console.warn(std::to_string(lost) + (lost == 1 ? " event lost so far" : " events lost so far"));
  }

  // False: nobody takes it any more.
  bool print(std::string_view text, Console& console) {
    int waits = 0;
    const bool printed = console.print_now(text, [&] { return stop_signal_waits() && ++waits > kLastWaits; });
    if (!printed && waits > kLastWaits)
      console.warn("whoever reads standard output takes nothing: the last events were not printed");
    return printed;
  }

  void summarise(const RecordOutcome& outcome, Console& console) const {
    const EndSummary& sum = outcome.summary;
    std::string text = "uproar: " + std::to_string(printed_) + (printed_ == 1 ? " event" : " events") +
                       " printed, " + std::to_string(sum.lost) + " lost";
    if (sum.hits_known && !sum.hits_filtered)
      text += " of " + std::to_string(sum.hits) + (sum.hits == 1 ? " hit" : " hits");
    if (!output_.empty())
      text +=
          "; " + std::to_string(sum.events) + " recorded, " + format_bytes(outcome.bytes) + " in " + output_;
    if (!outcome.warning.empty()) console.warn(outcome.warning);
    console.note(text + "\n");
    note_hits(outcome, console);
    if (undecodable_ > 0)
      console.error(
          Error{std::to_string(undecodable_) + " records do not fit their event's format", {}, {}, 0});
  }

  CaptureOptions capture_;
  PrintingOptions printing_;
  std::string output_;
  uint64_t printed_ = 0, undecodable_ = 0;
  uint64_t told_lost_ = 0;
  std::chrono::steady_clock::time_point told_at_ = {};
};

}  // namespace

std::unique_ptr<Command> make_trace_command() {
  return std::make_unique<TraceCommand>();
}

}  // namespace uproar
