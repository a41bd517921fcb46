#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "commands/all_commands.h"
#include "commands/record_output.h"
#include "commands/recording_file.h"
#include "commands/session_facts.h"
#include "commands/units.h"
#include "commands/unlink_on_signal.h"
#include "convert/file_formats.h"
#include "convert/io/spool.h"
#include "convert/perf_data/perf_data_export.h"
#include "convert/perf_data/perf_data_header.h"
#include "convert/perf_data/perf_data_import.h"
#include "convert/text/text_export.h"
#include "convert/text/text_import.h"
#include "convert/trace_dat/trace_dat_export.h"
#include "convert/trace_dat/trace_dat_import.h"
#include "kernel/tracefs/local_formats.h"

namespace uproar {
namespace {

Error plain_error(std::string message, std::string remedy) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

std::string known_names(bool to_read) {
  std::string names;
  for (const FileFormatInfo& info : file_formats()) {
    if (!(to_read ? info.can_read : info.can_write)) continue;
    if (!names.empty()) names += ", ";
    names += info.name;
  }
  return names;
}

// A recording that is read from where it is, or from a copy of what a pipe gave.
struct OpenRecording {
  Fd copy;
  std::unique_ptr<RecordingReader> reader;
};

class ConvertCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("IN", in_, "file to read; - is standard input")->required();
    app.add_option("OUT", out_, "file to write; - is standard output")->required();
    app.add_option("--from", from_, "format of IN, where its content does not tell: " + known_names(true))
        ->type_name("NAME");
    app.add_option("--to", to_, "format of OUT, where its name does not tell: " + known_names(false))
        ->type_name("NAME");
    app.add_option("--form", form_, "layout of OUT: v7, v6 (trace.dat), pipe, file (perf.data)")
        ->check(CLI::IsMember({"v7", "v6", "pipe", "file"}))
        ->option_text("NAME");
    app.add_option("--compression", compression_, "of OUT, where its format has one: zstd, none")
        ->check(CLI::IsMember({"zstd", "none"}))
        ->option_text("NAME");
  }

  int run(Console& console) override {
    console_ = &console;
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
    auto input = open_input();
    if (!input.ok()) return fail(input.error(), kFailed);
    if (auto chosen = choose_formats(**input); !chosen.ok()) return fail(chosen.error(), kUsage);
    auto converted = convert(std::move(*input));
    if (!converted.ok()) return fail(converted.error(), kFailed);
    return damaged_ ? kFailed : kDone;
  }

 private:
  int fail(const Error& error, int status) {
    console_->error(error);
    return status;
  }

  Result<std::unique_ptr<ByteInput>> open_input() const {
    struct stat from {};
    struct stat to {};
    const bool compare = out_ != "-" && ::stat(out_.c_str(), &to) == 0 && S_ISREG(to.st_mode);
    const int looked = in_ == "-" ? ::fstat(STDIN_FILENO, &from) : ::stat(in_.c_str(), &from);
    if (compare && looked == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino)
      return plain_error("IN and OUT are the same file", "choose another name as OUT");
    return ByteInput::open(in_);
  }

  // Sets source_ and target_.
  Result<void> choose_formats(ByteInput& input) {
    TRY(choose_target());
    if (!from_.empty()) {
      const auto named = format_by_name(from_);
      if (!named)
        return plain_error("there is no format '" + from_ + "'", "--from takes " + known_names(true));
      source_ = *named;
    } else {
      TRY_ASSIGN(const auto start, input.view(0, kSniffedBytes));
      if (start.empty())
        return plain_error(input.name() + " is empty", "record again, or copy the file again");
      const auto seen = format_by_content(start);
      if (!seen) {
        return plain_error(input.name() + " is in no format that is known",
                           "if it is damaged, say what it was: --from " + known_names(true));
      }
      source_ = *seen;
    }
    if (!info_of(source_).can_read) {
      return plain_error("the format '" + std::string(info_of(source_).name) + "' can be written, not read",
                         "convert what it was made of: " + known_names(true));
    }
    if (source_ == FileFormat::Recording && target_ == FileFormat::Recording)
      return plain_error("IN is a recording already",
                         "name a file of another format as OUT, or copy it with cp");
    return check_form();
  }

  Result<void> choose_target() {
    if (!to_.empty()) {
      const auto named = format_by_name(to_);
      if (!named) return plain_error("there is no format '" + to_ + "'", "--to takes " + known_names(false));
      target_ = *named;
      return {};
    }
    const auto by_name = format_by_path(out_);
    if (!by_name) {
      return plain_error(out_ == "-" ? "standard output has no name that tells the format"
                                     : "the name '" + out_ + "' does not tell the format",
                         "say it: --to " + known_names(false));
    }
    target_ = *by_name;
    return {};
  }

