// How one argument that is shown is read from a record.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "event/array_fields.h"
#include "event/event.h"
#include "event/helper_fields.h"

namespace uproar {

// The field of an argument and the helper fields (event/helper_fields.h) that serve it.
struct ServedField {
  uint32_t index = 0;  // of the field in its schema
  Field field;
  std::optional<Field> length, limit, sign, pointer, start;
  std::optional<Field> bits, hex, character, text, object;
  std::vector<Field> via;
  std::vector<Field> tags, lows, highs;  // of one condition each: those of one index
  ArrayFields array;                     // where the record tells how the elements lie
  std::optional<Field> faults, cuts;     // the event's
  std::vector<uint32_t>
      parts{};  // indices of the field and of the helpers that serve it: a fault of one is its

  bool is_array() const { return !is_sized_text() && !array.dimensions.empty(); }
  bool is_sized_text() const { return length || limit || object; }
  // How it is shown, as far as helpers change that.
  Field::Kind shown_kind() const;
};

// Where the text of a field is in the record, by its helpers.
struct StoredText {
  std::span<const uint8_t> bytes;  // without the characters behind its end
  uint8_t character_bytes = 1;
  bool in_object = false;  // in the object's bytes, not in the field's
  bool cut = false;
  bool fault = false;
};
StoredText stored_text(const ServedField& served, std::span<const uint8_t> record);

TextForm text_form(const ServedField& served, std::span<const uint8_t> record);

// Of the bytes of a text's object, which are not none: whether the text is in them, and where the pointer to a
// long one stands.
bool is_in_object(std::span<const uint8_t> object, const TextForm& form);
size_t long_pointer_at(const TextForm& form);

// Whether the program has a value there at all: all conditions of the field hold.
bool has_value(const ServedField& served, std::span<const uint8_t> record);

// Writes as many values as the shown field has and gives back their end; a field that the record ends before
// is a fault, and so is one of a variant that the program does not have. `inside` becomes false if a string is
// said to lie outside the record. `converted` takes a text that is not shown as it stands in the record, and must
// outlive the value.
Value* read_argument(const ServedField& served, std::span<const uint8_t> record, Value* out, bool& inside,
                     std::string& converted);

// How many characters the string of a field with a length has, all that there are.
uint64_t text_length(const ServedField& served, std::span<const uint8_t> record);

// Whether the string's own bytes go on where what was recorded of it, `length` bytes, ends: `start` has its
// first bytes.
bool goes_on(const Field& start, size_t length, std::span<const uint8_t> record);

}  // namespace uproar
