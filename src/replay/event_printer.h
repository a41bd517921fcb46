// What a printer of events is.
#pragma once

#include "event/event.h"
#include "replay/shown_events.h"
#include "replay/sink.h"

namespace uproar {

// A sink that appends one event's text, with its newline. What a printer prepares it finds again by the
// address of the event's schema: the schemas that it is given, at its making or with an event, must outlive
// it, unmoved and unchanged.
class EventPrinter : public Sink {
 public:
  // From now on times are shown as their distance from `origin_ns`; 0: as they are.
  void count_from(uint64_t origin_ns) { origin_ns_ = origin_ns; }

 protected:
  uint64_t shown_time(const Event& event) const {
    return event.time_ns > origin_ns_ ? event.time_ns - origin_ns_ : 0;
  }

 private:
  uint64_t origin_ns_ = 0;
};

}  // namespace uproar
