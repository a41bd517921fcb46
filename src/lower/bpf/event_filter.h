// The kernel's filter expressions (Documentation/trace/events.rst, "Event filtering") as a tree. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/span.h"
#include "event/event_schema.h"

namespace uproar {

struct EventFilter {
  enum class Kind : uint8_t { And, Or, Not, Number, Text };
  enum class Comparison : uint8_t {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    AnyBit,
    Like
  };
  // What is not in a field.
  enum class Common : uint8_t { None, Cpu, Task, Address, ReturnAddress, TaskName };
  Kind kind = Kind::And;
  std::vector<EventFilter> parts;  // And, Or: two; Not: one
  Common common = Common::None;
  uint32_t field = 0;  // of the schema, if not common
  Comparison comparison = Comparison::Equal;
  uint64_t number = 0;
  bool is_signed = false;  // Number: compared with a sign
  std::string text;
  Span place;  // of the comparison in the filter
};

// `schema` as its events are recorded. Error, underlined in `text`: no such field, a value or a comparison that the field
// cannot have, what is no expression.
Result<EventFilter> parse_event_filter(std::string_view text, const EventSchema& schema);

}  // namespace uproar
