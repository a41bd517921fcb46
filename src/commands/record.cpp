#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <utility>

#include "base/cpu_list.h"
#include "base/number.h"
#include "base/stop.h"
#include "capture/session.h"
#include "commands/all_commands.h"
#include "commands/files/record_output.h"
#include "commands/files/session_facts.h"
#include "commands/options/definition_options.h"
#include "commands/options/event_choice.h"
#include "commands/options/keeping_options.h"
#include "commands/options/units.h"
#include "convert/text/text_import.h"
#include "kernel/features.h"
#include "kernel/proc/pid_namespace.h"
#include "lower/choose_backend.h"
#include "recording/sinks/snapshot_ring.h"

namespace uproar {
namespace {

// A reader that is gone and a file size limit become errors of write(2), so that everything is taken down in
// order.
void ignore_write_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

class RecordCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app_ = &app;
    app.add_option("-e,--event", events_,
                   "a definition, or the name (glob) of an event that exists; may be repeated")
        ->allow_extra_args(false)
        ->type_name("DEF|GLOB");
    app.add_option("--filter", filters_,
                   "record only what this kernel filter lets through: for the -e before it")
        ->allow_extra_args(false)
        ->type_name("EXPR");
    app.add_option("-o,--output", output_, "file to write; - is standard output")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_option("-p,--pid", processes_, "only these processes, all their threads, and what they start")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("PID");
    app.add_option("-t,--tid", threads_, "only these threads")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("TID");
    app.add_flag("-a,--all-cpus", system_wide_, "the whole system, also with a command");
    app.add_option("-C,--cpu", cpus_, "only these CPUs, such as 0-1,3")->type_name("CPUS");
    app.add_option("-m,--mmap-pages", buffer_, "ring buffer of each CPU: pages, or with K, M, G")
        ->type_name("SIZE");
    duration_option_ =
        app.add_option("--duration", duration_, "stop after this time: 10, 500ms, 2m")->type_name("TIME");
    app.add_option("--via", via_, "how the events come: auto, tracefs, trace_pipe")
        ->check(CLI::IsMember({"auto", "tracefs", "trace_pipe", "perf", "bpf"}))
        ->option_text("NAME")
        ->capture_default_str();
    app.add_option("--from", from_, "take trace text that was captured elsewhere; - is standard input")
        ->type_name("FILE");
    app.add_flag("-g", call_chains_, "record call chains (not with tracefs)");
    keeping_.declare(app);
    options_.declare(app);
    // The first word that is no option begins the command to record, as in perf record.
    app.prefix_command();
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

  static Result<std::vector<int32_t>> task_numbers(const std::vector<std::string>& words, const char* what) {
    std::vector<int32_t> numbers;
    for (const std::string& word : words) {
      auto number = parse_decimal(word);
      if (!number || *number == 0 || *number > std::numeric_limits<int32_t>::max())
        return usage("'" + word + "' is no " + what + " number",
                     "pgrep NAME finds the number of a running program");
      numbers.push_back(static_cast<int32_t>(*number));
    }
    return numbers;
  }

  // The kernel takes any number, and would record nothing. /proc/TID is there for threads too.
  static Result<void> check_exists(int32_t tid, const std::string& what) {
    if (::access(("/proc/" + std::to_string(tid)).c_str(), F_OK) == 0) return {};
    return Error{"there is no " + what + " " + std::to_string(tid),
                 {},
                 "pgrep NAME finds the number of a running program",
                 ESRCH};
  }

  // Whoever asks for number 7 means that of ps; the kernel and this process may mean another task by it.
  Result<void> check_numbering() const {
    if ((processes_.empty() && threads_.empty()) || proc_shows_own_namespace()) return {};
    return Error{"/proc does not show the tasks of this PID namespace, so -p and -t are ambiguous",
                 {},
                 "mount it for this namespace: mount -t proc proc /proc (unshare --mount-proc does it)",
                 0};
  }

