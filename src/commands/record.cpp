#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/stop.h"
#include "capture/session.h"
#include "commands/all_commands.h"
#include "commands/files/record_output.h"
#include "commands/files/session_facts.h"
#include "commands/options/capture_options.h"
#include "commands/options/keeping_options.h"
#include "commands/options/units.h"
#include "convert/text/text_import.h"
#include "kernel/proc/pid_namespace.h"
#include "recording/sinks/snapshot_ring.h"

namespace uproar {
namespace {

class RecordCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    capture_.declare(app);
    app.add_option("-o,--output", output_, "file to write; - is standard output")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_option("--from", from_, "take trace text that was captured elsewhere; - is standard input")
        ->type_name("FILE");
    keeping_.declare(app);
  }
  bool takes_trailing_command() const override { return true; }

  int run(Console& console) override {
    if (auto usage = check_usage(); !usage.ok()) {
      console.error(usage.error());
      return kUsage;
    }
    auto outcome = from_.empty() ? record_live(console) : import(console);
    if (!outcome.ok()) {
      console.error(outcome.error());
      if (!kept_.empty()) console.note("uproar: " + kept_ + "\n");
      return kFailed;
    }
    summarise(*outcome, console);
    return snapshot_failed_ ? kFailed : outcome->command_status;
  }

 private:
  static Error usage(std::string message, std::string remedy) {
    return Error{std::move(message), {}, std::move(remedy), 0};
  }

  // Reading and writing one file would end in neither.
  bool reads_its_output() const {
    struct stat from {};
    struct stat to {};
    if (from_.empty() || ::stat(output_.c_str(), &to) != 0 || !S_ISREG(to.st_mode)) return false;
    int looked = from_ == "-" ? ::fstat(STDIN_FILENO, &from) : ::stat(from_.c_str(), &from);
    return looked == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino;
  }

  // Everything that is wrong whatever the machine allows; fills the request as far as the options go.
  Result<void> check_usage() {
    TRY(capture_.take_command(trailing()));
    RecordRequest& request = capture_.request();
    request.command_to_stderr = output_ == "-";
    if (!capture_.has_events() && from_.empty())
      return usage("nothing to record", "name events with -e, or trace text with --from");
    if (!from_.empty() && (capture_.has_events() || !request.command.empty())) {
      return usage("--from takes no events and no command", "the text says which events it holds");
    }
    if (reads_its_output())
      return usage("--from and -o name the same file", "write the recording elsewhere with -o FILE");
    TRY(capture_.check());
    TRY(keeping_.check(output_, from_));
    request.flush_ns = keeping_.flush_ns();
    return {};
  }

  Result<RecordOutcome> record_live(Console& console) {
    TRY_ASSIGN(const Tracefs tracefs, capture_.prepare(command_line(), console));

    // From here on there is something that a signal must not leave behind: first the new file.
    TRY_ASSIGN(StopWatch signals, StopWatch::create());
    if (keeping_.snapshot_bytes() > 0) return record_in_memory(tracefs, console);
    TRY_ASSIGN(RecordOutput output, RecordOutput::open(output_));
    ignore_write_signals();
    TRY_ASSIGN(auto writer, RecordingWriter::create(output.take_descriptor(), output_, keeping_.writer()));
    auto outcome =
        record(tracefs, capture_.request(), *writer, [&](uint64_t events, uint64_t bytes, uint64_t lost) {
          // It records: from here on the file has its name and can be read.
          if (!named_) {
            (void)output.keep();
            if (keeping_.syncs_at_once()) output.sync_folder();
            named_ = true;
          }
          show_progress(events, bytes, lost, console);
        });
    removed_ = writer->records_removed();
    if (!outcome.ok() && writer->records_written() == 0) return outcome;
    TRY(output.keep());
    if (keeping_.syncs()) output.sync_folder();
    // ESTALE: what was written is not there any more.
    if (!outcome.ok() && outcome.error().sys_errno != ESTALE) {
      kept_ = std::to_string(writer->records_written() - removed_) + " events were recorded before that; " +
              (output_ == "-" ? std::string("whoever reads standard output may have them")
                              : output_ + " keeps them");
    }
    return outcome;
  }

  // Called the first time when the probes are armed.
  void show_progress(uint64_t events, uint64_t bytes, uint64_t lost, Console& console) {
    const bool first = !std::exchange(told_recording_, true);
    // Between the lines of whoever reads the recording from a pipe a line that is erased again would be lost.
    if (!console.err_is_terminal() || output_ == "-") {
      const bool ends_by_itself = !capture_.request().command.empty() || capture_.request().duration_ns;
      if (first)
        console.note(console.err_is_terminal() && !ends_by_itself ? "uproar: recording, Ctrl-C ends\n"
                                                                  : "uproar: recording\n");
      return;
    }
    std::string line = std::to_string(events) + " events, " + format_bytes(bytes);
    if (lost) line += ", " + std::to_string(lost) + " lost";
    console.status_line(line + " (Ctrl-C ends)");
  }

