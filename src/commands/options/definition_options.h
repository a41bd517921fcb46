// Options of every command that takes definitions.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "resolve/options.h"

namespace uproar {

class DefinitionOptions {
 public:
  void declare(CLI::App& app);
  ResolveOptions resolve() const;

 private:
  bool all_ = false;
  bool force_ = false;
  std::string site_ = "cheapest";
};

}  // namespace uproar
