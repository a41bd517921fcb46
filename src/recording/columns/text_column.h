// A column of byte strings to bytes and back: the different ones once, and which one each row has. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "recording/columns/number_column.h"

namespace uproar {

// Keeps its memory: once it is warm, a column takes no allocation.
class TextEncoder {
 public:
  // The views must live until encode() or clear().
  void add(std::string_view text);
  void encode(NumberEncoder& numbers, ByteWriter& out);
  void clear();

  // What was added, in parts, for columns whose content is stored in another way.
  std::span<const std::string_view> distinct() const { return distinct_; }
  // By row, but for the first, which has the first text: 0 the next new one, else 1 + index.
  std::span<const uint64_t> choices() const {
    return std::span<const uint64_t>(choices_).subspan(choices_.empty() ? 0 : 1);
  }

 private:
  void grow();
  void put_texts(NumberEncoder& numbers, ByteWriter& out);

  std::vector<std::string_view> distinct_;
  std::vector<uint64_t> hashes_;         // of distinct_
  std::vector<uint32_t> table_;          // open addressing; index into distinct_ + 1, 0: free
  std::vector<uint64_t> choices_;        // by row: 0 the next new text, else 1 + index
  std::array<uint32_t, 2> recent_ = {};  // the last two choices that differ: 1 + index, 0: none
  std::vector<uint64_t> column_;
};

struct TextColumn {
  std::vector<std::string_view> distinct;  // into the block, or into `transposed`
  std::vector<uint32_t> choice;            // by row, index into distinct
  std::vector<char> transposed;

  std::string_view text(size_t row) const { return distinct[choice[row]]; }
};

class TextDecoder {
 public:
  // `rows` texts; false if the bytes are no such column. The bytes that `in` reads must outlive `out`.
  bool decode(ByteReader& in, size_t rows, NumberDecoder& numbers, TextColumn& out);

 private:
  std::vector<uint64_t> numbers_;
};

// For columns that are chosen from as texts are, with content that is stored in another way. Each row's
// choice is below `distinct`, and each of these is chosen.
bool decode_choices(ByteReader& in, size_t rows, size_t distinct, NumberDecoder& numbers,
                    std::vector<uint64_t>& scratch, std::vector<uint32_t>& out);

}  // namespace uproar
