// Record bytes to Event. Pure.
#pragma once

#include <cstdint>
#include <span>

#include "event/decode_status.h"
#include "event/event.h"

namespace uproar {

// Fills tid, flags, preempt_count, ip, return_ip, schema and values of `out` from one record as it stands in
// the ring (common_type first). time_ns, cpu, pid and comm are the caller's. `out` may be used again and
// again: it allocates only when it meets more values than ever before. The views in it point into `record`.
// After RecordShorterThanFields or StringOutsideRecord all that could be read is there, and what could not is
// a fault; after RecordShorterThanHeader there are no values.
DecodeStatus decode_record(const EventSchema& schema, std::span<const uint8_t> record, Event& out);

// The part of it that needs no field: tid, flags, preempt_count, ip, return_ip. False if the record is too
// short.
bool read_event_header(const EventSchema& schema, std::span<const uint8_t> record, Event& out);

// common_type and common_pid of a record; false if it is too short to have them.
struct CommonHeader {
  uint16_t type = 0;
  uint8_t flags = 0;
  uint8_t preempt_count = 0;
  int32_t tid = 0;
};
bool read_common_header(std::span<const uint8_t> record, CommonHeader& out);

}  // namespace uproar
