// Paths as the kernel takes them in a definition.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace uproar {

// uprobe_events splits at blanks and takes '#' for a comment, and knows no quotes (kernel:
// kernel/trace/trace.c trace_parse_run_command, argv_split).
bool kernel_can_read(std::string_view path);

// "/proc/<this process>/fd/N": a descriptor of the file, which stays open as long as this process lives. One
// for each path. Error: that of opening it.
Result<std::string> path_by_descriptor(const std::string& path);

}  // namespace uproar
