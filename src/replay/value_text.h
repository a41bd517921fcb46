// Text of numbers and of argument values: what perf's style and the kernel's style have in common. Everything
// here appends to `out`, allocates nothing of its own while events are printed, and names the printf
// conversion it equals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "replay/digits.h"
#include "replay/escape.h"

namespace uproar {

// "%lu"
inline void append_decimal(uint64_t number, std::string& out) {
  char text[kLongestNumber];
  out.append(text, write_decimal(number, text));
}

// "%ld"
inline void append_signed(int64_t number, std::string& out) {
  char text[kLongestNumber];
  out.append(text, write_signed(number, text));
}

// "%lx"
inline void append_hex(uint64_t number, std::string& out) {
  char text[kLongestHex];
  out.append(text, write_hex(number, text));
}

// "%*s" and "%*d": blanks in front up to `width`. Widths count bytes, as printf does.
void append_right(std::string_view text, size_t width, std::string& out);
void append_right(int32_t number, size_t width, std::string& out);
// "%-*d"
void append_left(int32_t number, size_t width, std::string& out);
// "%03d"; kUnknownCpu prints as the int it is for perf and the kernel, "-01".
void append_cpu(uint32_t cpu, std::string& out);

// "%5lu.%0*lu": seconds, then `digits` (at most 9) of `fraction`. "%12s" of "%lu.%06lu" is the same text.
void append_time(uint64_t seconds, uint32_t fraction, unsigned digits, std::string& out);

// " symbol=readline", for the events of several functions, whose lines would not tell otherwise which it was.
// Nothing for an empty symbol.
void append_symbol(std::string_view symbol, Escape escape, std::string& out);

// The argument part of one event's line, " name=value name={1,2}": a program made once for its schema.
//   numbers %d %u 0x%x, char 'c', strings "s", arrays {v,v}, and (fault) without quotes wherever memory was
//   not readable; "abc"... is a string of which only the beginning was recorded
// (kernel: kernel/trace/trace_probe.c, the print_type functions and traceprobe_print_args).
// Any number of threads may use one.
class ArgumentText {
 public:
  // Without an address in front of them (`schema.has_ip` false) the first argument has no blank before it.
  ArgumentText(const EventSchema& schema, Escape escape);

  // `values` as the decoder makes them; should there be too few, the line ends with the last one there is.
  void append(const std::vector<Value>& values, std::string& out) const;

  // The same where there is room for room(values) bytes; gives back the end.
  char* write(const std::vector<Value>& values, char* out) const;
  size_t room(const std::vector<Value>& values) const;

 private:
  struct Step {
    uint32_t name_begin, name_size;  // " name=" in names_
    Field::Kind kind;
    bool array;
    uint32_t values;
  };
  std::string names_;  // with kCopied bytes behind the last
  std::vector<Step> steps_;
  std::vector<uint32_t> texts_;  // which of the values are strings
  size_t fixed_room_ = 0;        // for everything but the bytes of strings
  Escape escape_;
};

}  // namespace uproar
