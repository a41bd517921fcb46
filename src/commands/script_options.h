// The options of script, which are those of perf script and some more.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "recording/reader.h"
#include "replay/time_count.h"
#include "select/selection.h"

namespace uproar {

struct ScriptOptions {
  void declare(CLI::App& app);

  // What was asked for, read and checked against nothing but itself. Errors say which option is wrong.
  Result<SelectionRequest> selection() const;
  TimeCount::Mode time_mode() const {
    if (relative) return TimeCount::Mode::SinceFirst;
    return delta ? TimeCount::Mode::SincePrevious : TimeCount::Mode::Absolute;
  }
  bool side_lines() const { return show_tasks || show_maps || show_losses; }

  std::string style = "perf";
  bool json = false;
  bool nanoseconds = false;
  bool relative = false;
  bool delta = false;
  bool follow = false;
  std::vector<std::string> fields;  // each -F
  std::string time;
  std::string filter;
  bool header = false, header_only = false, header_info = false;
  bool show_losses = false, show_tasks = false, show_maps = false;
  unsigned most_frames = 127;
  bool hide_stacks = false;

 private:
  std::vector<std::string> events_, pids_, tids_, comms_, cpus_, symbols_;
};

}  // namespace uproar
