// Separate debug files: where the symbols and the DWARF of a stripped program are.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "binary/elf_file.h"

namespace uproar {

struct DebugFileSearch {
  std::string path;                // of the debug file; empty: none found
  std::vector<std::string> tried;  // in words, for a message: "/usr/lib/debug/.build-id/ab/cd….debug"
  std::string mismatch;            // a file was found and belongs to another build, in words; else empty
};

// In the order of gdb: /usr/lib/debug/.build-id/xx/rest.debug, the .gnu_debuglink beside the file, in .debug/
// and below /usr/lib/debug (CRC checked, and the build-id if both have one), then debuginfod if the user's
// environment names servers (DEBUGINFOD_URLS). A file that belongs to another build is never used.
DebugFileSearch find_debug_file(const ElfFile& file);

}  // namespace uproar
