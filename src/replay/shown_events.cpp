#include "replay/shown_events.h"

namespace uproar {

ShownEvents::ShownEvents(const std::vector<EventInfo>& recorded) : events_(recorded) {
  presentations_.reserve(recorded.size());
  for (EventInfo& event : events_) {
    presentations_.emplace_back(event.schema);
    event.schema = presentations_.back().schema();
  }
}

DecodeStatus ShownEvents::decode(const StoredRecord& record, Event& out) {
  const DecodeStatus status = presentations_[record.event].decode(record.bytes, out);
  out.schema = &events_[record.event].schema;
  return status;
}

}  // namespace uproar