  Result<void> check_form() const {
    const bool of_trace_dat = form_ == "v6" || form_ == "v7";
    if (!form_.empty() && target_ != (of_trace_dat ? FileFormat::TraceDat : FileFormat::PerfData)) {
      return plain_error("--form " + form_ + " is of " + (of_trace_dat ? "trace.dat" : "perf.data"),
                         "leave --form out");
    }
    if (!compression_.empty() && target_ != FileFormat::TraceDat)
      return plain_error(
          std::string("the format '") + info_of(target_).name + "' has no choice of compression",
          "leave --compression out");
    if (form_ == "v6" && compression_ == "zstd")
      return plain_error("version 6 of trace.dat has no compression",
                         "use --form v7, or leave one of both out");
    return {};
  }

  Result<void> convert(std::unique_ptr<ByteInput> input) {
    RecordOutput::Options options;
    options.what = info_of(target_).what;
    options.is_text =
        target_ == FileFormat::TraceText || target_ == FileFormat::JsonLines || target_ == FileFormat::Csv;
    options.choose = "as OUT";
    options.choose_instead = "name a file as OUT";
    TRY_ASSIGN(RecordOutput output, RecordOutput::open(out_, options));
    const UnlinkOnSignal unlink_on_signal(output.temporary());
    if (target_ == FileFormat::Recording) {
      TRY(import(*input, output.take_descriptor(), out_));
    } else if (source_ == FileFormat::Recording) {
      TRY_ASSIGN(const OpenRecording recording, open_recording(*input));
      TRY(export_to(*recording.reader, output.take_descriptor()));
    } else {
      // By way of a recording that nobody sees.
      TRY_ASSIGN(const Fd between, unnamed_file());
      TRY_ASSIGN(Fd writing, open_file(path_of(between), O_WRONLY));
      TRY(import(*input, std::move(writing), "the temporary recording"));
      TRY_ASSIGN(auto reader, RecordingReader::open(path_of(between)));
      TRY(export_to(*reader, output.take_descriptor()));
    }
    TRY(output.keep());
    summarise();
    return {};
  }

  Result<void> import(ByteInput& given, Fd fd, const std::string& name) {
    ByteInput* input = &given;
    Fd copy;
    std::unique_ptr<ByteInput> copied;
    TRY_ASSIGN(const bool must_seek, needs_seeking(given));
    if (must_seek && !given.can_seek()) {
      TRY_ASSIGN(copy, spool(given));
      TRY_ASSIGN(copied, ByteInput::open(path_of(copy)));
      input = copied.get();
    }
    TRY_ASSIGN(auto writer, RecordingWriter::create(std::move(fd), name));
    TRY_ASSIGN(const ImportOutcome outcome, import_as(*input, *writer));
    events_ = outcome.events;
    lost_ = outcome.lost;
    bytes_ = writer->bytes_written();
    tell(outcome.notes);
    tell_damage(outcome.damage);
    return {};
  }

  // trace.dat, and perf.data but for its form for pipes, have tables that lead to and fro.
  Result<bool> needs_seeking(ByteInput& input) const {
    if (source_ != FileFormat::PerfData) return source_ == FileFormat::TraceDat;
    TRY_ASSIGN(const auto start, input.view(0, kPerfFileHeaderSize));
    const auto header = parse_perf_file_header(start, input.name());
    return header.ok() && !header->pipe;
  }

  Result<ImportOutcome> import_as(ByteInput& input, RecordingWriter& writer) {
    const ProgressFunction progress = progress_of(0);
    switch (source_) {
      case FileFormat::TraceDat:
        return import_trace_dat(input, facts_of_import(command_line()), writer, progress);
      case FileFormat::PerfData:
        return import_perf_data(input, writer, progress, perf_data_options());
      case FileFormat::TraceText:
        return import_trace_text(input, facts_of_import(command_line()), writer, progress);
      default:
        return plain_error(std::string("this version cannot read ") + info_of(source_).what, {});
    }
  }

  // A recorder of perf that was killed leaves no formats; this machine may still have them.
  PerfDataImportOptions perf_data_options() const {
    PerfDataImportOptions options;
    auto tracefs = Tracefs::locate();
    if (!tracefs.ok()) return options;
    const auto formats = std::make_shared<LocalFormats>(std::move(*tracefs));
    options.local_formats = [formats](uint64_t id) {
      LocalFormats::Found found = formats->find(id);
      return LocalFormat{std::move(found.group), std::move(found.text)};
    };
    return options;
  }

