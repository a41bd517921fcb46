// What an output is: the interface that each style implements in a pair of files of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "replay/escape.h"
#include "replay/event_printer.h"
#include "replay/printed_recording.h"

namespace uproar {

// What may be asked of any style; each does what it knows.
struct StyleOptions {
  Escape escape = Escape::None;
  bool nanoseconds = false;              // --ns
  std::vector<std::string> fields = {};  // each -F
  bool stacks = true;                    // false: -G
  unsigned most_frames = 127;            // --max-stack
  // The text is a file's, to be read by programs: with what they know it by, and with what was lost.
  bool for_file = false;
};

struct Style {
  const char* name;  // as --style takes it
  const char* what;  // "the lines of perf script"
  // As convert calls files of it, and what their names end with; empty: it is for reading only.
  std::string_view format = {};
  std::vector<std::string_view> suffixes = {};
  // What such a file begins with; empty: as any text.
  std::string_view magic = {};
  // Lines that are no events may stand among its own.
  bool takes_side_lines = false;
  // Why a file of it tells nothing of losses: "lost events have no row", behind their number; null: it tells, or need not.
  const char* without_losses = nullptr;
  // Whether it has to be given the losses.
  bool (*tells_losses)(const StyleOptions& options) = [](const StyleOptions&) { return false; };
  // What stands before the first event.
  void (*append_head)(const PrintedRecording& recording, const StyleOptions& options,
                      std::string& out) = [](const PrintedRecording&, const StyleOptions&, std::string&) {};
  // Makes makers of printers, of which every thread gets one. What `recording` refers to must outlive them. Errors:
  // options that make no sense for this recording.
  using Maker = std::function<std::unique_ptr<EventPrinter>()>;
  Result<Maker> (*make)(const PrintedRecording& recording, const StyleOptions& options) = nullptr;
};

}  // namespace uproar
