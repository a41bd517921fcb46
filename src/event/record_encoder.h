// Values to record bytes: the inverse of the decoder, for events that come from text. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "event/event_schema.h"
#include "event/text/trace_text.h"

namespace uproar {

// The schema that holds everything `event` shows: hex as u64 hex, decimals as s64 or u64, strings, arrays.
EventSchema schema_of(const TextEvent& event, std::string_view group);

// True if `event`'s arguments can be stored under `schema` (same names, kinds that fit, same array counts).
bool fits(const TextEvent& event, const EventSchema& schema);

// The bytes that decode_record(schema, …) turns into the same values. Requires fits(event, schema).
void encode_record(const TextEvent& event, const EventSchema& schema, std::vector<uint8_t>& out);

}  // namespace uproar
