// PATH of a definition to a file.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "definition/ast.h"

namespace uproar {

// Where to look, so that tests need no root and no real /proc.
struct PathEnvironment {
  std::string search_path;          // $PATH
  std::string proc = "/proc";
  std::string ld_cache_command = "/sbin/ldconfig -p";  // lists sonames; empty: library folders only
};
PathEnvironment default_path_environment();

struct TargetFile {
  std::string path;      // what the kernel is to open: absolute, symlinks left as they are
  std::string shown;     // for messages
  int32_t pid = 0;       // of a pid: target, 0 without
};

// Errors (underlined in `text`): no such file, name not found in $PATH nor as a library (near names offered), no such
// process, process does not map that library (its libraries listed), not readable.
Result<TargetFile> resolve_target(const ast::Target& target, std::string_view text, const PathEnvironment& environment);

}  // namespace uproar
