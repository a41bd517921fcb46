#include "kernel/instance.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/number.h"
#include "kernel/filter_error.h"
#include "kernel/uprobe_events.h"

namespace uproar {
namespace {

constexpr int kNotSupported = 524;   // the kernel's own ENOTSUPP
constexpr size_t kMaxFilter = 4095;  // one page with its NUL

std::string event_folder(const std::string& group, const std::string& event) {
  return "events/" + group + "/" + event;
}

Result<void> check_event_name(const std::string& group, const std::string& event) {
  if (is_plain_name(group) && is_plain_name(event)) return {};
  return Error{
      "\"" + group + "/" + event + "\" is not the name of an event", {}, "write GROUP/EVENT", EINVAL};
}

Error no_such_event(const std::string& group, const std::string& event) {
  return Error{"there is no event " + group + "/" + event, {}, "uproar events lists them", ENOENT};
}

// EINVAL at enabling: which of the event's places the kernel cannot mean.
Error explain_bad_place(const Tracefs& top, const std::string& group, const std::string& event) {
  const std::string name = group + "/" + event;
  Result<std::vector<ListedEvent>> events = list_uprobe_events(top);
  if (events.ok()) {
    for (const ListedEvent& listed : *events) {
      if (listed.group != group || listed.name != event) continue;
      for (const ListedEvent::Place& place : listed.places) {
        struct stat file {};
        if (::stat(place.path.c_str(), &file) == 0 &&
            place.file_offset >= static_cast<uint64_t>(file.st_size)) {
          return Error{"event " + name + " lies at offset " + std::to_string(place.file_offset) + " of " +
                           place.path + ", which has " + std::to_string(file.st_size) + " bytes",
                       {},
                       "define it again for this file",
                       EINVAL};
        }
        if (place.ref_counter % 2 != 0) {
          return Error{"event " + name + " has a reference counter at an odd offset",
                       {},
                       "give the offset of the probe's semaphore, as the file's notes list it",
                       EINVAL};
        }
      }
    }
  }
  return Error{"the kernel finds no place for a breakpoint where event " + name + " lies",
               {},
               "check its offset and reference counter: uproar events " + name,
               EINVAL};
}

Error explain_enable(const Tracefs& top, const std::string& group, const std::string& event,
                     const Error& cause) {
  const std::string name = group + "/" + event;
  switch (cause.sys_errno) {
    case ENOENT:
      return no_such_event(group, event);
    case EINTR:
      return Error{"event " + name +
                       " is in use by perf or a BPF program: a uprobe event serves ftrace or perf, not both",
                   {},
                   "end that program, or define the place again under another name",
                   EINTR};
    case kNotSupported:
      return Error{"the kernel cannot place a breakpoint on the instruction of event " + name,
                   {},
                   "probe a neighbouring instruction",
                   kNotSupported};
    case EINVAL:
      return explain_bad_place(top, group, event);
    case EIO:
      return Error{"the kernel cannot read the file of event " + name,
                   {},
                   "probe a regular file on a disk or in memory, not one of /proc or /sys",
                   EIO};
    default:
      return cause;
  }
}

Error explain_mkdir(const std::string& name, int errno_value) {
  switch (errno_value) {
    case EEXIST:
      return Error{"the trace instance " + name + " exists already",
                   {},
                   "if nobody uses it: rmdir /sys/kernel/tracing/instances/" + name,
                   EEXIST};
    case EACCES:
    case EPERM:
      return Error{
          "this user may not make trace instances", {}, "run it as root: sudo uproar …", errno_value};
    case ENOENT:
      return Error{
          "this kernel has no trace instances", {}, "use a kernel with tracefs (4.1 or later)", ENOENT};
    case ENOMEM:
      return Error{"the kernel has no memory for another ring buffer", {}, "free memory", ENOMEM};
    default:
      return system_error("cannot make the trace instance " + name, errno_value);
  }
}

std::string joined(const std::vector<int32_t>& tids) {
  std::string text;
  for (int32_t tid : tids) text += std::to_string(tid) + " ";
  return text;
}

}  // namespace

Instance::Instance(Tracefs top, Tracefs files, std::string name)
    : top_(std::move(top)), files_(std::move(files)), name_(std::move(name)), maker_(::getpid()) {}

Instance::Instance(Instance&& other) noexcept
    : top_(std::move(other.top_)),
      files_(std::move(other.files_)),
      name_(std::exchange(other.name_, {})),
      maker_(other.maker_) {}

Instance& Instance::operator=(Instance&& other) noexcept {
  if (this == &other) return *this;
  (void)remove();
  top_ = std::move(other.top_);
  files_ = std::move(other.files_);
  name_ = std::exchange(other.name_, {});
  maker_ = other.maker_;
  return *this;
}

Instance::~Instance() {
  (void)remove();
}

Result<Instance> Instance::create(const Tracefs& tracefs, const std::string& name) {
  if (!is_plain_name(name))
    return Error{"\"" + name + "\" is not the name of a trace instance", {}, {}, EINVAL};
  const std::string path = tracefs.path("instances/" + name);
  if (::mkdir(path.c_str(), 0700) != 0) return explain_mkdir(name, errno);
  return Instance(tracefs, Tracefs(path), name);
}

Result<void> Instance::remove() {
  if (name_.empty() || maker_ != ::getpid()) return {};
  const std::string name = std::exchange(name_, {});
  // rmdir disables the events itself, in one go.
  if (::rmdir(files_.root().c_str()) == 0 || errno == ENOENT) return {};
  const int refused = errno;
  (void)files_.write("tracing_on", "0");
  (void)files_.write("events/enable", "0");
  if (refused != EBUSY) return system_error("cannot remove the trace instance " + name, refused);
  return Error{"the trace instance " + name + " is in use: it was switched off, but not removed",
               {},
               "end the program that reads it, then: uproar clean",
               EBUSY};
}

Result<void> Instance::set_clock(const std::string& clock) {
  Result<void> done = files_.write("trace_clock", clock);
  if (done.ok() || done.error().sys_errno != EINVAL) return done;
  return Error{"this kernel has no trace clock " + clock, {}, "see " + files_.path("trace_clock"), EINVAL};
}

Result<void> Instance::set_buffer_size_kb(uint64_t per_cpu) {
  Result<void> done = files_.write("buffer_size_kb", std::to_string(per_cpu));
  if (done.ok()) return done;
  const int refused = done.error().sys_errno;
  if (refused != ENOMEM && refused != EINVAL) return done;
  return Error{"the kernel has no " + std::to_string(per_cpu) + " KiB for the ring buffer of each CPU",
               {},
               "use a smaller buffer: -m SIZE",
               refused};
}

Result<void> Instance::set_tracing(bool on) {
  return files_.write("tracing_on", on ? "1" : "0");
}

Result<void> Instance::set_option(const std::string& option, bool on) {
  if (!is_plain_name(option))
    return Error{"\"" + option + "\" is not the name of a trace option", {}, {}, EINVAL};
  Result<void> done = files_.write("options/" + option, on ? "1" : "0");
  if (done.ok() || done.error().sys_errno != ENOENT) return done;
  return Error{"this kernel has no trace option " + option, {}, {}, ENOENT};
}

Result<void> Instance::set_tasks(const std::vector<int32_t>& tids, bool follow_children) {
  if (tids.empty()) return Error{"there is no task to record", {}, {}, ESRCH};
  // First the option: what a task starts between the two would be missed.
  if (follow_children || files_.exists("options/event-fork")) TRY(set_option("event-fork", follow_children));
  return files_.write("set_event_pid", joined(tids), O_TRUNC);
}

Result<void> Instance::exclude_tasks(const std::vector<int32_t>& tids) {
  if (!files_.exists("set_event_notrace_pid")) return {};
  return files_.write("set_event_notrace_pid", joined(tids), O_TRUNC);
}

Result<void> Instance::switch_event(const std::string& group, const std::string& event, bool on) {
  TRY(check_event_name(group, event));
  return files_.write(event_folder(group, event) + "/enable", on ? "1" : "0");
}

Result<void> Instance::enable(const std::string& group, const std::string& event) {
  Result<void> done = switch_event(group, event, true);
  if (done.ok() || !is_plain_name(group) || !is_plain_name(event)) return done;
  return explain_enable(top_, group, event, done.error());
}

Result<void> Instance::disable(const std::string& group, const std::string& event) {
  Result<void> done = switch_event(group, event, false);
  if (done.ok() || done.error().sys_errno != ENOENT) return done;
  return no_such_event(group, event);
}

Result<void> Instance::set_filter(const std::string& group, const std::string& event,
                                  const std::string& filter) {
  TRY(check_event_name(group, event));
  if (filter.size() > kMaxFilter) {
    return Error{"the filter has " + std::to_string(filter.size()) + " bytes, the kernel takes " +
                     std::to_string(kMaxFilter),
                 {},
                 "use a shorter filter",
                 E2BIG};
  }
  const std::string file = event_folder(group, event) + "/filter";
  const bool blank = filter.find_first_not_of(" \t\n") == std::string::npos;
  Result<void> done = files_.write(file, blank ? "0" : filter);
  if (done.ok()) return done;
  if (done.error().sys_errno == ENOENT && !files_.exists(file)) return no_such_event(group, event);
  Result<std::string> state = files_.read(file);
  std::optional<KernelComplaint> complaint = state.ok() ? parse_filter_complaint(*state) : std::nullopt;
  // The kernel keeps the refused text in the file and filters nothing.
  if (complaint) (void)files_.write(file, "0");
  if (!complaint) return done;
  Result<std::string> format = event_format(group, event);
  Error error =
      explain_filter_complaint(*complaint, filter, filter_fields(format.ok() ? *format : std::string()));
  error.sys_errno = done.error().sys_errno;
  return error;
}

Result<std::string> Instance::event_format(const std::string& group, const std::string& event) const {
  TRY(check_event_name(group, event));
  Result<std::string> text = files_.read(event_folder(group, event) + "/format");
  if (text.ok() || text.error().sys_errno != ENOENT) return text;
  return no_such_event(group, event);
}

Result<RingStats> Instance::stats(uint32_t cpu) const {
  TRY_ASSIGN(std::string text, files_.read("per_cpu/cpu" + std::to_string(cpu) + "/stats"));
  RingStats stats;
  struct Counter {
    std::string_view label;
    uint64_t* value;
  };
  const Counter counters[] = {{"entries", &stats.entries},
                              {"overrun", &stats.overrun},
                              {"commit overrun", &stats.commit_overrun},
                              {"dropped events", &stats.dropped},
                              {"read events", &stats.read}};
  std::string_view rest = text;
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    for (const Counter& counter : counters) {
      if (line.substr(0, colon) == counter.label)
        *counter.value = parse_decimal(line.substr(colon + 2)).value_or(0);
    }
  }
  return stats;
}

std::vector<uint32_t> Instance::cpus() const {
  std::vector<uint32_t> numbers;
  for (const std::string& name : files_.list("per_cpu")) {
    if (!name.starts_with("cpu")) continue;
    std::optional<uint64_t> number = parse_decimal(std::string_view(name).substr(3));
    if (number && *number < 65536) numbers.push_back(static_cast<uint32_t>(*number));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace uproar
