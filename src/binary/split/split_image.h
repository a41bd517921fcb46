// Internal to binary: a unit of split DWARF as an ELF image of its own. Pure.
//
// What a compiler leaves in a .dwo file or dwp tool collects in a .dwp file refers to tables of its file without saying
// where its part of them begins, and to addresses that stand in the program. libdw follows that for a plain
// .dwo file alone (up to 0.190 none of a .dwp, and of several sections of one name, as type units make them,
// only the first). So the parts that belong together are put into one image, in which each table begins where
// libdw expects it, and the unit gets what its skeleton says: DWARF as if it never had been split.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "binary/split/split_unit.h"

namespace uproar {

// The part of each table that one unit refers to.
struct SplitTables {
  std::string_view abbreviations;
  std::string_view string_offsets;  // with its header, if it has one
  std::string_view strings;         // all of the file
};

struct SplitTypeUnit {
  std::string_view bytes;  // with its header
  SplitTables tables;
};

struct SplitParts {
  bool is_big_endian = false;
  bool is_64_bit = true;
  uint16_t machine = 0;
  std::string_view unit;  // with its header
  SplitTables tables;
  std::string_view locations;       // .debug_loc.dwo
  std::string_view location_lists;  // .debug_loclists.dwo
  std::string_view range_lists;     // .debug_rnglists.dwo
  std::vector<SplitTypeUnit> types;
  // Of the program: from where the skeleton's bases (DW_AT_addr_base, DW_AT_GNU_ranges_base) lead.
  std::string_view addresses;
  std::string_view ranges;
  uint64_t low_pc = 0;  // the skeleton's, 0 if it has none
};

// The image. Errors: of a form that is not known, damaged; in words that follow "cannot be used: ".
Result<std::string> split_image(const SplitParts& parts);

}  // namespace uproar
