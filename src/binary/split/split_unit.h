// Internal to binary: the head of a unit of split DWARF. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uproar {

// What the header of a unit says, and its root for the units of version 4, which have their ids there.
struct SplitUnitHead {
  uint64_t size = 0;  // with the header
  uint16_t version = 0;
  bool is_type = false;  // `id` is the signature; else the dwo_id
  std::optional<uint64_t> id;
  uint64_t abbreviations = 0;  // offset in its table
};

// Where the parts of a unit begin: 32-bit DWARF, version 4 or 5.
struct SplitUnitLayout {
  SplitUnitHead head;
  uint8_t address_size = 0;
  uint8_t type = 0;  // DW_UT_…, 0 before version 5
  size_t abbreviations_at = 0;
  size_t root_at = 0;
};

// The unit at the beginning of `bytes`; `in_types`: of .debug_types.dwo. Nothing where it makes no sense. The id of
// version 4 is not read.
std::optional<SplitUnitLayout> split_unit_layout(std::string_view bytes, bool in_types, bool is_big_endian);

// The same with the id of version 4, which stands in the root.
std::optional<SplitUnitHead> read_split_head(std::string_view bytes, std::string_view abbreviations,
                                             bool in_types, bool is_big_endian);

}  // namespace uproar
