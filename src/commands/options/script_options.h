// The options of script, which are those of perf script and some more.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "commands/options/selection_options.h"
#include "replay/styles/styles.h"
#include "replay/time_count.h"

namespace uproar {

struct ScriptOptions {
  void declare(CLI::App& app);

  // How to print, to where `escape` is for. `count` must outlive it. Errors: options that exclude each other.
  Result<Printing> printing(Escape escape, TimeCount& count) const;
  // What to print. Errors say which option is wrong.
  Result<PlayChoice> choice(const Printing& printing) const;
  TimeCount::Mode time_mode() const {
    if (relative) return TimeCount::Mode::SinceFirst;
    return delta ? TimeCount::Mode::SincePrevious : TimeCount::Mode::Absolute;
  }

  // False: what comes through a pipe can be printed as it comes.
  bool needs_the_whole() const {
    return header || header_only || header_info || selection.time().find('%') != std::string::npos;
  }

  bool follow = false;
  bool header = false, header_only = false, header_info = false;

 private:
  std::string style = styles().front().name;
  bool json = false;
  bool relative = false;
  bool delta = false;
  StyleOptions line;
  bool hide_stacks = false;
  SideChoice side_lines;
  SelectionOptions selection;
};

}  // namespace uproar
