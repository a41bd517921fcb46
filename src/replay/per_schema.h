// What a printer has prepared for each event, found by the address of the event's schema.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/event_schema.h"

namespace uproar {

// Schemas must outlive it, unmoved and unchanged. Prepared values stay where they are.
template <typename Prepared>
class PerSchema {
 public:
  // The value of `schema`; at the first meeting it is made by `prepare(*schema)`.
  template <typename Prepare>
  Prepared& get(const EventSchema* schema, Prepare&& prepare) {
    // Events come in runs.
    if (schema == last_schema_) return *last_;
    CHECK(schema != nullptr);
    Slot* slot = &slot_of(schema);
    if (slot->schema == nullptr) {
      prepared_.push_back(std::forward<Prepare>(prepare)(*schema));
      if (prepared_.size() * 2 > slots_.size()) grow();
      slot = &slot_of(schema);
      *slot = {schema, &prepared_.back()};
    }
    last_schema_ = schema;
    last_ = slot->prepared;
    return *last_;
  }

 private:
  struct Slot {
    const EventSchema* schema = nullptr;
    Prepared* prepared = nullptr;
  };

  // Open addressing: the schema's slot, or the free one where it belongs.
  Slot& slot_of(const EventSchema* schema) {
    const size_t mask = slots_.size() - 1;
    size_t at = static_cast<size_t>(reinterpret_cast<uintptr_t>(schema) * 0x9e3779b97f4a7c15u >> 32) & mask;
    while (slots_[at].schema != nullptr && slots_[at].schema != schema) at = (at + 1) & mask;
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.schema != nullptr) slot_of(slot.schema) = slot;
    }
  }

  std::deque<Prepared> prepared_;
  std::vector<Slot> slots_ = std::vector<Slot>(16);  // a power of two, at most half full
  const EventSchema* last_schema_ = nullptr;
  Prepared* last_ = nullptr;
};

}  // namespace uproar
