#include "kernel/ownership.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/fd.h"
#include "base/number.h"
#include "kernel/proc/pid_namespace.h"
#include "kernel/tracefs/uprobe_events.h"

namespace uproar {
namespace {

constexpr std::string_view kGroupPrefix = "uproar_";
constexpr std::string_view kInstancePrefix = "uproar-";
constexpr std::string_view kTasksSuffix = "-tasks";

// Only what this program writes: no leading zero, no sign.
std::optional<int32_t> parse_pid(std::string_view text) {
  std::optional<uint64_t> value = parse_decimal(text);
  if (!value || *value == 0 || *value > static_cast<uint64_t>(std::numeric_limits<int32_t>::max()) ||
      text[0] == '0') {
    return std::nullopt;
  }
  return static_cast<int32_t>(*value);
}

// 0 where it cannot be read.
uint32_t boot_mark() {
  Result<std::string> id = read_file("/proc/sys/kernel/random/boot_id", 4096);
  if (!id.ok() || id->size() < 8) return 0;
  return static_cast<uint32_t>(parse_hex_digits(std::string_view(*id).substr(0, 8)).value_or(0));
}

std::string marked(std::string_view prefix, char between, const Owner& owner) {
  return fmt::format("{}{}{}{}{}{}{}{:08x}", prefix, owner.pid, between, owner.start_time, between,
                     owner.pid_namespace, between, owner.boot);
}

// "12-345-4026531836-1a2b3c4d", or what versions before wrote: "12-345" in groups, "12" in instances.
std::optional<Owner> parse_mark(std::string_view text, char between, size_t fewest) {
  std::vector<std::string_view> parts;
  for (size_t end; (end = text.find(between)) != std::string_view::npos; text.remove_prefix(end + 1))
    parts.push_back(text.substr(0, end));
  parts.push_back(text);
  if (parts.size() != fewest && parts.size() != 4) return std::nullopt;
  const std::optional<int32_t> pid = parse_pid(parts[0]);
  if (!pid) return std::nullopt;
  Owner owner;
  owner.pid = *pid;
  if (parts.size() > 1) {
    const std::optional<uint64_t> start = parse_decimal(parts[1]);
    if (!start) return std::nullopt;
    owner.start_time = *start;
  }
  if (parts.size() == 4) {
    const std::optional<uint64_t> pid_namespace = parse_decimal(parts[2]);
    const std::optional<uint64_t> boot = parse_hex_digits(parts[3]);
    if (!pid_namespace || !boot || parts[3].size() != 8) return std::nullopt;
    owner.pid_namespace = *pid_namespace;
    owner.boot = static_cast<uint32_t>(*boot);
  }
  return owner;
}

// Left alone: what another user of it holds, and what somebody else has removed meanwhile.
// ENODEV: another recorder removed the instance a moment before.
bool is_harmless(int errno_value) {
  return errno_value == EBUSY || errno_value == ENOENT || errno_value == ENODEV;
}

// Looks for owners from where this process stands. Made anew for each list of things to judge: an owner is
// there before what it makes, so it is seen if it lives, but only by a look that comes later than the list.
class Onlooker {
 public:
  OwnerState judge(const Owner& owner) {
    if (owner.pid <= 0) return OwnerState::Dead;
    // Nothing of tracefs outlives a boot. So one of the two was shown a boot id that is not the machine's.
    if (owner.boot != 0 && boot_ != 0 && owner.boot != boot_) return OwnerState::Unseen;
    if (owner.pid_namespace != 0 && owner.pid_namespace == namespace_) return judge_by_number(owner);
    if (lives_somewhere(owner)) return OwnerState::Alive;
    return sees_everybody() ? OwnerState::Dead : OwnerState::Unseen;
  }

