// What a subcommand is.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "commands/output/console.h"

namespace uproar {

// One subcommand, made anew for each run.
class Command {
 public:
  virtual ~Command() = default;
  // Declares options and positionals; the object keeps the values.
  virtual void declare(CLI::App& app) = 0;
  // Runs with the values parsed. Prints its own errors; returns an exit status.
  virtual int run(Console& console) = 0;

  // What stands behind "--", and the whole command line: set before run().
  void set_invocation(std::vector<std::string> trailing, std::string command_line) {
    trailing_ = std::move(trailing);
    command_line_ = std::move(command_line);
  }
  virtual bool takes_trailing_command() const { return false; }

 protected:
  const std::vector<std::string>& trailing() const { return trailing_; }
  const std::string& command_line() const { return command_line_; }

 private:
  std::vector<std::string> trailing_;
  std::string command_line_;
};

}  // namespace uproar
