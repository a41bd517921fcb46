// Separate debug files: where the symbols and the DWARF of a stripped program are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "binary/elf/elf_file.h"

namespace uproar {

struct DebugFileSearch {
  std::string path;                // of the debug file; empty: none found
  std::vector<std::string> tried;  // in words, for a message: "/usr/lib/debug/.build-id/ab/cd….debug"
  std::string mismatch;            // a file was found and belongs to another build, in words; else empty
};

// In the order of gdb: /usr/lib/debug/.build-id/xx/rest.debug, the .gnu_debuglink beside the file, in .debug/
// and below /usr/lib/debug, then debuginfod if the user's environment names servers (DEBUGINFOD_URLS). A file
// that belongs to another build is never used: the build-ids decide where both files have one, else the CRC
// of the link.
DebugFileSearch find_debug_file(const ElfFile& file);

// The same without servers: nothing is downloaded.
DebugFileSearch find_local_debug_file(const ElfFile& file);

// What .gnu_debuglink says. Pure. nullopt: it makes no sense (a name with '/', no CRC).
struct DebugLink {
  std::string name;
  uint32_t crc = 0;
};
std::optional<DebugLink> parse_debug_link(const std::vector<uint8_t>& section);

}  // namespace uproar