  // Also from standard input, of which the beginning was looked at.
  Result<OpenRecording> open_recording(ByteInput& input) const {
    OpenRecording recording;
    std::string path = in_;
    if (!input.can_seek()) {
      TRY_ASSIGN(recording.copy, spool(input));
      path = path_of(recording.copy);
    } else if (in_ == "-") {
      path = "/proc/self/fd/0";
    }
    TRY_ASSIGN(recording.reader, RecordingReader::open(path));
    return recording;
  }

  Result<void> export_to(RecordingReader& reader, Fd fd) {
    const bool terminal = ::isatty(fd.get()) == 1;
    const auto output = ByteOutput::to_fd(std::move(fd), out_ == "-" ? "standard output" : out_);
    TRY_ASSIGN(const ExportOutcome outcome,
               export_as(reader, *output, terminal ? Escape::Terminal : Escape::None));
    bytes_ = output->position();
    events_ = outcome.events;
    lost_ = outcome.lost;
    tell(outcome.notes);
    if (source_ == FileFormat::Recording) damaged_ = report_damage(reader, *console_);
    return {};
  }

  Result<ExportOutcome> export_as(RecordingReader& reader, ByteOutput& output, Escape escape) {
    const ProgressFunction progress = progress_of(reader.totals().records);
    switch (target_) {
      case FileFormat::TraceDat:
        return export_trace_dat(reader, output,
                                {.version = form_ == "v6" ? 6u : 7u, .compress = compression_ != "none"},
                                progress);
      case FileFormat::PerfData:
        return export_perf_data(reader, output, {perf_data_form()}, progress);
      case FileFormat::TraceText:
      case FileFormat::JsonLines:
      case FileFormat::Csv:
        return export_text(reader, target_, escape, output, progress);
      default:
        return plain_error(std::string("this version cannot write ") + info_of(target_).what, {});
    }
  }

  PerfDataOptions::Form perf_data_form() const {
    return form_ == "file"   ? PerfDataOptions::Form::File
           : form_ == "pipe" ? PerfDataOptions::Form::Pipe
                             : PerfDataOptions::Form::Best;
  }

  // `events`: how many there will be; 0: the bytes tell how far it is.
  ProgressFunction progress_of(uint64_t events) {
    if (!console_->err_is_terminal()) return {};
    return [this, events](const ConversionProgress& progress) {
      const uint64_t done = events > 0 ? progress.events : progress.bytes;
      const uint64_t total = events > 0 ? events : progress.bytes_total;
      std::string line = std::to_string(progress.events) + " events";
      if (total > 0) line = std::to_string(std::min<uint64_t>(done / (total / 100 + 1), 100)) + "%, " + line;
      console_->status_line(line);
      return true;
    };
  }

  void tell(const std::vector<std::string>& notes) {
    constexpr size_t kMostShown = 10;
    for (size_t i = 0; i < notes.size() && i < kMostShown; ++i) console_->warn(notes[i]);
    if (notes.size() > kMostShown)
      console_->warn("and " + std::to_string(notes.size() - kMostShown) + " more of such notes");
  }

  void tell_damage(const std::vector<Damage>& damage) {
    constexpr size_t kMostShown = 10;
    for (size_t i = 0; i < damage.size() && i < kMostShown; ++i) {
      console_->error(
          plain_error("damaged at byte " + std::to_string(damage[i].offset) + ": " + damage[i].reason, {}));
    }
    if (damage.size() > kMostShown)
      console_->error(
          plain_error(std::to_string(damage.size() - kMostShown) + " more places are damaged", {}));
    if (!damage.empty()) console_->note("  help: everything that is whole was converted\n");
    damaged_ |= !damage.empty();
  }

  void summarise() {
    console_->note("uproar: " + std::to_string(events_) + (events_ == 1 ? " event" : " events") +
                   " converted, " + std::to_string(lost_) + " lost, " + format_bytes(bytes_) + " in " +
                   (out_ == "-" ? "standard output" : out_) + "\n");
  }

  std::string in_;
  std::string out_;
  std::string from_;
  std::string to_;
  std::string form_;
  std::string compression_;
  Console* console_ = nullptr;
  FileFormat source_ = FileFormat::Recording;
  FileFormat target_ = FileFormat::Recording;
  uint64_t events_ = 0;
  uint64_t lost_ = 0;
  uint64_t bytes_ = 0;
  bool damaged_ = false;
};

}  // namespace

std::unique_ptr<Command> make_convert_command() {
  return std::make_unique<ConvertCommand>();
}

}  // namespace uproar
