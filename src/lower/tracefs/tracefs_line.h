// A plan to uprobe_events text. Pure.
#pragma once

#include <string>
#include <string_view>

#include "lower/tracefs/tracefs_arguments.h"
#include "plan/probe_plan.h"

namespace uproar {

// "p:GROUP/EVENT PATH:0x0000000000001234(0xREF) a=+0(%di):string", without a newline: the line that defines
// `plan.sites[site]` under the given kernel name, spelled as the kernel lists it. `arguments` is of this
// plan.
std::string tracefs_line(const ProbePlan& plan, const KernelArguments& arguments, size_t site,
                         std::string_view group, std::string_view event);

// "a=+0(%di):string"; of a kind that the kernel knows.
std::string tracefs_argument(const FetchArgument& argument);

}  // namespace uproar
