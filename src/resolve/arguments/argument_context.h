// What an argument is resolved against.
#pragma once

#include <string_view>

#include "binary/elf/elf_file.h"
#include "plan/hazard.h"
#include "resolve/places/found_place.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// What the arguments of one probe refer to. All must outlive the call.
struct ArgumentContext {
  std::string_view text;    // the definition
  ProbedFile& file;         // for @SYMBOL and for variables
  const LoadSegment& code;  // the segment that holds the probe
  const FoundPlace& place;  // where the values are wanted
  bool is_return = false;
  // The place is a file offset, as in a line of the kernel's own list, which means what the kernel makes of it.
  bool is_kernels_place = false;
  bool at_exits = false;  // a return that is probed at the function's RET instructions ($retval: a register)
  Hazards* notes = nullptr;  // what $params and $vars leave out is told here, if anywhere
};

}  // namespace uproar
