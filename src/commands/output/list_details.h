// What `list` says of one function, by its debug information.
#pragma once

#include <string>

#include "base/result.h"
#include "commands/output/console.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// The parameters and variables at the beginning of each function of that name. Errors: no such function, no
// debug information.
Result<void> list_variables(ProbedFile& file, const std::string& function, bool json, Console& console);

// Where the lines of each function of that name begin.
Result<void> list_lines(ProbedFile& file, const std::string& function, bool json, Console& console);

}  // namespace uproar
