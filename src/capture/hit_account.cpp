#include "capture/hit_account.h"

#include <algorithm>

namespace uproar {

uint64_t longest_record(const EventSchema& schema) {
  uint64_t bytes = schema.is_return ? 24 : 16;
  for (const Field& field : schema.fields) {
    bytes += field.byte_size();
    if (field.kind == Field::Kind::String) bytes += kLongestString * field.values();
  }
  return bytes;
}

HitAccount settle_hits(const std::vector<EventHits>& events, uint64_t ring_lost, HitChoice choice) {
  HitAccount account;
  uint64_t recorded = 0;
  uint64_t entry_recorded = 0;
  uint64_t entry_hits = 0;
  for (const EventHits& event : events) {
    account.hits += event.after_stop;
    recorded += event.recorded;
    if (!event.is_return) {
      entry_hits += event.before_stop;
      entry_recorded += event.recorded;
    } else if (event.before_stop > event.recorded && choice == HitChoice::All) {
      account.calls_without_return += event.before_stop - event.recorded;
    }
  }
  uint64_t accounted = entry_recorded + ring_lost;
  uint64_t missing = entry_hits > accounted ? entry_hits - accounted : 0;
  if (choice == HitChoice::All) {
    account.vanished = missing;
    account.hits = recorded + ring_lost + missing;
  } else if (choice == HitChoice::Tasks) {
    bool may_vanish = std::any_of(events.begin(), events.end(),
                                  [](const EventHits& event) { return event.may_outgrow_the_ring; });
    account.unexplained = may_vanish ? missing : 0;
  }
  return account;
}

}  // namespace uproar
