#include "capture/hit_account.h"

#include <algorithm>

namespace uproar {
namespace {

constexpr uint64_t kShortString = 64;  // no name of a task and hardly a constant is longer

}  // namespace

uint64_t longest_record(const EventSchema& schema, size_t short_strings) {
  uint64_t bytes = schema.is_return ? 24 : 16;
  for (const Field& field : schema.fields) {
    bytes += field.byte_size();
    if (field.kind == Field::Kind::String) bytes += kLongestString * field.values();
  }
  return bytes - std::min(bytes, short_strings * (kLongestString - kShortString));
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
    // Of events whose records always fit, what is missing was of other tasks, which is no news.
    uint64_t outgrowing = 0;
    for (const EventHits& event : events) {
      if (event.may_outgrow_the_ring && !event.is_return && event.before_stop > event.recorded)
        outgrowing += event.before_stop - event.recorded;
    }
    account.unexplained = outgrowing > ring_lost ? outgrowing - ring_lost : 0;
  }
  return account;
}

}  // namespace uproar
