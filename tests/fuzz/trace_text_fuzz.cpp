// Hostile lines of trace text, with and without schemas; what can be parsed must survive being encoded and
// decoded. Build: clang++ -std=c++20 -fsanitize=fuzzer,address,undefined -Isrc with this file,
// trace_text.cpp, trace_columns.cpp, text_value.cpp, split_by_schema.cpp, split_by_shape.cpp,
// record_encoder.cpp, decoder.cpp of src/event and number.cpp, result.cpp of src/base.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "event/record_decoder.h"
#include "event/record_encoder.h"

namespace {

using namespace uproar;

EventSchema make_schema() {
  EventSchema schema;
  schema.name = "e";
  schema.fields = {{"n", Field::Kind::Signed, 4, 0, 16}, {"s", Field::Kind::String, 4, 0, 20},
                   {"l", Field::Kind::String, 4, 2, 24}, {"a", Field::Kind::Hex, 1, 3, 32},
                   {"t", Field::Kind::String, 4, 0, 35}, {"c", Field::Kind::Char, 1, 0, 39}};
  return schema;
}

void round_trip(const TextEvent& event, const EventSchema& schema) {
  std::vector<uint8_t> record;
  encode_record(event, schema, record);
  Event decoded;
  if (decode_record(schema, record, decoded) != DecodeStatus::Ok) std::abort();
  size_t i = 0;
  for (const TextArgument& argument : event.arguments) {
    for (const TextValue& value : argument.values) {
      const Value& got = decoded.values[i++];
      // A string of a record ends at its NUL; no text of the kernel has one.
      const std::string_view text = std::string_view(value.text).substr(0, value.text.find('\0'));
      if (got.bits != value.bits || got.text != text) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const EventSchema schema = make_schema();
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const std::vector<const EventSchema*>& known : {std::vector<const EventSchema*>{}, {&schema}}) {
    const TextLine parsed = parse_trace_line(line, known);
    ends_inside_string(line, known);
    if (parsed.kind != TextLine::Kind::Event) continue;
    const EventSchema own = schema_of(parsed.event, "g");
    if (fits(parsed.event, own)) round_trip(parsed.event, own);
    if (fits(parsed.event, schema)) round_trip(parsed.event, schema);
  }
  return 0;
}
