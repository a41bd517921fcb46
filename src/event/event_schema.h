// What the records of one event look like.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uproar {

struct Field {
  enum class Kind : uint8_t {
    Unsigned = 0,
    Signed = 1,
    Hex = 2,
    Char = 3,
    String = 4,  // u32 __data_loc: length << 16 | offset from the start of the record; length 0 is a fault
    FixedString = 5,  // char[count] in place, NUL-terminated if shorter (kernel tracepoints only)
  };
  std::string name;
  Kind kind = Kind::Unsigned;
  uint8_t size = 8;     // bytes of one element: 1, 2, 4 or 8 (String: 4, FixedString: 1)
  uint16_t count = 0;   // 0: one value; else an array of that many elements (FixedString: the bytes)
  uint32_t offset = 0;  // of the first element, from the start of the record (common_type is at 0)

  // Number of values that the field contributes to Event::values.
  uint32_t values() const { return kind == Kind::FixedString || count == 0 ? 1 : count; }
  uint32_t byte_size() const { return uint32_t{size} * (count == 0 ? 1 : count); }
};

// A uprobe event's record: 8 common bytes (u16 common_type, u8 flags, u8 preempt_count, s32 tid), then for an
// entry probe u64 __probe_ip, for a return probe u64 __probe_func and u64 __probe_ret_ip, then the packed
// arguments (kernel: kernel/trace/trace_uprobe.c struct uprobe_trace_entry_head).
struct EventSchema {
  std::string group;
  std::string name;
  bool is_return = false;
  bool has_ip = true;         // false for events that are no uprobes (no __probe_ip)
  uint16_t kernel_type = 0;   // common_type of its records while it was recorded
  std::vector<Field> fields;  // the arguments, in order
  std::string format;         // the kernel's format text, empty if there was none

  // An event that is none of tracefs's, like perf's "dummy:HG", has no group.
  std::string full_name() const { return group.empty() ? name : group + ":" + name; }
};

}  // namespace uproar
