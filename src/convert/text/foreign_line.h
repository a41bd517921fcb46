// A line of a trace in any of the forms in which people have it. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/text/trace_text.h"

namespace uproar {

// Who wrote a line like this one.
enum class TextDialect : uint8_t {
  Kernel,    // trace and trace_pipe, with whatever columns
  TraceCmd,  // trace-cmd report
  Perf,      // perf script: frames of call chains follow
  Bare,      // the kernel without context-info: neither task nor time
};

struct ForeignLine {
  enum class Kind : uint8_t {
    Event,
    OpenString,   // an event that ends inside a string: the next line may belong to it
    KernelStack,  // the line over the call chain of the event before, of which `event` has the task
    UserStack,
    Loss,
    Comment,  // what the program that wrote the text says about it
    Empty,
    Other,
  };
  Kind kind = Kind::Other;
  TextDialect dialect = TextDialect::Kernel;
  TextEvent event;
  bool has_time = true;
  bool unsure = false;    // only a call chain behind it shows that it is an event
  std::string_view body;  // behind the event's name; points into the line
  TextLoss loss;
};

// The schemas of a name, as TraceTextWriter::schemas_named.
using SchemasByName = std::function<const std::vector<const EventSchema*>&(const std::string& name)>;

// `line` without its end; it may hold newlines, where lines were joined. Arguments that are in no known form
// are one string "text": only lines that are no events at all are Other.
ForeignLine parse_foreign_line(std::string_view line, const SchemasByName& schemas);

}  // namespace uproar
