// Where printed text goes, and what a printer is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// Appends one event's text, with its newline, to `out`. Stateless between events unless a printer says
// otherwise, but for one thread at a time. What a printer prepares it finds again by the address of the
// event's schema: the schemas that it is given, at its making or with an event, must outlive it, unmoved and
// unchanged.
class EventPrinter {
 public:
  virtual ~EventPrinter() = default;
  virtual void print(const Event& event, std::string& out) = 0;

  // From now on times are shown as their distance from `origin_ns`; 0: as they are.
  void count_from(uint64_t origin_ns) { origin_ns_ = origin_ns; }

 protected:
  uint64_t shown_time(const Event& event) const {
    return event.time_ns > origin_ns_ ? event.time_ns - origin_ns_ : 0;
  }

 private:
  uint64_t origin_ns_ = 0;
};

// A terminal must never receive a control byte from a traced process: printers made with Escape::Terminal
// show bytes below 0x20, 0x7f and C1 controls of comms and strings as \xNN (\n, \t, \r, \e by name), invalid
// UTF-8 as \xNN, and characters that reverse the direction of text (U+202A to U+202E, U+2066 to U+2069) as
// \u{202E}. A backslash stays as it is. Escape::None writes what perf script or the kernel would.
enum class Escape { None, Terminal };

// Appends text with the escaping applied.
void append_escaped(std::string_view text, Escape escape, std::string& out);

}  // namespace uproar
