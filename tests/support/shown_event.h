// Events made by hand, as a player hands them to printers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replay/event_printer.h"
#include "replay/shown_events.h"

namespace uproar::test {

inline const std::vector<EventInfo>& no_events() {
  static const std::vector<EventInfo> none;
  return none;
}

// `event` with the schema that `events` show it with, if it is one of theirs.
inline Event shown(Event event, const ShownEvents& events) {
  for (const ShownEvent& known : events) {
    if (event.schema == &known.recorded.schema) event.schema = &known.schema();
  }
  return event;
}

// What a printer made by `make(events)` prints of one event.
template <typename Make>
std::string printed(const std::vector<EventInfo>& infos, const Event& event, Make make) {
  const ShownEvents events(infos);
  std::string out;
  make(events)->take(shown(event, events), out);
  return out;
}

}  // namespace uproar::test
