// One name for each way in which bytes can be wrong.
#pragma once

#include <cstdint>

namespace uproar {

enum class DecodeStatus : uint8_t {
  Ok,
  // records
  RecordShorterThanHeader,
  RecordShorterThanFields,
  StringOutsideRecord,
  UnknownEventType,
  // ring-buffer sub-buffers
  PageShorterThanHeader,
  PageCommitBeyondEnd,
  PageEventBeyondCommit,
  PageEventLengthInvalid,
  PageStartBeyondCommit,
};

// A short text for messages: "record is shorter than its fields".
const char* describe(DecodeStatus status);

}  // namespace uproar
