// How events are printed: options that script and trace share, named as perf script's where it has them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "replay/styles/styles.h"
#include "replay/time_count.h"

namespace uproar {

class PrintingOptions {
 public:
  void declare(CLI::App& app);

  // How to print, to where `escape` is for. `count` must outlive it. Errors: options that exclude each other.
  Result<Printing> printing(Escape escape, TimeCount& count) const;
  TimeCount::Mode time_mode() const {
    if (relative_) return TimeCount::Mode::SinceFirst;
    return delta_ ? TimeCount::Mode::SincePrevious : TimeCount::Mode::Absolute;
  }
  bool relative() const { return relative_; }

 private:
  std::string style_ = styles().front().name;
  bool json_ = false;
  bool relative_ = false;
  bool delta_ = false;
  StyleOptions line_;
  SideChoice side_lines_;
};

}  // namespace uproar
