#include "kernel/event_switch.h"

#include <cerrno>

namespace uproar {
namespace {

struct Before {
  const ListedEvent* event;
  EventState state;
};

// An event that has gone meanwhile has nothing to be put back.
bool is_failure(const Result<void>& done) {
  return !done.ok() && done.error().sys_errno != ENOENT;
}

// The filter first where the event goes on again: no hit passes without it.
Result<void> put_back(TraceBuffer& buffer, const Before& before) {
  const auto& [event, state] = before;
  if (!state.enabled) TRY(buffer.disable(event->group, event->name));
  TRY(buffer.set_filter(event->group, event->name, state.filter));
  if (!state.enabled) return {};
  return buffer.enable(event->group, event->name);
}

// `switch_one` switches one event; what it left half done is put back, too.
template <typename SwitchOne>
Result<void> all_or_none(TraceBuffer& buffer, const std::vector<const ListedEvent*>& events,
                         const SwitchOne& switch_one) {
  std::vector<Before> done;
  for (const ListedEvent* event : events) {
    done.push_back({event, buffer.event_state(event->group, event->name)});
    Result<void> switched = switch_one(*event);
    if (switched.ok()) continue;
    for (size_t i = done.size(); i-- > 0;) {
      const auto& [earlier, state] = done[i];
      if (is_failure(put_back(buffer, done[i])))
        switched.error().message += "; " + earlier->group + "/" + earlier->name + " could not be switched " +
                                    (state.enabled ? "on" : "off") + " again";
    }
    return switched;
  }
  return {};
}

}  // namespace

Result<void> enable_events(TraceBuffer& buffer, const std::vector<const ListedEvent*>& events,
                           const std::string& filter) {
  return all_or_none(buffer, events, [&](const ListedEvent& event) -> Result<void> {
    if (!filter.empty()) TRY(buffer.set_filter(event.group, event.name, filter));
    return buffer.enable(event.group, event.name);
  });
}

Result<void> disable_events(TraceBuffer& buffer, const std::vector<const ListedEvent*>& events) {
  return all_or_none(buffer, events, [&](const ListedEvent& event) -> Result<void> {
    TRY(buffer.disable(event.group, event.name));
    return buffer.set_filter(event.group, event.name, {});
  });
}

}  // namespace uproar
