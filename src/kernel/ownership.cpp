#include "kernel/ownership.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "base/fd.h"
#include "base/number.h"
#include "kernel/tracefs/uprobe_events.h"

namespace uproar {
namespace {

constexpr std::string_view kGroupPrefix = "uproar_";
constexpr std::string_view kInstancePrefix = "uproar-";
constexpr std::string_view kTasksSuffix = "-tasks";

struct ProcessState {
  char state = '?';
  uint64_t start_time = 0;
};

// Fields 3 and 22 of /proc/PID/stat, counted from behind the name, which may hold blanks and brackets.
std::optional<ProcessState> parse_stat(std::string_view stat) {
  size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= stat.size()) return std::nullopt;
  std::string_view rest = stat.substr(name_end + 2);
  ProcessState process;
  process.state = rest[0];
  for (int field = 3; field < 22; ++field) {
    size_t blank = rest.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(blank + 1);
  }
  std::optional<uint64_t> start = parse_decimal(rest.substr(0, rest.find(' ')));
  if (!start) return std::nullopt;
  process.start_time = *start;
  return process;
}

std::optional<ProcessState> state_of(int32_t pid) {
  Result<std::string> stat = read_file("/proc/" + std::to_string(pid) + "/stat", 65536);
  return stat.ok() ? parse_stat(*stat) : std::nullopt;
}

// Only what this program writes: no leading zero, no sign.
std::optional<int32_t> parse_pid(std::string_view text) {
  std::optional<uint64_t> value = parse_decimal(text);
  if (!value || *value == 0 || *value > static_cast<uint64_t>(std::numeric_limits<int32_t>::max()) ||
      text[0] == '0') {
    return std::nullopt;
  }
  return static_cast<int32_t>(*value);
}

// Left alone: what another user of it holds, and what somebody else has removed meanwhile.
// ENODEV: another recorder removed the instance a moment before.
bool is_harmless(int errno_value) {
  return errno_value == EBUSY || errno_value == ENOENT || errno_value == ENODEV;
}

}  // namespace

Owner this_process() {
  Owner owner;
  owner.pid = ::getpid();
  if (std::optional<ProcessState> state = state_of(owner.pid)) owner.start_time = state->start_time;
  return owner;
}

std::string temporary_group(const Owner& owner) {
  return std::string(kGroupPrefix) + std::to_string(owner.pid) + "_" + std::to_string(owner.start_time);
}

std::string instance_name(const Owner& owner) {
  return std::string(kInstancePrefix) + std::to_string(owner.pid);
}

std::optional<Owner> owner_of_group(std::string_view group) {
  if (!group.starts_with(kGroupPrefix)) return std::nullopt;
  group.remove_prefix(kGroupPrefix.size());
  size_t gap = group.find('_');
  if (gap == std::string_view::npos) return std::nullopt;
  std::optional<int32_t> pid = parse_pid(group.substr(0, gap));
  std::optional<uint64_t> start = parse_decimal(group.substr(gap + 1));
  if (!pid || !start) return std::nullopt;
  return Owner{*pid, *start};
}

std::optional<Owner> owner_of_instance(std::string_view name) {
  if (!name.starts_with(kInstancePrefix)) return std::nullopt;
  name.remove_prefix(kInstancePrefix.size());
  if (name.ends_with(kTasksSuffix)) name.remove_suffix(kTasksSuffix.size());
  std::optional<int32_t> pid = parse_pid(name);
  if (!pid) return std::nullopt;
  return Owner{*pid, 0};
}

bool is_alive(const Owner& owner) {
  if (owner.pid <= 0) return false;
  if (std::optional<ProcessState> state = state_of(owner.pid)) {
    if (state->state == 'Z' || state->state == 'X') return false;
    return owner.start_time == 0 || owner.start_time == state->start_time;
  }
  // Without /proc, or with other users hidden in it, only an answer of "no such process" counts.
  return ::kill(owner.pid, 0) == 0 || errno != ESRCH;
}

Result<std::vector<std::string>> remove_leftovers(const Tracefs& tracefs) {
  std::vector<std::string> removed;
  // Instances first: events are removed a thousand times faster once no ring buffer refers to them. Nothing
  // is disabled by hand: rmdir does it, and refuses while anybody has a file of the instance open, which
  // protects an owner that cannot be seen from here (in another PID namespace).
  for (const std::string& name : tracefs.list("instances")) {
    std::optional<Owner> owner = owner_of_instance(name);
    // An instance with this process's own number was made by an earlier process that had it.
    if (!owner || (is_alive(*owner) && owner->pid != ::getpid())) continue;
    const std::string path = tracefs.path("instances/" + name);
    if (::rmdir(path.c_str()) == 0) {
      removed.push_back("instances/" + name);
    } else if (!is_harmless(errno)) {
      return system_error("cannot remove " + path, errno);
    }
  }
  TRY_ASSIGN(std::vector<ListedEvent> events, list_uprobe_events(tracefs));
  for (const ListedEvent& event : events) {
    std::optional<Owner> owner = owner_of_group(event.group);
    if (!owner || is_alive(*owner)) continue;
    Result<void> gone = remove_uprobe_event(tracefs, event.group, event.name);
    if (gone.ok()) {
      removed.push_back(event.group + "/" + event.name);
    } else if (!is_harmless(gone.error().sys_errno)) {
      return gone.error();
    }
  }
  return removed;
}

}  // namespace uproar
