// Internal to binary: the index of a .dwp file (.debug_cu_index, .debug_tu_index). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace uproar {

class SplitIndex {
 public:
  // What dwp tools collect, whatever number the version of the index has for it.
  enum class Table : uint8_t {
    Info,
    Types,
    Abbreviations,
    Locations,      // .debug_loc.dwo
    LocationLists,  // .debug_loclists.dwo
    RangeLists,
    StringOffsets,
  };
  struct Part {
    uint32_t offset = 0;
    uint32_t size = 0;
  };

  bool empty() const { return rows_.empty(); }
  // Of a unit, by its id or signature.
  std::optional<size_t> row(uint64_t id) const;
  // Nothing of size 0 where it has none.
  Part part(size_t row, Table table) const;

 private:
  friend std::optional<SplitIndex> read_split_index(std::string_view section, bool is_big_endian);
  uint32_t version_ = 0;
  std::unordered_map<uint64_t, size_t> rows_;
  std::vector<uint32_t> columns_;  // DW_SECT_…
  std::vector<Part> parts_;        // row by row
};

// Versions 2 (GNU, DWARF 4) and 5. Nothing where it makes no sense.
std::optional<SplitIndex> read_split_index(std::string_view section, bool is_big_endian);

}  // namespace uproar