  // Reading and writing one file would end in neither.
  bool reads_its_output() const {
    struct stat from {};
    struct stat to {};
    if (from_.empty() || ::stat(output_.c_str(), &to) != 0 || !S_ISREG(to.st_mode)) return false;
    int looked = from_ == "-" ? ::fstat(STDIN_FILENO, &from) : ::stat(from_.c_str(), &from);
    return looked == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino;
  }

  // Everything that is wrong whatever the machine allows; fills request_ as far as the options go.
  Result<void> check_usage() {
    std::vector<std::string> words = app_->remaining();
    if (!words.empty() && words[0].rfind('-', 0) == 0)
      return usage("there is no option " + words[0], "uproar record --help shows what there is");
    TRY(check_split(words));
    words.insert(words.end(), trailing().begin(), trailing().end());
    request_.command = std::move(words);
    request_.command_to_stderr = output_ == "-";

    if (events_.empty() && from_.empty())
      return usage("nothing to record", "name events with -e, or trace text with --from");
    if (!from_.empty() && (!events_.empty() || !request_.command.empty())) {
      return usage("--from takes no events and no command", "the text says which events it holds");
    }
    if (reads_its_output())
      return usage("--from and -o name the same file", "write the recording elsewhere with -o FILE");
    TRY_ASSIGN(request_.processes, task_numbers(processes_, "process"));
    TRY_ASSIGN(request_.threads, task_numbers(threads_, "thread"));
    if (filter_without_event())
      return usage("a --filter stands before every -e", "put each --filter behind the -e it is for");
    if (call_chains_)
      return usage("call chains need the perf back end, which this version does not have", "leave -g out");
    if (!is_built(via_))
      return usage("this version cannot record via " + via_, "use --via tracefs, or leave --via out");
    if (duration_option_->count() > 0) {
      request_.duration_ns = parse_duration(duration_);
      if (!request_.duration_ns)
        return usage("'" + duration_ + "' is no duration", "write 10, 500ms, 2m or 1h");
    }
    if (!buffer_.empty()) {
      auto bytes = parse_buffer_size(buffer_);
      if (!bytes)
        return usage("'" + buffer_ + "' is no buffer size", "write pages (128) or a size (512K, 4M)");
      request_.buffer_kb_per_cpu = std::max<uint64_t>(*bytes / 1024, 8);
    }
    TRY(keeping_.check(output_, from_));
    request_.flush_ns = keeping_.flush_ns();
    if (app_->count("--cpu") > 0) {
      auto cpus = parse_cpu_list(cpus_);
      if (!cpus) return usage("'" + cpus_ + "' is no list of CPUs", "write 0-1,3");
      long present = ::sysconf(_SC_NPROCESSORS_CONF);
      if (cpus->back() >= static_cast<uint32_t>(present)) {
        return usage("there is no CPU " + std::to_string(cpus->back()),
                     "this machine has CPUs 0 to " + std::to_string(present - 1));
      }
      request_.cpus = *cpus;
    }
    return {};
  }

  // "-e ./shop:take id name -- ./shop" without quotes: the shell makes words of it, and "id" would be run.
  // "grep -- WORD" is a command, whose "--" is its own.
  Result<void> check_split(const std::vector<std::string>& words) const {
    if (words.empty() || trailing().empty() || events_.empty()) return {};
    const auto is_word = [](const std::string& word) { return !word.starts_with('-'); };
    const bool several = std::count_if(words.begin(), words.end(), is_word) > 1;
    const bool of_the_command =
        std::any_of(events_.begin(), events_.end(), [&](const std::string& definition) {
          return definition.find(trailing().front() + ":") != std::string::npos;
        });
    if (!several && !of_the_command) return {};
    std::string quoted = events_.back();
    for (const std::string& word : words) quoted += " " + word;
    return usage("the words before -- that are no options: " + words.front() +
                     (words.size() > 1 ? " …" : "") +
                     ", would be run as a command; was a definition meant that the shell has split?",
                 "put the definition in quotes: -e '" + quoted + "'; or write the command behind --");
  }

