#include "recording/metadata/metadata_status.h"

namespace uproar {

const char* describe(MetadataStatus status) {
  switch (status) {
    case MetadataStatus::Ok:
      return "content is whole";
    case MetadataStatus::Cut:
      return "content ends inside a value";
    case MetadataStatus::TextTooLong:
      return "a text is longer than 1 MiB";
    case MetadataStatus::TooMany:
      return "more fields, sites or events than a recording can have";
    case MetadataStatus::UnknownKind:
      return "an entry of unknown kind";
    case MetadataStatus::OutOfRange:
      return "a number is out of its range";
    case MetadataStatus::BadCount:
      return "number of entries contradicts the block header";
  }
  return "unknown fault";
}

}  // namespace uproar
