// Runs a command line within the test and gives back what it printed.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "commands/registry.h"

namespace uproar {

struct Ran {
  int status;
  std::string out;
  std::string err;
};

inline std::string drained(std::FILE* file) {
  std::rewind(file);
  std::string text;
  char buffer[4096];
  for (size_t got; (got = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, got);
  std::fclose(file);
  return text;
}

inline Ran run_in_process(const std::vector<std::string>& arguments) {
  std::FILE* out = std::tmpfile();
  std::FILE* err = std::tmpfile();
  int status;
  {
    Console console(::fileno(out), ::fileno(err));
    status = run_command_line(arguments, console);
  }
  return {status, drained(out), drained(err)};
}

}  // namespace uproar
