// Hostile sub-buffers through the ring page walker and the decoder.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "event/record_decoder.h"
#include "event/ring_page.h"

namespace {

using uproar::EventSchema;
using uproar::Field;

EventSchema make_schema(bool is_return) {
  EventSchema schema;
  schema.is_return = is_return;
  const uint32_t base = is_return ? 24 : 16;
  schema.fields = {{"text", Field::Kind::String, 4, 0, base},
                   {"number", Field::Kind::Signed, 2, 0, base + 4},
                   {"list", Field::Kind::String, 4, 3, base + 6},
                   {"fixed", Field::Kind::FixedString, 1, 16, base + 18},
                   {"words", Field::Kind::Hex, 4, 3, base + 34}};
  return schema;
}

// Touches every byte that a value shows, so that the sanitizer sees one outside the input.
uint64_t sum(const uproar::Event& event) {
  uint64_t total = event.ip;
  for (const uproar::Value& value : event.values) {
    total += value.bits;
    for (const char c : value.text) total += static_cast<unsigned char>(c);
  }
  return total;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const EventSchema entry = make_schema(false);
  static const EventSchema exit = make_schema(true);
  static uproar::Event event;
  static volatile uint64_t sink;
  for (const uint32_t commit_size : {8U, 4U}) {
    uproar::RingPage page({data, size}, {commit_size});
    uproar::RingPage::Record record;
    uint32_t last = 0;
    while (page.next(record)) {
      if (record.position < last || record.position + record.bytes.size() > page.data_size()) std::abort();
      last = record.position;
      for (const EventSchema* schema : {&entry, &exit}) {
        decode_record(*schema, record.bytes, event);
        sink = sink + sum(event);
      }
    }
  }
  return 0;
}
