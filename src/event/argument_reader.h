// How one argument that is shown is read from a record.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "event/array_fields.h"
#include "event/event.h"

namespace uproar {

// The field of an argument and the helper fields (event/helper_fields.h) that serve it.
struct ServedField {
  uint32_t index = 0;  // of the field in its schema
  Field field;
  std::optional<Field> length, limit, sign, pointer, start;
  std::vector<Field> via;
  ArrayFields array;  // where the record tells how the elements lie

  bool is_array() const { return !is_sized_text() && !array.dimensions.empty(); }
  bool is_sized_text() const { return length || limit; }
};

// Writes as many values as the shown field has and gives back their end; a field that the record ends before
// is a fault. `inside` becomes false if a string is said to lie outside the record.
Value* read_argument(const ServedField& served, std::span<const uint8_t> record, Value* out, bool& inside);

// How many bytes the string of a field with a length has, all that there are.
uint64_t text_length(const ServedField& served, std::span<const uint8_t> record);

// Whether the string's own bytes go on where what was recorded of it, `length` bytes, ends: `start` has its
// first bytes.
bool goes_on(const Field& start, size_t length, std::span<const uint8_t> record);

}  // namespace uproar
