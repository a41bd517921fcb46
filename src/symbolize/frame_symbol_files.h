// Where perf looks for the symbols of a file.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"

namespace uproar {

// In perf's order (tools/perf/util/symbol.c binary_type_symtab): the debug file that the file links to,
// perf's cache, /usr/lib/debug, the file itself. They need not exist. `build_id` in hexadecimal, empty if not
// known.
std::vector<std::string> frame_symbol_files(const std::string& path, const std::string& build_id);

// This process's own vdso as a file; invalid if it cannot be had.
Fd vdso_file();

}  // namespace uproar
