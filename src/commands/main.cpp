#include <unistd.h>

#include <exception>
#include <string>
#include <vector>

#include "commands/registry.h"

int main(int argc, char** argv) {
  uproar::Console console(STDOUT_FILENO, STDERR_FILENO);
  try {
    return uproar::run_command_line(std::vector<std::string>(argv + 1, argv + argc), console);
  } catch (const std::exception& error) {
    // The project's own code throws nothing; this is memory that ran out or a fault of a library.
    console.error(uproar::Error{std::string("unexpected: ") + error.what(), {}, {}, 0});
    return uproar::kFailed;
  }
}
