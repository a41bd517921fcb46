#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "commands/all_commands.h"
#include "commands/files/record_output.h"
#include "commands/files/recording_file.h"
#include "commands/files/session_facts.h"
#include "commands/files/unlink_on_signal.h"
#include "commands/options/selection_options.h"
#include "commands/options/units.h"
#include "convert/file_formats.h"
#include "convert/io/spool.h"
#include "convert/recording_export.h"
#include "kernel/tracefs/local_formats.h"

namespace uproar {
namespace {

Error plain_error(std::string message, std::string remedy) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

std::string known_names(bool to_read) {
  std::string names;
  for (const FileFormat& format : file_formats()) {
    if (!(to_read ? format.can_read() : format.can_write())) continue;
    if (!names.empty()) names += ", ";
    names += format.name;
  }
  return names;
}

// The formats that have a choice of layout: "v7, v6 (trace.dat)".
std::string known_forms() {
  std::string text;
  for (const FileFormat& format : file_formats()) {
    if (format.forms.empty()) continue;
    for (const FileForm& form : format.forms) {
      if (!text.empty()) text += ", ";
      text += form.name;
    }
    text += std::string(" (") + format.name + ")";
  }
  return text;
}

const FileForm* form_of(const FileFormat& format, std::string_view name) {
  for (const FileForm& form : format.forms) {
    if (form.name == name) return &form;
  }
  return nullptr;
}

std::vector<std::string> form_names() {
  std::vector<std::string> names;
  for (const FileFormat& format : file_formats()) {
    for (const FileForm& form : format.forms) names.emplace_back(form.name);
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
    app.add_option("--form", form_, "layout of OUT: " + known_forms())
        ->check(CLI::IsMember(form_names()))
        ->option_text("NAME");
    app.add_option("--compression", compression_, "of OUT, where its format has one: zstd, none")
        ->check(CLI::IsMember({"zstd", "none"}))
        ->option_text("NAME");
    selection_.declare(app);
  }

  int run(Console& console) override {
    console_ = &console;
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
    auto input = open_input();
    if (!input.ok()) return fail(input.error(), kFailed);
    if (auto chosen = choose_formats(**input); !chosen.ok()) return fail(chosen.error(), kUsage);
    auto choice = selection_.choice();
    if (!choice.ok()) return fail(choice.error(), kUsage);
    choice_ = std::move(*choice);
    auto converted = convert(std::move(*input));
    if (!converted.ok()) return fail(converted.error(), makes_no_sense_ ? kUsage : kFailed);
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
      source_ = format_by_name(from_);
      if (source_ == nullptr)
        return plain_error("there is no format '" + from_ + "'", "--from takes " + known_names(true));
    } else {
      TRY_ASSIGN(const auto start, input.view(0, kSniffedBytes));
      if (start.empty())
        return plain_error(input.name() + " is empty", "record again, or copy the file again");
      source_ = format_by_content(start);
      if (source_ == nullptr) {
        return plain_error(input.name() + " is in no format that is known",
                           "if it is damaged, say what it was: --from " + known_names(true));
      }
    }
    if (!source_->can_read()) {
      return plain_error("the format '" + std::string(source_->name) + "' can be written, not read",
                         "convert what it was made of: " + known_names(true));
    }
    if (source_->is_recording && target_->is_recording && !selection_.any())
      return plain_error("IN is a recording already",
                         "name a file of another format as OUT, or copy it with cp");
    return check_form();
  }

  Result<void> choose_target() {
    if (!to_.empty()) {
      target_ = format_by_name(to_);
      if (target_ == nullptr)
        return plain_error("there is no format '" + to_ + "'", "--to takes " + known_names(false));
      return {};
    }
    target_ = format_by_path(out_);
    if (target_ == nullptr) {
      return plain_error(out_ == "-" ? "standard output has no name that tells the format"
                                     : "the name '" + out_ + "' does not tell the format",
                         "say it: --to " + known_names(false));
    }
    return {};
  }

