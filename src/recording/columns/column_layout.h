// Which bytes of an event's records make which column. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "event/event_schema.h"

namespace uproar {

// A record is its parts, one behind the other, and the data of its dynamic parts in the same order.
struct RecordPart {
  enum class Kind : uint8_t {
    Task = 0,     // 4 bytes: the thread; a column of the whole block
    Number = 1,   // 1, 2, 4 or 8 bytes
    Bytes = 2,    // any number of bytes, stored without the zeros at their end
    Dynamic = 3,  // u32 __data_loc (length << 16 | offset); its data stand behind the parts
  };
  Kind kind = Kind::Number;
  uint32_t size = 8;  // in the record
  bool operator==(const RecordPart&) const = default;
};

struct RecordLayout {
  std::vector<RecordPart> parts;
  uint32_t fixed_bytes = 0;  // of all parts

  bool operator==(const RecordLayout&) const = default;
};

// Fields that no record could hold are left out. If fields overlap, no record fits the layout: all are stored
// whole, because parts that leave bytes out would lose them.
RecordLayout layout_of(const EventSchema& schema);

// In a block of records, so that the block can be read without its events' schemas.
void put_layout(const RecordLayout& layout, ByteWriter& out);
bool parse_layout(ByteReader& in, RecordLayout& out);

}  // namespace uproar
