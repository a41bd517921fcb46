// The options of script, which are those of perf script and some more.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "commands/options/printing_options.h"
#include "commands/options/selection_options.h"

namespace uproar {

struct ScriptOptions {
  void declare(CLI::App& app);

  // How to print, to where `escape` is for. `count` must outlive it. Errors: options that exclude each other.
  Result<Printing> printing(Escape escape, TimeCount& count) const;
  // What to print. Errors say which option is wrong.
  Result<PlayChoice> choice(const Printing& printing) const;
  TimeCount::Mode time_mode() const { return printing_.time_mode(); }

  // False: what comes through a pipe can be printed as it comes.
  bool needs_the_whole() const {
    return header || header_only || header_info || selection_.time().find('%') != std::string::npos;
  }

  bool follow = false;
  bool header = false, header_only = false, header_info = false;

 private:
  bool hide_stacks_ = false;
  PrintingOptions printing_;
  SelectionOptions selection_;
};

}  // namespace uproar
