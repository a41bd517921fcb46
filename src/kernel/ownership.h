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

// A recorder's own events live in the group "uproar_<pid>_<starttime>", its instances are "uproar-<pid>" and
// "uproar-<pid>-tasks". The start time (field 22 of /proc/PID/stat) tells a recycled pid from the owner.
struct Owner {
  int32_t pid = 0;
  uint64_t start_time = 0;  // clock ticks since boot, 0: not known (instances)
};
Owner this_process();
std::string temporary_group(const Owner& owner);
std::string instance_name(const Owner& owner);
std::optional<Owner> owner_of_group(std::string_view group);
std::optional<Owner> owner_of_instance(std::string_view name);
bool is_alive(const Owner& owner);

// Removes instances and temporary events whose owner is dead; touches nothing else. Call it before this
// process makes an instance: one with its own number is taken for that of an earlier process. Says what it
// removed ("instances/uproar-12", "uproar_12_345/readline").
Result<std::vector<std::string>> remove_leftovers(const Tracefs& tracefs);

}  // namespace uproar
