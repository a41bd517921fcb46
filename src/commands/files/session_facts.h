// What a recording says of the run that made it.
#pragma once

#include <string>

#include "recording/metadata/session_info.h"

namespace uproar {

// The command line and the version, and nothing of this machine: for what was recorded elsewhere.
SessionInfo facts_of_import(const std::string& command_line);

// These, and the machine's name, kernel, kind and CPUs. How it is recorded (via, clock) is the session's to say.
SessionInfo facts_of_recording(const std::string& command_line);

}  // namespace uproar
