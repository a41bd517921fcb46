// The text of a recording while it is made: what `trace` prints.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "recording/writer.h"
#include "replay/styles/styles.h"

namespace uproar {

// Takes what a recorder writes and prints it, in the order of time over all CPUs. A record is printed when everything
// that can be earlier has come: after the next look at the rings behind it (RecordingWriter::looked), as a rule a tenth
// of a second later. Where a ring holds more than a look takes, the others wait for it. What comes too late for its
// turn all the same is printed late rather than never.
//
// The lines are those that `script` prints of the same recording.
class LiveText : public RecordingWriter {
 public:
  struct Options {
    Printing printing;
    // Gets the text, line by line whole. False: no more is wanted.
    std::function<bool(std::string_view)> write;
    uint64_t most_events = 0;  // printed at most; 0: no limit
    // Everything is handed on to it, too, and its errors are passed on; null: to nobody. Outlives the LiveText.
    RecordingWriter* beside = nullptr;
  };
  static std::unique_ptr<LiveText> create(Options options);

  // `write` has said so, or as many were printed as were asked for.
  virtual bool satisfied() const = 0;
  virtual uint64_t printed() const = 0;
  // Records that do not fit their event's format, and were left out.
  virtual uint64_t undecodable() const = 0;
};

}  // namespace uproar
