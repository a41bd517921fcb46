// What the traps of a probe are looked for in.
#pragma once

#include <cstdint>
#include <string_view>

#include "binary/code/file_code.h"
#include "plan/probe_plan.h"
#include "resolve/places/found_place.h"

namespace uproar {

struct HazardContext {
  const ProbePlan& plan;  // with its sites chosen and checked
  FileCode& code;
  // Of plan.sites, one for one; empty: known only by the sites.
  const FoundPlaces& places;
  // uname -r of the machine that will run it ("6.18.44-fc"); empty or foreign: traps of single releases are
  // left out.
  std::string_view kernel_release{};
  // plan.is_return was turned into probes on the instructions of function_exits().
  bool returns_by_exits = false;
  // A process that maps the file and has a seccomp filter, 0: none is known.
  int32_t filtered_process = 0;
};

}  // namespace uproar
