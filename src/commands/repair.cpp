#include "recording/repair.h"

#include <sys/stat.h>

#include <csignal>

#include "base/stop.h"
#include "commands/all_commands.h"
#include "commands/files/record_output.h"
#include "commands/files/surveyed_recording.h"
#include "commands/options/units.h"

namespace uproar {
namespace {

bool same_file(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

class RepairCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("IN", in_, "the damaged recording; is not changed")->required();
    app.add_option("OUT", out_, "what is written; - is standard output")->required();
  }

  int run(Console& console) override {
    if (same_file(in_, out_)) {
      console.error(Error{"IN and OUT are the same file", {}, "give OUT another name", 0});
      return kUsage;
    }
    auto repaired = repair(console);
    if (!repaired.ok()) {
      console.error(repaired.error());
      return kFailed;
    }
    return kDone;
  }

 private:
  Result<void> repair(Console& console) {
    TRY_ASSIGN(SurveyedRecording recording, open_surveyed(in_));
    if (!recording.survey) return Error{in_ + " is no file on a disk", {}, "copy it into one: cat > FILE", 0};
    // A signal must not leave a half of the new file behind.
    TRY_ASSIGN(StopWatch signals, StopWatch::create());
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
    TRY_ASSIGN(RecordOutput output, RecordOutput::open(out_));
    RecordingWriter::Options options;
    options.fsync = FsyncPolicy::End;
    TRY_ASSIGN(auto writer, RecordingWriter::create(output.take_descriptor(), out_, options));
    auto interrupted = [&] { return signals.wait({}, 0) == StopReason::Signal; };
    TRY_ASSIGN(RepairReport report,
               repair_recording(*recording.reader, *recording.survey, *writer, interrupted));
    TRY(output.keep());
    output.sync_folder();
    tell(recording, report, writer->bytes_written(), console);
    return {};
  }

  void tell(const SurveyedRecording& recording, const RepairReport& report, uint64_t bytes,
            Console& console) const {
    const auto damage = recording.damage();
    for (const Damage& one : damage)
      console.note("uproar: damaged at byte " + std::to_string(one.offset) + ": " + one.reason + "\n");
    if (!recording.reader->end()) {
      console.note("uproar: the recording has no end: what its recorder had not written is missing\n");
    } else if (damage.empty()) {
      console.note("uproar: nothing is damaged\n");
    }
    auto events = [](uint64_t count) { return std::to_string(count) + (count == 1 ? " event" : " events"); };
    std::string lost = report.lost_more && report.lost == 0 ? "an unknown number of events is lost"
                       : report.lost_more ? "at least " + events(report.lost) + " lost by the damage"
                                          : events(report.lost) + " lost by the damage";
    console.note("uproar: " + events(report.events) + " saved, " + lost + ", " + format_bytes(bytes) +
                 " in " + (out_ == "-" ? "standard output" : out_) + "\n");
  }

  std::string in_, out_;
};

}  // namespace

std::unique_ptr<Command> make_repair_command() {
  return std::make_unique<RepairCommand>();
}

}  // namespace uproar
