#include "commands/files/session_facts.h"

#include <sys/utsname.h>
#include <unistd.h>

namespace uproar {

SessionInfo facts_of_import(const std::string& command_line) {
  SessionInfo info;
  info.command = command_line;
  info.version = UPROAR_VERSION;
  return info;
}

SessionInfo facts_of_recording(const std::string& command_line) {
  SessionInfo info = facts_of_import(command_line);
  utsname name{};
  ::uname(&name);
  info.host = name.nodename;
  info.kernel = name.release;
  info.machine = name.machine;
  info.cpus = static_cast<uint32_t>(::sysconf(_SC_NPROCESSORS_CONF));
  return info;
}

}  // namespace uproar
