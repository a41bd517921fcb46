#include "binary/types/dwarf_bounds.h"

#include <algorithm>

#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr int64_t kMaxEnumerators = 4096;

// The type of the indices without typedefs and without the subranges that it is cut out of.
std::optional<Dwarf_Die> index_type(Dwarf_Die& dimension) {
  std::optional<Dwarf_Die> type = dimension;
  for (int i = 0; type && i < kMaxDieChain; ++i) {
    const int tag = dwarf_tag(&*type);
    if (tag == DW_TAG_base_type || tag == DW_TAG_enumeration_type) return type;
    type = reference_of(*type, DW_AT_type);
  }
  return std::nullopt;
}

bool is_fixed_size(unsigned form) {
  return form == DW_FORM_data1 || form == DW_FORM_data2 || form == DW_FORM_data4 || form == DW_FORM_data8;
}

bool is_constant(unsigned form) {
  return is_fixed_size(form) || form == DW_FORM_sdata || form == DW_FORM_udata ||
         form == DW_FORM_implicit_const;
}

// The positions of an Ada enumeration's bounds, which the debug information tells as values.
void to_positions(Dwarf_Die& enumeration, ConstantBounds& bounds) {
  for (auto* bound : {&bounds.lower, &bounds.upper}) {
    if (*bound) *bound = enumerator_position(enumeration, **bound);
  }
}

}  // namespace

std::optional<int64_t> constant_bound(Dwarf_Die& dimension, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Sword with_sign = 0;
  Dwarf_Word plain = 0;
  if (!dwarf_attr(&dimension, name, &attribute) || !is_constant(dwarf_whatform(&attribute)))
    return std::nullopt;
  if (!is_fixed_size(dwarf_whatform(&attribute))) {
    if (dwarf_formsdata(&attribute, &with_sign) == 0) return with_sign;
    return std::nullopt;
  }
  if (dwarf_formudata(&attribute, &plain) != 0) return std::nullopt;
  // A negative bound has the sign where its type has it: 0xfffffffe of an integer of 4 bytes is -2.
  auto type = index_type(dimension);
  if (!type) return static_cast<int64_t>(plain);
  const auto encoding = unsigned_of(*type, DW_AT_encoding).value_or(DW_ATE_signed);
  const auto bytes = unsigned_of(*type, DW_AT_byte_size).value_or(8);
  if (encoding != DW_ATE_signed || bytes >= 8 || bytes == 0) return static_cast<int64_t>(plain);
  const uint64_t sign = uint64_t{1} << (bytes * 8 - 1);
  if (plain >= sign * 2) return static_cast<int64_t>(plain);
  return static_cast<int64_t>((plain ^ sign) - sign);
}

std::optional<Dwarf_Die> index_enumeration(Dwarf_Die& dimension) {
  auto type = index_type(dimension);
  if (type && dwarf_tag(&*type) == DW_TAG_enumeration_type) return type;
  return std::nullopt;
}

std::optional<int64_t> enumerator_position(Dwarf_Die& enumeration, int64_t value) {
  int64_t position = 0;
  for (DieChildren child(enumeration); child && position < kMaxEnumerators; child.next()) {
    if (child.tag() != DW_TAG_enumerator) continue;
    const bool same = signed_of(*child, DW_AT_const_value) == value ||
                      unsigned_of(*child, DW_AT_const_value) == static_cast<uint64_t>(value);
    if (same) return position;
    ++position;
  }
  return std::nullopt;
}

ConstantBounds constant_bounds(Dwarf_Die& dimension, int language) {
  ConstantBounds bounds;
  if (dwarf_tag(&dimension) == DW_TAG_enumeration_type) {
    int64_t count = 0;
    for (DieChildren child(dimension); child && count < kMaxEnumerators; child.next()) {
      if (child.tag() == DW_TAG_enumerator) ++count;
    }
    bounds.lower = 0;
    bounds.upper = count - 1;
    bounds.count = static_cast<uint64_t>(count);
    return bounds;
  }
  bounds.lower = has_attribute(dimension, DW_AT_lower_bound) ? constant_bound(dimension, DW_AT_lower_bound)
                                                             : default_lower_bound(language);
  bounds.upper = constant_bound(dimension, DW_AT_upper_bound);
  auto enumeration = is_ada(language) ? index_enumeration(dimension) : std::nullopt;
  if (enumeration) to_positions(*enumeration, bounds);
  if (auto count = constant_bound(dimension, DW_AT_count); count && *count >= 0) {
    bounds.count = static_cast<uint64_t>(*count);
    if (bounds.lower && !bounds.upper && *count > 0 && *bounds.lower <= INT64_MAX - *count)
      bounds.upper = *bounds.lower + *count - 1;
  }
  // An array without elements ends before it begins: int a[0] of GCC has an upper bound of -1.
  if (!bounds.count && bounds.lower && bounds.upper && *bounds.lower > INT32_MIN) {
    bounds.count = *bounds.upper < *bounds.lower
                       ? 0
                       : static_cast<uint64_t>(*bounds.upper) - static_cast<uint64_t>(*bounds.lower) + 1;
  }
  return bounds;
}

}  // namespace uproar
