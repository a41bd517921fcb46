// Texts that programs and the kernel wrote into the trace: the tracer's own entries print, bprint and bputs.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/event_schema.h"

namespace uproar::trace_dat {

// The formats of trace_printk() by their addresses, as a trace.dat carries them (printk_formats):
// "0xffffffff82a0f8a0 : \"do_it: x=%d\\n\"".
std::map<uint64_t, std::string> parse_printk_formats(std::string_view text);

// Makes an event with `ip`, who wrote it, and `buf`, the text, of each: the text of print stands behind the
// record's known fields, that of bputs and the format of bprint are addresses in the kernel that was traced.
class PrintedTexts {
 public:
  PrintedTexts(std::map<uint64_t, std::string> formats, unsigned long_bytes)
      : formats_(std::move(formats)), long_bytes_(long_bytes) {}

  // True: the event of `schema` is one of the three, and `schema` is what its records become by text_record.
  bool take(EventSchema& schema);
  bool has(uint16_t type) const { return layouts_.contains(type); }
  // The record of take()'s schema; holds until the next call. Empty: the record is shorter than its fields.
  std::span<const uint8_t> text_record(uint16_t type, std::span<const uint8_t> record);
  // Who wrote the last one.
  uint64_t ip() const { return ip_; }

 private:
  enum class Kind : uint8_t { Print, Format, Address };
  struct Layout {
    Kind kind = Kind::Print;
    uint32_t ip = 0;       // offsets
    uint32_t pointer = 0;  // of the text or its format
    uint32_t text = 0;     // Print: of the text; Format: of the arguments
  };
  std::string text_of(const Layout& layout, std::span<const uint8_t> record) const;

  std::map<uint64_t, std::string> formats_;
  unsigned long_bytes_;
  std::unordered_map<uint16_t, Layout> layouts_;
  std::vector<uint8_t> made_;
  uint64_t ip_ = 0;
};

}  // namespace uproar::trace_dat
