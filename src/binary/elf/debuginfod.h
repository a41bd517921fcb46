// Debug files from the servers that the user's environment names.
#pragma once

#include <string>

namespace uproar {

struct DebuginfodAnswer {
  std::string path;     // of the downloaded file (in the user's debuginfod cache), empty if none
  std::string trouble;  // in words, why there is none; empty when no server is named
};

// Asks the servers of $DEBUGINFOD_URLS through libdebuginfod, which is loaded only then. May take as long as
// $DEBUGINFOD_TIMEOUT allows. `build_id` is lower-case hexadecimal.
DebuginfodAnswer ask_debuginfod(const std::string& build_id);

}  // namespace uproar
