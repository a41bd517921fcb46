// Events made by hand for the tests of printers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/event.h"
#include "recording/metadata/session_info.h"
#include "select/filter.h"

namespace uproar::test {

inline Field field(std::string name, Field::Kind kind, uint8_t size = 8, uint16_t count = 0) {
  Field made;
  made.name = std::move(name);
  made.kind = kind;
  made.size = size;
  made.count = count;
  return made;
}

inline EventInfo event_info(std::string group, std::string name, std::vector<Field> fields = {},
                            bool is_return = false) {
  EventInfo info;
  info.schema.group = std::move(group);
  info.schema.name = std::move(name);
  info.schema.is_return = is_return;
  info.schema.fields = std::move(fields);
  return info;
}

inline Value number(uint64_t bits) {
  Value value;
  value.bits = bits;
  return value;
}

inline Value negative(int64_t bits) {
  return number(static_cast<uint64_t>(bits));
}

inline Value text(std::string_view content, bool cut = false) {
  Value value;
  value.text = content;
  value.cut = cut;
  return value;
}

inline Value fault() {
  Value value;
  value.fault = true;
  return value;
}

inline std::vector<SelectableEvent> selectable(const std::vector<EventInfo>& events) {
  std::vector<SelectableEvent> list;
  for (const EventInfo& event : events) list.push_back({&event.schema, &event.sites});
  return list;
}

// A hit as perf and the kernel showed it: tid 10212 on CPU 1 at 1786.539707276 s.
inline Event event_of(const EventInfo& info, std::vector<Value> values = {}) {
  Event event;
  event.time_ns = 1786'539'707'276;
  event.cpu = 1;
  event.tid = 10212;
  event.pid = 10212;
  event.comm = "replay_target";
  event.flags = 0xff;
  event.preempt_count = 0xff;
  event.ip = 0x560ec4a481e9;
  event.return_ip = 0x560ec4a48203;
  event.schema = &info.schema;
  event.values = std::move(values);
  return event;
}

}  // namespace uproar::test
