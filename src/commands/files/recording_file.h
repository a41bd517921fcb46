// Opening the recording that a command is to read, and telling what is wrong with it.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "commands/output/console.h"
#include "recording/reader.h"

namespace uproar {

// FILE or -i FILE, uproar.upr if neither is given.
class RecordingChoice {
 public:
  void declare(CLI::App& app);
  const std::string& path() const { return path_; }
  Result<std::unique_ptr<RecordingReader>> open() const { return RecordingReader::open(path_); }
  // If it comes through a pipe: that. From then on the first SIGINT does not end the program: Ctrl-C on both sides
  // of the pipe is meant for the recorder, whose last events are still to come.
  std::optional<Fd> open_pipe() const;

 private:
  std::string path_ = "uproar.upr";
};

// What open_pipe() does with SIGINT where `path` is a pipe, for those that read it to its end themselves.
void outlive_interrupt_of_pipe(const std::string& path);

// One line on standard error for each damaged place (at most ten), and one when the recorder did not end
// well. True if something was damaged: the command then ends with status 1 although it printed what was
// readable.
bool report_damage(const RecordingReader& reader, Console& console);
bool report_damage(const std::vector<Damage>& damage, bool has_end, Console& console);

// Losses in words, one line, if there were any.
void report_losses(const RecordingReader& reader, Console& console);

}  // namespace uproar