 private:
  // In this process's own numbering.
  OwnerState judge_by_number(const Owner& owner) const {
    if (own_numbers_) {
      if (const auto state = process_state("/proc/" + std::to_string(owner.pid))) {
        const bool same = owner.start_time == 0 || owner.start_time == state->start_time;
        return same && !state->is_dead() ? OwnerState::Alive : OwnerState::Dead;
      }
    }
    // Without /proc, or with other users hidden in it, only an answer of "no such process" counts.
    return ::kill(owner.pid, 0) == 0 || errno != ESRCH ? OwnerState::Alive : OwnerState::Dead;
  }

  // Among all that can be seen, by the number that each has in its own namespace. This process is none of them:
  // its own mark is known exactly, and others with its number were made by an earlier process.
  bool lives_somewhere(const Owner& owner) {
    if (!seen_) seen_ = visible_processes();
    return std::any_of(seen_->begin(), seen_->end(), [&](const SeenProcess& process) {
      return process.own_number == owner.pid &&
             (owner.start_time == 0 || process.start_time == owner.start_time) &&
             (owner.pid_namespace == 0 || process.pid_namespace == 0 ||
              process.pid_namespace == owner.pid_namespace);
    });
  }

  // From the first namespace all others are seen, unless /proc hides what belongs to other users.
  bool sees_everybody() const {
    return namespace_ != 0 && is_initial_pid_namespace(namespace_) && own_numbers_ &&
           process_state("/proc/1").has_value();
  }

  const uint64_t namespace_ = own_pid_namespace();
  const uint32_t boot_ = boot_mark();
  const bool own_numbers_ = proc_shows_own_namespace();
  std::optional<std::vector<SeenProcess>> seen_;
};

}  // namespace

Owner this_process() {
  Owner owner;
  owner.pid = ::getpid();
  if (const auto state = process_state("/proc/self")) owner.start_time = state->start_time;
  owner.pid_namespace = own_pid_namespace();
  owner.boot = boot_mark();
  return owner;
}

std::string temporary_group(const Owner& owner) {
  return marked(kGroupPrefix, '_', owner);
}

std::string instance_name(const Owner& owner) {
  return marked(kInstancePrefix, '-', owner);
}

std::optional<Owner> owner_of_group(std::string_view group) {
  if (!group.starts_with(kGroupPrefix)) return std::nullopt;
  group.remove_prefix(kGroupPrefix.size());
  return parse_mark(group, '_', 2);
}

std::optional<Owner> owner_of_instance(std::string_view name) {
  if (!name.starts_with(kInstancePrefix)) return std::nullopt;
  name.remove_prefix(kInstancePrefix.size());
  if (name.ends_with(kTasksSuffix)) name.remove_suffix(kTasksSuffix.size());
  return parse_mark(name, '-', 1);
}

OwnerState state_of_owner(const Owner& owner) {
  return Onlooker().judge(owner);
}

Result<std::vector<std::string>> remove_leftovers(const Tracefs& tracefs) {
  std::vector<std::string> removed;
  // Instances first: events are removed a thousand times faster once no ring buffer refers to them. Nothing
  // is disabled by hand: rmdir does it, and refuses while anybody has a file of the instance open, as its
  // owner has from the beginning.
  const std::vector<std::string> instances = tracefs.list("instances");
  Onlooker of_instances;
  for (const std::string& name : instances) {
    std::optional<Owner> owner = owner_of_instance(name);
    if (!owner || of_instances.judge(*owner) != OwnerState::Dead) continue;
    const std::string path = tracefs.path("instances/" + name);
    if (::rmdir(path.c_str()) == 0) {
      removed.push_back("instances/" + name);
    } else if (!is_harmless(errno)) {
      return system_error("cannot remove " + path, errno);
    }
  }
  TRY_ASSIGN(std::vector<ListedEvent> events, list_uprobe_events(tracefs));
  Onlooker of_events;
  for (const ListedEvent& event : events) {
    std::optional<Owner> owner = owner_of_group(event.group);
    if (!owner || of_events.judge(*owner) != OwnerState::Dead) continue;
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