  Result<void> check_form() const {
    const FileForm* const form = form_of(*target_, form_);
    if (!form_.empty() && form == nullptr) {
      const auto& all = file_formats();
      const auto owner = std::find_if(all.begin(), all.end(), [this](const FileFormat& format) {
        return form_of(format, form_) != nullptr;
      });
      return plain_error("--form " + form_ + " is of " + owner->name, "leave --form out");
    }
    if (!compression_.empty() && !target_->has_compression)
      return plain_error(std::string("the format '") + target_->name + "' has no choice of compression",
                         "leave --compression out");
    if (form != nullptr && form->without_compression != nullptr && compression_ == "zstd")
      return plain_error(form->without_compression, std::string("use --form ") +
                                                        std::string(target_->forms.front().name) +
                                                        ", or leave one of both out");
    return {};
  }

  Result<void> convert(std::unique_ptr<ByteInput> input) {
    RecordOutput::Options options;
    options.what = target_->what;
    options.is_text = target_->is_text;
    options.choose = "as OUT";
    options.choose_instead = "name a file as OUT";
    TRY_ASSIGN(RecordOutput output, RecordOutput::open(out_, options));
    const UnlinkOnSignal unlink_on_signal(output.temporary());
    if (target_->is_recording && !selection_.any()) {
      TRY(import(*input, output.take_descriptor(), out_));
    } else if (source_->is_recording) {
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
    if (source_->needs_seeking && !given.can_seek()) {
      TRY_ASSIGN(const bool must_seek, source_->needs_seeking(given));
      if (must_seek) {
        TRY_ASSIGN(copy, spool(given));
        TRY_ASSIGN(copied, ByteInput::open(path_of(copy)));
        input = copied.get();
      }
    }
    TRY_ASSIGN(auto writer, RecordingWriter::create(std::move(fd), name));
    TRY_ASSIGN(const ImportOutcome outcome,
               source_->import_from(*input, *writer,
                                    {facts_of_import(command_line()), progress_of(0), local_formats()}));
    events_ = outcome.events;
    lost_ = outcome.lost;
    bytes_ = writer->bytes_written();
    tell(outcome.notes);
    tell_damage(outcome.damage);
    return {};
  }

  // A recorder of perf that was killed leaves no formats; if it was one of this machine's, they may be here.
  static FormatLookup local_formats() {
    auto tracefs = Tracefs::locate();
    struct utsname machine {};
    if (!tracefs.ok() || ::uname(&machine) != 0) return {};
    const auto formats = std::make_shared<LocalFormats>(std::move(*tracefs));
    return [formats, machine](uint64_t id) {
      LocalFormats::Found found = formats->find(id);
      return LocalFormat{std::move(found.group), std::move(found.text), machine.nodename, machine.release};
    };
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
    PlayChoice choice = choice_;
    choice.side = target_->side;
    auto made = Player::make(reader, choice);
    makes_no_sense_ = !made.ok();
    TRY_ASSIGN(const std::unique_ptr<Player> player, std::move(made));
    TRY_ASSIGN(const ExportOutcome outcome, target_->is_recording ? write_recording(*player, std::move(fd))
                                                                  : write_other(*player, std::move(fd)));
    events_ = outcome.events;
    lost_ = outcome.lost;
    tell(outcome.notes);
    if (source_->is_recording) damaged_ = report_damage(reader, *console_);
    return {};
  }

  Result<ExportOutcome> write_recording(Player& player, Fd fd) {
    const RecordingReader::Totals totals = player.reader().totals();
    RecordingWriter::Options options;
    if (!totals.cpus.empty()) options.block_bytes = RecordingWriter::block_bytes_for(totals.cpus.back() + 1);
    TRY_ASSIGN(const auto writer, RecordingWriter::create(std::move(fd), out_, options));
    TRY_ASSIGN(ExportOutcome outcome, export_recording(player, *writer, progress_of(totals.records)));
    bytes_ = writer->bytes_written();
    return outcome;
  }

  Result<ExportOutcome> write_other(Player& player, Fd fd) {
    ExportRequest request;
    request.form = form_;
    request.compress = compression_ != "none";
    request.escape = ::isatty(fd.get()) == 1 ? Escape::Terminal : Escape::None;
    request.progress = progress_of(player.reader().totals().records);
    const auto output = ByteOutput::to_fd(std::move(fd), out_ == "-" ? "standard output" : out_);
    TRY_ASSIGN(ExportOutcome outcome, target_->export_to(player, *output, request));
    bytes_ = output->position();
    return outcome;
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
  SelectionOptions selection_;
  PlayChoice choice_;
  bool makes_no_sense_ = false;  // the choice, for this recording
  const FileFormat* source_ = nullptr;
  const FileFormat* target_ = nullptr;
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
