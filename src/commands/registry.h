// The list of all subcommands, and running one from a command line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands/command.h"

namespace uproar {

struct CommandEntry {
  const char* name;
  const char* summary;  // one line, for the list in --help
  const char* example;  // shown at the end of the command's --help
  std::unique_ptr<Command> (*make)();
};

const std::vector<CommandEntry>& registry();

// `arguments` without the program's name. Returns the exit status: 0 done, 1 failed, 2 usage.
int run_command_line(const std::vector<std::string>& arguments, Console& console);

}  // namespace uproar
