// Hostile format texts through the parser (and libtraceevent below it), then a record through the schema that
// comes out. libtraceevent leaks some of what it cannot parse.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "event/event_format.h"
#include "event/record_decoder.h"

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libtraceevent";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto schema = uproar::parse_event_format({reinterpret_cast<const char*>(data), size}, "g");
  if (!schema.ok()) return 0;
  size_t values = 0;
  for (const uproar::Field& field : schema->fields) {
    if (field.offset < 8 || uint64_t{field.offset} + field.byte_size() > 0xffff || field.name.empty())
      std::abort();
    values += field.values();
  }
  static const uint8_t record[512] = {};
  uproar::Event event;
  if (decode_record(*schema, record, event) != uproar::DecodeStatus::RecordShorterThanHeader &&
      event.values.size() != values) {
    std::abort();
  }
  return 0;
}
