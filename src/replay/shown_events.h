// The events of a recording as printers see them.
#pragma once

#include <vector>

#include "event/presentation.h"
#include "recording/metadata/session_info.h"
#include "recording/reader.h"

namespace uproar {

// Stands between a reader and a printer: records in, events with the arguments that the user asked for out.
// One thread at a time; it must outlive the printers and the events.
class ShownEvents {
 public:
  explicit ShownEvents(const std::vector<EventInfo>& recorded);

  // As recorded, but each with the schema that its events will point to.
  const std::vector<EventInfo>& events() const { return events_; }
  // As decode_record. The views in `out` point into the record.
  DecodeStatus decode(const StoredRecord& record, Event& out);

 private:
  std::vector<Presentation> presentations_;
  std::vector<EventInfo> events_;
};

}  // namespace uproar
