// The arguments of a plan as the kernel's text interface can take them: strings with a length, signed
// bitfields and visible faults become plain fetches and helper fields (event/helper_fields.h). Pure.
#pragma once

#include <vector>

#include "base/result.h"
#include "plan/probe_plan.h"

namespace uproar {

enum class Helpers {
  Needed,  // only those without which a value could not be shown: for events that other tools see
  All,     // also those that tell a fault from a 0, and a long string from one that cannot be read
  // For back ends that fetch by themselves: as Needed, without the limits of the kernel's text, and a string with a
  // length is a String of so many bytes, NULs and all.
  Direct,
};

struct KernelArguments {
  // One list for each of the plan's argument sets: the user's arguments in their order, then the helpers.
  // Only kinds that the kernel knows; names and types agree in all lists.
  std::vector<std::vector<FetchArgument>> sets;
  // Places need a number of their own in the record: several functions share the event.
  bool numbers_places = false;
};

// Error: an argument that the kernel does not take although each of its parts is fine (too long an
// expression, more bytes or arguments than fit). Helpers of Helpers::All are left out where they do not fit.
Result<KernelArguments> kernel_arguments(const ProbePlan& plan, Helpers helpers);

// __place=\3:u16, the last argument of the place if numbers_places.
FetchArgument place_argument(size_t place);

}  // namespace uproar
