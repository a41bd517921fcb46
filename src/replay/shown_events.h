// The events of a recording as printers and reports see them, and a thread's way from stored records to them.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "event/event.h"
#include "event/presentation.h"
#include "recording/metadata/session_info.h"
#include "recording/metadata/site_symbols.h"
#include "recording/metadata/task_table.h"
#include "recording/reader.h"
#include "select/selection.h"

namespace uproar {

// What there is to know of one event, whichever record it is met in.
struct ShownEvent {
  explicit ShownEvent(const EventInfo& info)
      : recorded(info), presentation(info.schema), symbols(info.sites) {}

  const EventInfo& recorded;
  Presentation presentation;  // for its const parts; a thread that decodes has a copy
  SiteSymbols symbols;

  // What Event::schema points to: the arguments that the user asked for.
  const EventSchema& schema() const { return presentation.schema(); }
};

// Made once for a recording and shared by all threads: an event may have a quarter of a million sites.
class ShownEvents {
 public:
  // `recorded` must outlive it, unmoved and unchanged.
  explicit ShownEvents(const std::vector<EventInfo>& recorded) {
    for (const EventInfo& event : recorded) events_.emplace_back(event);
  }
  ShownEvents(const ShownEvents&) = delete;
  ShownEvents& operator=(const ShownEvents&) = delete;

  // By StoredRecord::event.
  size_t size() const { return events_.size(); }
  const ShownEvent& operator[](size_t event) const { return events_[event]; }
  auto begin() const { return events_.begin(); }
  auto end() const { return events_.end(); }

  // For Selection::make.
  std::vector<SelectableEvent> selectable() const;

 private:
  std::deque<ShownEvent> events_;
};

// Records in, events with their arguments out. One for each thread; `events` must outlive it and what it
// decodes.
class EventDecoder {
 public:
  explicit EventDecoder(const ShownEvents& events);

  // As decode_record. The views in `out` point into the record.
  DecodeStatus decode(const StoredRecord& record, Event& out);

 private:
  const ShownEvents& events_;
  std::deque<Presentation> presentations_;
};

// Completes events and asks whether they are wanted. One for each thread.
class EventStage {
 public:
  // Both must outlive it; if `tasks` is sealed again, tasks_changed() must be called.
  EventStage(const ShownEvents& events, const TaskTable& tasks) : decoder_(events), tasks_(tasks) {}

  enum class Outcome : uint8_t { Wanted, Unwanted, Undecodable };
  // Wanted: `out` is complete; its views point into `record`. Undecodable: the record does not fit its
  // event's format.
  Outcome take(const StoredRecord& record, const Selection& selection, Event& out);
  // The table was sealed again.
  void tasks_changed() { tasks_.forget(); }

 private:
  EventDecoder decoder_;
  TaskCache tasks_;
};

}  // namespace uproar
