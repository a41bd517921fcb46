// PATH of a definition to a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "definition/ast.h"

namespace uproar {

// Where to look, so that tests need no root and no real /proc.
struct PathEnvironment {
  std::string search_path;  // $PATH
  std::string proc = "/proc";
  std::string ld_cache_command = "/sbin/ldconfig -p";  // lists sonames; empty: library folders only
  std::vector<std::string> library_folders;  // where a library is looked for that the cache does not list
};
PathEnvironment default_path_environment();

struct TargetFile {
  std::string path;   // what the kernel is to open: absolute, symlinks left as they are, no blank and no '#'
  std::string shown;  // for people: as it was written, or as the process sees it if `path` is in /proc
  int32_t pid = 0;    // of a pid: target, 0 without
};

// Errors (underlined in `text`): no such file, name not found in $PATH nor as a library (near names offered),
// no such process, process does not map that library (its libraries listed), not readable.
//
// A path that the kernel cannot be told, because of a blank or '#' in it, becomes /proc/<this process>/fd/N:
// a descriptor of the file that stays open as long as this process lives. The kernel follows a path once,
// when the event is defined, so that nothing has to be left behind; an event that outlives this process then
// lists a path which leads nowhere, and `shown` is what to remember of it.
//
// A pid: target is the plain path if that is the same file for us as for the process; else it leads through
// PROC/PID/root; else (removed or replaced since) it is PROC/PID/exe or PROC/PID/map_files/RANGE, which the
// kernel follows to the very file.
Result<TargetFile> resolve_target(const ast::Target& target, std::string_view text,
                                  const PathEnvironment& environment);

// The same for a name that stands in no definition: a path, a program or a library. Errors are underlined in
// the name itself.
Result<TargetFile> resolve_name(const std::string& name, const PathEnvironment& environment);

// A file that a process maps, as a definition names it: pid:42/libc.so.6, with quotes where they are needed:
// "pid:42/memfd:code".
std::string process_target_text(int32_t pid, std::string_view path);

// The executable of a process, then the libraries and other files that it has mapped as code. What cannot be
// reached (a device, a socket) is left out. Errors: those of pid: alone; the list of its files cannot be read.
Result<std::vector<TargetFile>> files_of_process(int32_t pid, const PathEnvironment& environment);

}  // namespace uproar
