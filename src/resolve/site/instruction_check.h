// The instruction at a site, known and judged before anything is armed.
#pragma once

#include <string_view>

#include "base/result.h"
#include "binary/code/file_code.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"
#include "resolve/places/found_place.h"

namespace uproar {

// Fills site.instruction, .instruction_bytes and .cost of the instruction at site.file_offset, which is the
// place `place` or (site.slid_by) a cheaper one behind it.
//
// Errors, underlined in `text`: the place is inside an instruction (the kernel does not check it and its
// breakpoint would change that instruction), the kernel takes no probe on the instruction (it says so only
// while a process maps the file; otherwise the probe never fires). They are only claimed where the code was
// decoded from a boundary that is known: the entry that was asked for, or the start of the function that
// holds the place, by its symbol or .eh_frame. Elsewhere (stripped, data in front, machine code that is not
// known) a Note says that nothing could be checked, and the instruction is what the kernel will see at the
// place.
Result<void> check_instruction(const ast::Probe& probe, std::string_view text, FileCode& code,
                               const FoundPlace& place, ProbeSite& site, Hazards& hazards);

}  // namespace uproar