  bool filter_without_event() const {
    for (const CLI::Option* option : app_->parse_order()) {
      if (option->get_name() == "--event") return false;
      if (option->get_name() == "--filter") return true;
    }
    return false;
  }

  // --filter belongs to the nearest -e before it, as in perf.
  std::vector<EventChoice> choices() const {
    std::vector<EventChoice> choices;
    size_t next_filter = 0;
    for (const CLI::Option* option : app_->parse_order()) {
      if (option->get_name() == "--event") choices.push_back({events_[choices.size()], {}});
      if (option->get_name() == "--filter") choices.back().filter = filters_[next_filter++];
    }
    return choices;
  }

  // One for all that is to be recorded.
  Result<Backend> backend_for_all() const {
    const Capabilities capabilities = probe_capabilities();
    for (const auto& probe : request_.probes)
      TRY(choose_backend(judge_backends(probe.plan, capabilities), via_));
    return choose_backend(judge_backends(capabilities), via_);
  }

  Result<RecordOutcome> record_live(Console& console) {
    TRY(check_numbering());
    for (int32_t pid : request_.processes) TRY(check_exists(pid, "process"));
    for (int32_t tid : request_.threads) TRY(check_exists(tid, "thread"));
    request_.system_wide = system_wide_;
    request_.session = facts_of_recording(command_line());

    TRY_ASSIGN(const Tracefs tracefs, tracefs_for_new_events(console));
    TRY(choose_events(tracefs, choices(), options_.resolve(), request_, console));
    TRY_ASSIGN(Backend backend, backend_for_all());
    request_.via =
        backend == Backend::TracePipe ? RecordRequest::Via::TracePipe : RecordRequest::Via::Tracefs;

    // From here on there is something that a signal must not leave behind: first the new file.
    TRY_ASSIGN(StopWatch signals, StopWatch::create());
    if (keeping_.snapshot_bytes() > 0) return record_in_memory(tracefs, console);
    TRY_ASSIGN(RecordOutput output, RecordOutput::open(output_));
    ignore_write_signals();
    TRY_ASSIGN(auto writer, RecordingWriter::create(output.take_descriptor(), output_, keeping_.writer()));
    auto outcome = record(tracefs, request_, *writer, [&](uint64_t events, uint64_t bytes, uint64_t lost) {
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
      const bool ends_by_itself = !request_.command.empty() || request_.duration_ns;
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
        tracefs, request_, *writer,
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
    if (outcome.ring_lost > 0) console.note("  help: a larger buffer loses less: -m 64M\n");
    if (outcome.hits.unexplained > 0) {
      console.note("  " + std::to_string(outcome.hits.unexplained) +
                   " more hits were of other tasks, or too long for the kernel's ring buffer (4,072 bytes a "
                   "record)\n");
    }
    if (uint64_t calls = outcome.hits.calls_without_return; calls > 0) {
      console.note("  " + std::to_string(calls) + (calls == 1 ? " call was" : " calls were") +
                   " seen without a return: still running, left by longjmp, nested deeper than 64, or too "
                   "long a record\n");
    }
  }

  CLI::App* app_ = nullptr;
  std::vector<std::string> events_;
  std::vector<std::string> filters_;
  std::string output_ = "uproar.upr";
  std::vector<std::string> processes_;
  std::vector<std::string> threads_;
  bool system_wide_ = false;
  std::string cpus_;
  std::string buffer_;
  std::string duration_;
  CLI::Option* duration_option_ = nullptr;
  std::string via_ = "auto";
  std::string from_;
  bool call_chains_ = false;
  DefinitionOptions options_;
  KeepingOptions keeping_;
  RecordRequest request_;
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
