// What the user should know about a probe although it can be made.
#pragma once

#include <string_view>

#include "binary/code/function_code.h"
#include "binary/elf/elf_file.h"
#include "plan/hazard.h"
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

// Every trap of HazardKind but InstructionNotChecked. One hazard of a kind and level for all places: it names
// the first and counts the others. Sizes are those of the kernel's own types; what a SizedString or
// BoundedString is lowered to is not counted.
Hazards find_hazards(const HazardContext& context);

// Those that need no code: return probes in Go programs, reference counters, immediate strings.
void add_hazards(const ProbePlan& plan, const ElfFile& file, Hazards& hazards);

}  // namespace uproar
