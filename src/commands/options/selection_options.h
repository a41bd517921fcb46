// Which events of a recording a command is for: options that script and convert share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "replay/player.h"

namespace uproar {

class SelectionOptions {
 public:
  void declare(CLI::App& app);

  // Whether one of them was given.
  bool any() const;
  const std::string& time() const { return time_; }
  // What was asked for, read and checked against nothing but itself. Errors say which option is wrong.
  Result<PlayChoice> choice() const;

 private:
  std::vector<std::string> events_, pids_, tids_, comms_, cpus_, symbols_;
  std::string time_, filter_;
  CLI::Option* time_option_ = nullptr;
};

}  // namespace uproar
