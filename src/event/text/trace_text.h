// Lines of trace and trace_pipe to events. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event_schema.h"
#include "event/text/text_value.h"

namespace uproar {

struct TextEvent {
  std::string comm;  // empty where the kernel printed <...>
  int32_t tid = 0;
  int32_t pid = 0;  // from the record-tgid column, 0 without it
  uint32_t cpu = 0;
  uint8_t flags = 0;
  uint8_t preempt_count = 0;
  uint64_t time_ns = 0;
  std::string event;
  std::optional<std::string> group;  // not in the kernel's own text
  bool has_ip = true;                // false: no (0x…) stands behind the name, so it is no uprobe event
  bool is_return = false;
  uint64_t ip = 0;  // of a return line: what stands after "<-"
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

// One line without its newline. `known` (may be empty) are the schemas of the events that can occur: with
// them the arguments are split by their names and types, so that strings holding quotes, blanks and '=' come
// back whole; where two strings stand side by side in the text the first takes as little as it can. Without a
// schema the shape of the text decides. What tracepoints that are no uprobes print is split at " name=" into
// numbers and unquoted strings, and is one string argument "text" if it has no such form. A line that begins
// like no event is a Continuation (a string with a newline in it); one that begins like an event but cannot
// be read to its end is Unreadable, and so is a line of more than 64 KiB (the kernel's are at most 8 KiB).
// `line` may hold newlines where lines were joined, see below.
TextLine parse_trace_line(std::string_view line, const std::vector<const EventSchema*>& known);

// True if this line reaches its end inside a string: join the next line to it with a newline, whatever that
// looks like (a traced program may put lines of any form into its strings), and ask again before anything is
// parsed. Give up after 64 KiB and parse the first line alone: its event may not be what the schema says.
bool ends_inside_string(std::string_view line, const std::vector<const EventSchema*>& known);

}  // namespace uproar
