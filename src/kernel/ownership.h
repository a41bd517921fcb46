// Names that say who made a thing, so that what a dead recorder left can be found and removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

// A recorder's own events live in the group "uproar_<pid>_<starttime>_<namespace>_<boot>", its instances are
// "uproar-<pid>-<starttime>-<namespace>-<boot>", and the same with "-tasks". The start time (field 22 of
// /proc/PID/stat) tells a recycled pid from the owner; the PID namespace says in which numbering the pid is
// meant: tracefs is one for all of them. Versions before had no namespace and no boot, and in names of instances
// no start time: such names are still understood.
struct Owner {
  int32_t pid = 0;             // as its own PID namespace numbers it
  uint64_t start_time = 0;     // clock ticks since boot, 0: not known
  uint64_t pid_namespace = 0;  // inode of /proc/PID/ns/pid, 0: not known
  uint32_t boot = 0;           // the first 32 bits of the boot id, 0: not known
  bool operator==(const Owner&) const = default;
};
Owner this_process();
std::string temporary_group(const Owner& owner);
std::string instance_name(const Owner& owner);
std::optional<Owner> owner_of_group(std::string_view group);
std::optional<Owner> owner_of_instance(std::string_view name);

// Unseen: the owner may live in a PID namespace that cannot be looked into from here.
enum class OwnerState { Alive, Dead, Unseen };
OwnerState state_of_owner(const Owner& owner);

// Removes instances and temporary events whose owner is dead; touches nothing else, and nothing whose owner
// could not be seen if it lived. Call it before this process makes an instance. Says what it removed
// ("instances/uproar-12-345-4026531836-1a2b3c4d", "uproar_12_345_4026531836_1a2b3c4d/readline").
Result<std::vector<std::string>> remove_leftovers(const Tracefs& tracefs);

}  // namespace uproar
