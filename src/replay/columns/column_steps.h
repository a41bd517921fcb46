// One event's lines as a program over the columns of a block: texts to copy, and between them values to
// write. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recording/columns/column_block.h"

namespace uproar {

// Texts that are copied by chunks of this size, whatever their length: a copy of known size needs no call. So
// many bytes have to be readable behind each text, and writable behind what was written.
inline constexpr size_t kTextChunk = 32;

inline char* write_chunks(const char* text, size_t size, char* out) {
  for (size_t done = 0; done < size; done += kTextChunk) std::memcpy(out + done, text + done, kTextChunk);
  return out + size;
}

// Texts in one piece of memory, each with a chunk behind it.
class TextStore {
 public:
  struct Text {
    uint32_t begin = 0, size = 0;
  };
  Text add(std::string_view text) {
    const auto begin = static_cast<uint32_t>(bytes_.size());
    bytes_.append(text);
    return {begin, static_cast<uint32_t>(text.size())};
  }
  // Nothing may be added afterwards.
  void seal() { bytes_.append(kTextChunk, '\0'); }
  const char* at(const Text& text) const { return bytes_.data() + text.begin; }
  size_t size() const { return bytes_.size(); }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

// Text in front of a value, and the value: of the row's group, at the row's place in it.
struct ColumnStep {
  enum class Value : uint8_t {
    End,  // none: the line's last text
    Unsigned,
    Signed,
    Hex,           // without 0x
    Char,          // without quotes
    Text,          // one of `texts`, which `choice` tells
    NumberedText,  // one of `texts`, which the number tells
    SizedText,     // bytes of `column`, as many as `length` says
    BoundedText,   // bytes of `column` up to a NUL, at most as many as `length` says
  };
  // In the order that fits a line of the cache: lines of many events jump from one step to another.
  Value value = Value::End;
  uint8_t size = 8;       // bytes of each number
  uint8_t sign_bits = 0;  // Signed: of so many bits, 0: of all
  uint8_t length_size = 8;
  uint32_t room = 0;  // that the value takes at most, without the text before it
  TextStore::Text before;
  const NumberPart* number = nullptr;  // not constant, but where it is `length`
  const uint32_t* choice = nullptr;
  const std::vector<TextStore::Text>* texts = nullptr;
  const TextColumn* column = nullptr;
  const NumberPart* length = nullptr;
  uint32_t field_bytes = 0;  // SizedText, BoundedText: of the field
};

// Writes the line of row `row` of the group from the first step's text on, with its newline if the last step
// has one; needs room for all steps and kTextChunk bytes. Gives back the end.
char* write_steps(const std::vector<ColumnStep>& steps, const TextStore& store, size_t row, char* out);

// The number in a column; `size` as in the record.
uint64_t number_at(const NumberPart& number, uint8_t size, size_t row);

}  // namespace uproar
