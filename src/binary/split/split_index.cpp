#include "binary/split/split_index.h"

#include <algorithm>

#include "base/byte_order.h"

namespace uproar {
namespace {

constexpr size_t kHeader = 16;
constexpr uint32_t kMaxColumns = 16;

// The number of a table in the header of its columns; 0: this version has none.
uint32_t column_of(SplitIndex::Table table, uint32_t version) {
  const bool is_new = version == 5;
  switch (table) {
    case SplitIndex::Table::Info:
      return 1;
    case SplitIndex::Table::Types:
      return is_new ? 0 : 2;
    case SplitIndex::Table::Abbreviations:
      return 3;
    case SplitIndex::Table::Locations:
      return is_new ? 0 : 5;
    case SplitIndex::Table::LocationLists:
      return is_new ? 5 : 0;
    case SplitIndex::Table::RangeLists:
      return is_new ? 8 : 0;
    case SplitIndex::Table::StringOffsets:
      return 6;
  }
  return 0;
}

class Words {
 public:
  Words(std::string_view bytes, bool is_big) : bytes_(bytes), is_big_(is_big) {}
  // Within the bytes.
  uint64_t at(size_t offset, size_t size) const {
    return ordered_number(bytes_.substr(offset, size), is_big_);
  }

 private:
  std::string_view bytes_;
  bool is_big_;
};

}  // namespace

std::optional<size_t> SplitIndex::row(uint64_t id) const {
  auto found = rows_.find(id);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

SplitIndex::Part SplitIndex::part(size_t row, Table table) const {
  const uint32_t number = column_of(table, version_);
  auto column = std::find(columns_.begin(), columns_.end(), number);
  if (number == 0 || column == columns_.end()) return {};
  return parts_[row * columns_.size() + static_cast<size_t>(column - columns_.begin())];
}

std::optional<SplitIndex> read_split_index(std::string_view section, bool is_big_endian) {
  if (section.size() < kHeader) return std::nullopt;
  const Words words(section, is_big_endian);
  SplitIndex index;
  index.version_ = static_cast<uint32_t>(words.at(0, 4));
  if (index.version_ != 2) index.version_ = static_cast<uint32_t>(words.at(0, 2));
  if (index.version_ != 2 && index.version_ != 5) return std::nullopt;
  const uint64_t columns = words.at(4, 4);
  const uint64_t units = words.at(8, 4);
  const uint64_t slots = words.at(12, 4);
  if (columns > kMaxColumns) return std::nullopt;
  const uint64_t needed = kHeader + slots * 12 + columns * 4 + units * columns * 8;
  if (needed > section.size()) return std::nullopt;
  const size_t numbers = kHeader + slots * 8;
  const size_t header = numbers + slots * 4;
  const size_t offsets = header + columns * 4;
  const size_t sizes = offsets + units * columns * 4;
  for (size_t i = 0; i < slots; ++i) {
    const uint64_t number = words.at(numbers + i * 4, 4);
    if (number > units) return std::nullopt;
    if (number > 0) index.rows_.emplace(words.at(kHeader + i * 8, 8), number - 1);
  }
  for (size_t i = 0; i < columns; ++i)
    index.columns_.push_back(static_cast<uint32_t>(words.at(header + i * 4, 4)));
  for (size_t i = 0; i < units * columns; ++i) {
    index.parts_.push_back({static_cast<uint32_t>(words.at(offsets + i * 4, 4)),
                            static_cast<uint32_t>(words.at(sizes + i * 4, 4))});
  }
  return index;
}

}  // namespace uproar