  Result<RecordOutcome> record_in_memory(const Tracefs& tracefs, Console& console) {
    // A place that cannot be written is told now, not when it matters.
    TRY(RecordOutput::open(output_));
    ignore_write_signals();
    auto ring =
        std::make_shared<SnapshotRing>(keeping_.snapshot_bytes(), keeping_.writer().compression_level);
    TRY_ASSIGN(auto writer, RecordingWriter::create(ring, keeping_.writer()));
    SnapshotPlan plan{keeping_.snapshot_at(), [&] {
                        Result<void> written = write_snapshot(*ring, console);
                        if (written.ok()) return;
                        snapshot_failed_ = true;
                        console.error(written.error());
                      }};
    auto outcome = record(
        tracefs, capture_.request(), *writer,
        [&](uint64_t events, uint64_t bytes, uint64_t lost) { show_progress(events, bytes, lost, console); },
        &plan);
    // What was recorded until something failed is not lost either.
    if (!outcome.ok() && snapshots_ == 0 && writer->records_written() > 0 && writer->flush().ok())
      plan.write();
    return outcome;
  }

  // OUT, then OUT.1, OUT.2 …
  Result<void> write_snapshot(const SnapshotRing& ring, Console& console) {
    std::string path = output_ + (snapshots_ > 0 ? "." + std::to_string(snapshots_) : "");
    TRY_ASSIGN(RecordOutput output, RecordOutput::open(path));
    TRY_ASSIGN(auto saved, ring.save(output.take_descriptor(), path, keeping_.writer().fsync));
    TRY(output.keep());
    if (keeping_.syncs()) output.sync_folder();
    ++snapshots_;
    console.note("uproar: snapshot of " + std::to_string(saved.records) +
                 (saved.records == 1 ? " event, " : " events, ") + format_bytes(saved.bytes) + " in " + path +
                 "\n");
    return {};
  }

  Result<RecordOutcome> import(Console&) {
    TRY_ASSIGN(RecordOutput output, RecordOutput::open(output_));
    ignore_write_signals();
    TRY_ASSIGN(auto writer, RecordingWriter::create(output.take_descriptor(), output_, keeping_.writer()));
    TRY_ASSIGN(auto input, ByteInput::open(from_));
    TRY_ASSIGN(ImportOutcome imported,
               import_trace_text(*input, facts_of_import(command_line()), *writer, {}));
    RecordOutcome outcome;
    outcome.summary.events = imported.events;
    outcome.summary.lost = imported.lost;
    outcome.bytes = writer->bytes_written();
    if (!imported.notes.empty()) outcome.warning = imported.notes.front();
    if (!imported.damage.empty()) outcome.warning = imported.damage.front().reason;
    TRY(output.keep());
    if (keeping_.syncs()) output.sync_folder();
    removed_ = writer->records_removed();
    return outcome;
  }

  void summarise(const RecordOutcome& outcome, Console& console) {
    // As the file and `info` count: what was taken out again is lost.
    EndSummary sum = outcome.summary;
    const uint64_t removed = std::min(removed_, sum.events);
    sum.events -= removed;
    sum.lost += removed;
    std::string text = "uproar: " + std::to_string(sum.events) + (sum.events == 1 ? " event" : " events") +
                       " recorded, " + std::to_string(sum.lost) + " lost";
    if (sum.hits_known && !sum.hits_filtered)
      text += " of " + std::to_string(sum.hits) + (sum.hits == 1 ? " hit" : " hits");
    if (keeping_.snapshot_bytes() > 0) {
      text +=
          ", " + std::to_string(snapshots_) + (snapshots_ == 1 ? " snapshot" : " snapshots") + " written\n";
    } else {
      text +=
          ", " + format_bytes(outcome.bytes) + " in " + (output_ == "-" ? "standard output" : output_) + "\n";
    }
    if (!outcome.warning.empty()) console.warn(outcome.warning);
    console.note(text);
    if (removed_ > 0) {
      console.note("  the newest " + std::to_string(sum.events) +
                   " are in the file, the others were removed: --max-size " + keeping_.max_size() + "\n");
    }
    if (from_.empty() && !is_initial_pid_namespace(own_pid_namespace()))
      console.note("  tasks have the kernel's own numbers in it, not those of this PID namespace\n");
    note_hits(outcome, console);
  }

  CaptureOptions capture_;
  std::string output_ = "uproar.upr";
  std::string from_;
  KeepingOptions keeping_;
  uint64_t snapshots_ = 0;  // written so far
  bool snapshot_failed_ = false;
  bool named_ = false;
  bool told_recording_ = false;
  uint64_t removed_ = 0;  // records that --max-size removed
  std::string kept_;      // what a failed recording leaves to read, in words
};

}  // namespace

std::unique_ptr<Command> make_record_command() {
  return std::make_unique<RecordCommand>();
}

}  // namespace uproar
