// One thread's way from stored records to the events that are wanted.
#pragma once

#include <vector>

#include "event/event.h"
#include "recording/metadata/task_table.h"
#include "recording/reader.h"
#include "replay/shown_events.h"
#include "select/selection.h"

namespace uproar {

// One thread at a time; it must outlive the printers that are made for its events(), and the events. Several
// threads have one each, and share the selection, which may be made with the events() of any.
class EventStage {
 public:
  // `tasks` must outlive it and not be sealed again.
  EventStage(const std::vector<EventInfo>& recorded, const TaskTable& tasks)
      : shown_(recorded), tasks_(tasks) {}

  const std::vector<EventInfo>& events() const { return shown_.events(); }

  enum class Outcome : uint8_t { Wanted, Unwanted, Undecodable };
  // Wanted: `out` is complete; its views point into `record`. Undecodable: the record does not fit its
  // event's format.
  Outcome take(const StoredRecord& record, const Selection& selection, Event& out);

 private:
  ShownEvents shown_;
  TaskCache tasks_;
};

}  // namespace uproar
