// Lines of trace and trace_pipe to events. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event_schema.h"

namespace uproar {

// One value as the text shows it.
struct TextValue {
  enum class Shape : uint8_t { Decimal, NegativeDecimal, Hex, Char, String, Fault };
  Shape shape = Shape::Decimal;
  uint64_t bits = 0;
  std::string text;
};

struct TextArgument {
  std::string name;
  bool is_array = false;
  std::vector<TextValue> values;  // one, or the array's elements
};

struct TextEvent {
  std::string comm;   // empty where the kernel printed <...>
  int32_t tid = 0;
  int32_t pid = 0;    // from the record-tgid column, 0 without it
  uint32_t cpu = 0;
  uint8_t flags = 0;
  uint8_t preempt_count = 0;
  uint64_t time_ns = 0;
  std::string event;  // the group is not in the text
  bool is_return = false;
  uint64_t ip = 0;         // of a return line: what stands after "<-"
  uint64_t return_ip = 0;
  std::vector<TextArgument> arguments;
};

struct TextLoss {
  uint32_t cpu = 0;
  std::optional<uint64_t> count;  // "[LOST EVENTS]" has none
};

struct TextLine {
  enum class Kind { Event, Loss, Comment, Continuation, Unreadable };
  Kind kind = Kind::Unreadable;
  TextEvent event;
  TextLoss loss;
};

// One line without its newline. `known` (may be empty) are the schemas of the events that can occur: with them the
// arguments are split by their names and types, so that strings holding quotes, blanks and '=' come back whole.
// A line that begins like no event is a Continuation (a string with a newline in it) or Unreadable.
TextLine parse_trace_line(std::string_view line, const std::vector<const EventSchema*>& known);

// True if the last argument of this line is a string whose closing quote has not come yet: the next line belongs to it.
bool ends_inside_string(std::string_view line, const std::vector<const EventSchema*>& known);

}  // namespace uproar
