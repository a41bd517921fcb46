// One recorded event with its values: what every printer takes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "event/event_schema.h"

namespace uproar {

// One fetched value. Which member holds depends on the field's kind; a fault has neither.
struct Value {
  uint64_t bits = 0;      // numbers: zero- or sign-extended to 64 bits by the field's kind
  std::string_view text;  // strings, without the NUL
  bool fault = false;     // the kernel could not read the memory
  bool cut = false;     // the string was longer than what could be recorded; of an array's last element: the
                        // array was
  bool absent = false;  // an array whose length the program decides ended before this element
};

inline constexpr uint32_t kUnknownPlace = ~uint32_t{0};

// The views point into the record and the task table: an Event lives no longer than they do.
struct Event {
  uint64_t time_ns = 0;  // in the recording's clock
  uint32_t cpu = 0;
  int32_t tid = 0;
  int32_t pid = 0;        // thread group; 0: not known
  std::string_view comm;  // name of the task when the event happened; empty: not known
  uint8_t flags = 0;      // common_flags and common_preempt_count as the ring had them
  uint8_t preempt_count = 0;
  uint64_t ip = 0;                 // entry: the probe; return: the function's probed address (__probe_func)
  uint64_t return_ip = 0;          // return probes: where the function returns to (__probe_ret_ip)
  uint32_t place = kUnknownPlace;  // which of the event's places, as the recording lists them
  // Call chain as it was sampled: addresses, the innermost first, between PERF_CONTEXT_* marks (values from
  // 0xfffffffffffff000 on). Empty: none.
  std::span<const uint64_t> stack;
  const EventSchema* schema = nullptr;
  std::vector<Value> values;  // every field's values in order, arrays element by element (Field::values())
};

}  // namespace uproar
