// What a printer has prepared for each event, found by the address of the event's schema.
#pragma once

#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "event/event_schema.h"

namespace uproar {

// Schemas must outlive it, unmoved and unchanged. Prepared values stay where they are.
template <typename Prepared>
class PerSchema {
 public:
  // The value of `schema`; at the first meeting it is made by `prepare(*schema)`.
  template <typename Prepare>
  const Prepared& get(const EventSchema* schema, Prepare&& prepare) {
    // Events come in runs: the hash is asked only where one follows another.
    if (schema == last_schema_) return *last_;
    CHECK(schema != nullptr);
    auto found = prepared_.find(schema);
    if (found == prepared_.end())
      found = prepared_.emplace(schema, std::forward<Prepare>(prepare)(*schema)).first;
    last_schema_ = schema;
    last_ = &found->second;
    return *last_;
  }

 private:
  std::unordered_map<const EventSchema*, Prepared> prepared_;
  const EventSchema* last_schema_ = nullptr;
  const Prepared* last_ = nullptr;
};

}  // namespace uproar
