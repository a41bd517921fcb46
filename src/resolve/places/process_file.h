// pid:PID alone to the file that has what a SITE asks for: the executable, or another file that the process maps.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "resolve/target/target_path.h"

namespace uproar {

// `executable` unless the target is a process alone, the site a function or a USDT probe, and the executable has
// none of that name: then the one other file that has it (a library, a file that was removed, memory). A Detail
// says which it is, a Note which other files have it beside the executable. Where none has it the executable stays,
// so that what is said is said of it. Error: several other files have it (each as it can be typed).
Result<TargetFile> file_in_process(const ast::Probe& probe, std::string_view text, TargetFile executable,
                                   const PathEnvironment& environment, Hazards& hazards);

}  // namespace uproar
