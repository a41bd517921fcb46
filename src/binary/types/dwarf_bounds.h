// Internal to this folder: where the indices of an array begin and end, as far as the type alone tells it.
#pragma once

#include <cstdint>
#include <optional>

#include "binary/units/dwarf_die.h"

namespace uproar {

// One dimension of an array: a DW_TAG_subrange_type, or an enumeration that the indices are of. In numbers of
// the source, except that Ada counts the enumerators of a type whatever values they stand for.
struct ConstantBounds {
  std::optional<int64_t> lower;   // none: only the running program knows
  std::optional<int64_t> upper;   // likewise, and where an array has no end (int a[])
  std::optional<uint64_t> count;  // likewise
};
ConstantBounds constant_bounds(Dwarf_Die& dimension, int language);

// A constant of the class that DW_AT_lower_bound, DW_AT_upper_bound, DW_AT_byte_stride … have, or none. The
// forms of a fixed size have no sign of their own: the type of the index decides.
std::optional<int64_t> constant_bound(Dwarf_Die& dimension, unsigned attribute);

// The enumeration whose values are the indices; none for numbers.
std::optional<Dwarf_Die> index_enumeration(Dwarf_Die& dimension);
// Where the enumerator of that value stands among the others, counted from 0.
std::optional<int64_t> enumerator_position(Dwarf_Die& enumeration, int64_t value);

}  // namespace uproar
