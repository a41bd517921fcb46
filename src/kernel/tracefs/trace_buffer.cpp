#include "kernel/tracefs/trace_buffer.h"

#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "kernel/tracefs/filter_error.h"
#include "kernel/tracefs/uprobe_events.h"

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

Error no_such_event(const Tracefs& files, const std::string& group, const std::string& event) {
  if (!files.exists("")) return instance_is_gone(files);
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

Error explain_enable(const Tracefs& top, const Tracefs& files, const std::string& group,
                     const std::string& event, const Error& cause) {
  const std::string name = group + "/" + event;
  switch (cause.sys_errno) {
    case ENOENT:
    case ENODEV:  // between the two
      return no_such_event(files, group, event);
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

}  // namespace

Error instance_is_gone(const Tracefs& files) {
  return Error{"the trace instance " + files.root().substr(files.root().rfind('/') + 1) +
                   " is gone: another program removed it while uproar used it",
               {},
               "find out which program removes trace instances of others, and record again",
               ENOENT};
}

Result<void> TraceBuffer::switch_event(const std::string& group, const std::string& event, bool on) {
  TRY(check_event_name(group, event));
  return files_.write(event_folder(group, event) + "/enable", on ? "1" : "0");
}

Result<void> TraceBuffer::enable(const std::string& group, const std::string& event) {
  Result<void> done = switch_event(group, event, true);
  if (done.ok() || !is_plain_name(group) || !is_plain_name(event)) return done;
  return explain_enable(top_, files_, group, event, done.error());
}

Result<void> TraceBuffer::disable(const std::string& group, const std::string& event) {
  Result<void> done = switch_event(group, event, false);
  if (done.ok() || done.error().sys_errno != ENOENT) return done;
  return no_such_event(files_, group, event);
}

Result<void> TraceBuffer::set_filter(const std::string& group, const std::string& event,
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
  if (done.error().sys_errno == ENOENT && !files_.exists(file)) return no_such_event(files_, group, event);
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

EventState TraceBuffer::event_state(const std::string& group, const std::string& event) const {
  if (!is_plain_name(group) || !is_plain_name(event)) return {};
  const Result<std::string> enabled = files_.read(event_folder(group, event) + "/enable");
  const Result<std::string> filter = files_.read(event_folder(group, event) + "/filter");
  // "1", or "1*" with triggers.
  EventState state{enabled.ok() && enabled->starts_with('1'), filter.ok() ? *filter : std::string()};
  // A filter that was refused earlier stands there with the complaint on lines of its own.
  if (state.filter.ends_with('\n')) state.filter.pop_back();
  if (state.filter == "none" || state.filter.find('\n') != std::string::npos) state.filter.clear();
  return state;
}

Result<std::string> TraceBuffer::event_format(const std::string& group, const std::string& event) const {
  TRY(check_event_name(group, event));
  Result<std::string> text = files_.read(event_folder(group, event) + "/format");
  if (text.ok() || text.error().sys_errno != ENOENT) return text;
  return no_such_event(files_, group, event);
}

}  // namespace uproar
