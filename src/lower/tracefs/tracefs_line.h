// A plan to uprobe_events text. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lower/tracefs/tracefs_arguments.h"
#include "plan/probe_plan.h"

namespace uproar {

// "p:GROUP/EVENT PATH:0x0000000000001234(0xREF) a=+0(%di):string", without a newline: the line that defines
// `plan.sites[site]` under the given kernel name, spelled as the kernel lists it. `arguments` is of this
// plan.
std::string tracefs_line(const ProbePlan& plan, const KernelArguments& arguments, size_t site,
                         std::string_view group, std::string_view event);

// Which parts of the user's text the words of such a line stand for: the kernel complains of the line.
struct LineSource {
  std::string_view text;  // the plan's definition; empty: nothing to underline
  Span head;              // p:GROUP/EVENT, whatever the user wrote of it
  Span name;              // GROUP/EVENT or EVENT in it
  Span place;             // PATH:SITE
  std::vector<Span>
      arguments;  // of the line's arguments, one by one; of a helper those of the argument it serves
};

// The same for all sites of a plan. `plan` must outlive it.
LineSource line_source(const ProbePlan& plan, const KernelArguments& arguments);

}  // namespace uproar
