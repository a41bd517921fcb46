// What can be wrong with the bytes of metadata, one name per fault.
#pragma once

#include <cstdint>

namespace uproar {

enum class MetadataStatus : uint8_t {
  Ok,
  Cut,          // ends inside a value, or a number is longer than any number can be
  TextTooLong,  // more than kMaxTextBytes
  TooMany,      // fields, sites or events beyond their limits
  UnknownKind,  // of a field, task or loss
  OutOfRange,   // a number does not fit where it belongs
  BadCount,     // a list has more or fewer entries than its block header says
};
const char* describe(MetadataStatus status);

}  // namespace uproar
