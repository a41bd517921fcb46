#include "commands/options/capture_options.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>
#include <utility>

#include "base/cpu_list.h"
#include "base/number.h"
#include "commands/files/session_facts.h"
#include "commands/options/units.h"
#include "kernel/features.h"
#include "kernel/proc/pid_namespace.h"

namespace uproar {
namespace {

Error usage(std::string message, std::string remedy) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

Result<std::vector<int32_t>> task_numbers(const std::vector<std::string>& words, const char* what) {
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
Result<void> check_exists(int32_t tid, const std::string& what) {
  if (::access(("/proc/" + std::to_string(tid)).c_str(), F_OK) == 0) return {};
  return Error{"there is no " + what + " " + std::to_string(tid),
               {},
               "pgrep NAME finds the number of a running program",
               ESRCH};
}

// Whoever asks for number 7 means that of ps; the kernel and this process may mean another task by it.
Result<void> check_numbering(const RecordRequest& request) {
  if ((request.processes.empty() && request.threads.empty()) || proc_shows_own_namespace()) return {};
  return Error{"/proc does not show the tasks of this PID namespace, so -p and -t are ambiguous",
               {},
               "mount it for this namespace: mount -t proc proc /proc (unshare --mount-proc does it)",
               0};
}

RecordRequest::Via via_of(Backend backend) {
  switch (backend) {
    case Backend::TracePipe:
      return RecordRequest::Via::TracePipe;
    case Backend::Perf:
      return RecordRequest::Via::Perf;
    case Backend::Bpf:
      return RecordRequest::Via::Bpf;
    case Backend::Tracefs:
      break;
  }
  return RecordRequest::Via::Tracefs;
}

}  // namespace

void ignore_write_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

void CaptureOptions::declare(CLI::App& app) {
  app_ = &app;
  app.add_option("-e,--event", events_,
                 "a definition, or the name (glob) of an event that exists; may be repeated")
      ->allow_extra_args(false)
      ->type_name("DEF|GLOB");
  app.add_option("--filter", filters_,
                 "record only what this kernel filter lets through: for the -e before it")
      ->allow_extra_args(false)
      ->type_name("EXPR");
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
  app.add_option("-n,--count", count_, "stop after so many events")->type_name("COUNT");
  app.add_option("--via", via_, "how the events come: auto, tracefs, trace_pipe, perf, bpf")
      ->check(CLI::IsMember({"auto", "tracefs", "trace_pipe", "perf", "bpf"}))
      ->option_text("NAME")
      ->capture_default_str();
  app.add_flag("-g", call_chains_, "record call chains, with the names of their functions");
  app.add_option("--call-graph", call_graph_,
                 "-g by frame pointers (fp), or by copied stacks: dwarf, dwarf,BYTES")
      ->type_name("HOW");
  definition_.declare(app);
  app.prefix_command();
}

Result<void> CaptureOptions::take_command(const std::vector<std::string>& trailing) {
  std::vector<std::string> words = app_->remaining();
  if (!words.empty() && words[0].rfind('-', 0) == 0)
    return usage("there is no option " + words[0],
                 "uproar " + app_->get_name() + " --help shows what there is");
  TRY(check_split(words, trailing));
  words.insert(words.end(), trailing.begin(), trailing.end());
  request_.command = std::move(words);
  return {};
}

Result<void> CaptureOptions::check() {
  TRY_ASSIGN(request_.processes, task_numbers(processes_, "process"));
  TRY_ASSIGN(request_.threads, task_numbers(threads_, "thread"));
  if (filter_without_event())
    return usage("a --filter stands before every -e", "put each --filter behind the -e it is for");
  TRY(check_call_graph());
  request_.call_chains = call_chains_;
  if (!is_built(via_))
    return usage("this version cannot record via " + via_, "use --via tracefs or perf, or leave --via out");
  if (duration_option_->count() > 0) {
    request_.duration_ns = parse_duration(duration_);
    if (!request_.duration_ns)
      return usage("'" + duration_ + "' is no duration", "write 10, 500ms, 2m or 1h");
  }
  if (app_->count("--count") > 0) {
    const std::optional<uint64_t> count = parse_decimal(count_);
    if (!count || *count == 0) return usage("'" + count_ + "' is no number of events", "write -n 10");
    most_events_ = *count;
    request_.enough = [most = *count](uint64_t records) { return records >= most; };
  }
  if (!buffer_.empty()) {
    auto bytes = parse_buffer_size(buffer_);
    if (!bytes) return usage("'" + buffer_ + "' is no buffer size", "write pages (128) or a size (512K, 4M)");
    request_.buffer_kb_per_cpu = std::max<uint64_t>(*bytes / 1024, 8);
  }
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

// As perf record has it: sizes are rounded up to whole words.
Result<void> CaptureOptions::check_call_graph() {
  constexpr uint64_t kUsual = 8192, kMost = 65528;
  if (app_->count("--call-graph") == 0) return {};
  call_chains_ = true;
  if (call_graph_ == "fp") return {};
  if (call_graph_ == "dwarf") {
    request_.copied_stack_bytes = kUsual;
    return {};
  }
  if (!call_graph_.starts_with("dwarf,"))
    return usage("'" + call_graph_ + "' is no way to record call chains",
                 "write fp (frame pointers), dwarf, or dwarf,BYTES");
  const auto bytes = parse_decimal(call_graph_.substr(6));
  if (!bytes || *bytes == 0 || *bytes > kMost)
    return usage("'" + call_graph_.substr(6) + "' is no size of a stack to copy",
                 "write 1 to " + std::to_string(kMost) + " bytes: dwarf,16384");
  request_.copied_stack_bytes = static_cast<uint32_t>((*bytes + 7) / 8 * 8);
  return {};
}

// "-e ./shop:take id name -- ./shop" without quotes: the shell makes words of it, and "id" would be run.
// "grep -- WORD" is a command, whose "--" is its own.
Result<void> CaptureOptions::check_split(const std::vector<std::string>& words,
                                         const std::vector<std::string>& trailing) const {
  if (words.empty() || trailing.empty() || events_.empty()) return {};
  const auto is_word = [](const std::string& word) { return !word.starts_with('-'); };
  const bool several = std::count_if(words.begin(), words.end(), is_word) > 1;
  const bool of_the_command = std::any_of(events_.begin(), events_.end(), [&](const std::string& definition) {
    return definition.find(trailing.front() + ":") != std::string::npos;
  });
  if (!several && !of_the_command) return {};
  std::string quoted = events_.back();
  for (const std::string& word : words) quoted += " " + word;
  return usage("the words before -- that are no options: " + words.front() + (words.size() > 1 ? " …" : "") +
                   ", would be run as a command; was a definition meant that the shell has split?",
               "put the definition in quotes: -e '" + quoted + "'; or write the command behind --");
}

bool CaptureOptions::filter_without_event() const {
  for (const CLI::Option* option : app_->parse_order()) {
    if (option->get_name() == "--event") return false;
    if (option->get_name() == "--filter") return true;
  }
  return false;
}

// --filter belongs to the nearest -e before it, as in perf.
std::vector<EventChoice> CaptureOptions::choices() const {
  std::vector<EventChoice> choices;
  size_t next_filter = 0;
  for (const CLI::Option* option : app_->parse_order()) {
    if (option->get_name() == "--event") choices.push_back({events_[choices.size()], {}});
    if (option->get_name() == "--filter") choices.back().filter = filters_[next_filter++];
  }
  return choices;
}

// One for all that is to be recorded.
Result<void> CaptureOptions::choose_backend_for(const ChosenEvents& events, Console& console) {
  const Capabilities capabilities = probe_capabilities();
  const CaptureWishes wishes{.call_chains = call_chains_,
                             .filtered = events.has_filters(),
                             .defined_events = events.has_defined_events(),
                             .cpus_chosen = !request_.cpus.empty(),
                             .in_a_pid_namespace = !is_initial_pid_namespace(own_pid_namespace())};
  const std::vector<BackendChoice> choices = judge_backends(events.plans(), capabilities, wishes);
  auto chosen = choose_backend(choices, via_);
  if (!chosen.ok()) {
    // What is wrong with the user's own text says more than that a back end cannot.
    RecordRequest unused;
    TRY(events.fit(via_ == "bpf" ? Backend::Bpf : Backend::Tracefs, unused, &console));
    return std::move(chosen.error());
  }
  const BackendChoice& backend = **chosen;
  request_.via = via_of(backend.backend);
  if (via_ == "auto") request_.session.via_reason = backend.merit;
  TRY(events.fit(backend.backend, request_, &console));
  if (via_ == "auto" && backend.backend == Backend::Bpf) request_.instead = instead_of_bpf(events, choices);
  return {};
}

std::shared_ptr<const RecordRequest> CaptureOptions::instead_of_bpf(
    const ChosenEvents& events, const std::vector<BackendChoice>& choices) const {
  auto other = choose_backend(choices, call_chains_ ? "perf" : "tracefs");
  if (!other.ok()) return nullptr;
  auto instead = std::make_shared<RecordRequest>(request_);
  instead->via = via_of((*other)->backend);
  instead->probes.clear();
  if (!events.fit((*other)->backend, *instead, nullptr).ok()) return nullptr;
  return instead;
}

Result<Tracefs> CaptureOptions::prepare(const std::string& command_line, Console& console) {
  TRY(check_numbering(request_));
  for (int32_t pid : request_.processes) TRY(check_exists(pid, "process"));
  for (int32_t tid : request_.threads) TRY(check_exists(tid, "thread"));
  request_.system_wide = system_wide_;
  request_.session = facts_of_recording(command_line);

  // Programs of BPF need no tracefs: without it there are no events that exist, only definitions.
  Result<Tracefs> located = tracefs_for_new_events(console);
  if (!located.ok() && via_ == "auto" && bpf_obstacle(probe_capabilities()).empty()) via_ = "bpf";
  if (!located.ok() && via_ != "bpf") return std::move(located.error());
  Tracefs tracefs = located.ok() ? std::move(*located) : Tracefs(std::string());
  TRY_ASSIGN(const ChosenEvents events, ChosenEvents::find(tracefs, choices(), definition_.resolve()));
  TRY(choose_backend_for(events, console));
  return tracefs;
}

void note_hits(const RecordOutcome& outcome, Console& console) {
  if (outcome.ring_lost > 0) console.note("  help: a larger buffer loses less: -m 64M\n");
  if (outcome.cut_chains > 0) {
    console.note("  " + std::to_string(outcome.cut_chains) +
                 (outcome.cut_chains == 1 ? " call chain ends" : " call chains end") +
                 " early, where the copied piece of the stack ended; a larger one tells more: --call-graph "
                 "dwarf,65528\n");
  }
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

}  // namespace uproar
