// One walk over the entries of types: what makes a shape of one entry asks for the shapes of others, so it stands
// in one file, longer than most.
#include "binary/types/dwarf_types.h"

#include <algorithm>

#include "base/letters.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr int kMaxTypeDepth = 32;
constexpr size_t kMaxMembers = 4096;

bool is_wrapper(int tag) {
  switch (tag) {
    case DW_TAG_typedef:
    case DW_TAG_const_type:
    case DW_TAG_volatile_type:
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
    case DW_TAG_immutable_type:
    case DW_TAG_packed_type:
    case DW_TAG_shared_type:
    case DW_TAG_template_alias:
      return true;
    default:
      return false;
  }
}

// Where a member lies in its struct: a number, or a constant expression (DWARF 2 and 3).
std::optional<uint64_t> member_offset(Dwarf_Die& die) {
  if (!has_attribute(die, DW_AT_data_member_location)) return 0;
  if (auto number = unsigned_of(die, DW_AT_data_member_location)) return number;
  Dwarf_Attribute attribute;
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (!dwarf_attr(&die, DW_AT_data_member_location, &attribute) ||
      dwarf_getlocation(&attribute, &operations, &count) != 0 || count != 1 ||
      (operations[0].atom != DW_OP_plus_uconst && operations[0].atom != DW_OP_constu)) {
    return std::nullopt;
  }
  return operations[0].number;
}

// Of an enumeration that tells nothing of its numbers (strict DWARF 2). Only the form with a sign means one: 200 in
// DW_FORM_data1 is no -56.
bool has_negative_enumerator(Dwarf_Die& enumeration) {
  size_t seen = 0;
  for (DieChildren child(enumeration); child && ++seen < kMaxMembers; child.next()) {
    Dwarf_Attribute value;
    Dwarf_Sword number = 0;
    if (child.tag() != DW_TAG_enumerator || !dwarf_attr(&*child, DW_AT_const_value, &value)) continue;
    const unsigned form = dwarf_whatform(&value);
    if ((form == DW_FORM_sdata || form == DW_FORM_implicit_const) && dwarf_formsdata(&value, &number) == 0 &&
        number < 0)
      return true;
  }
  return false;
}

std::optional<uint64_t> discriminant_value(Dwarf_Die& variant) {
  if (auto value = unsigned_of(variant, DW_AT_discr_value)) return value;
  auto negative = signed_of(variant, DW_AT_discr_value);
  return negative ? std::optional(static_cast<uint64_t>(*negative)) : std::nullopt;
}

// Characters of UTF-16 and UTF-32 by the names of C, C++ and D, whose qualifiers may be part of the name:
// immutable(wchar).
bool is_wide_character(std::string_view name) {
  const size_t open = name.rfind('(');
  if (open != std::string_view::npos && name.back() == ')')
    name = name.substr(open + 1, name.size() - open - 2);
  return name == "wchar_t" || name == "char16_t" || name == "char32_t" || name == "wchar" || name == "dchar";
}

}  // namespace

std::optional<Dwarf_Die> DwarfTypes::type_of(Dwarf_Die& die) {
  return reference_of(die, DW_AT_type, true);
}

std::optional<Dwarf_Die> DwarfTypes::peel(std::optional<Dwarf_Die> type) {
  for (int i = 0; type && i < kMaxDieChain; ++i) {
    // A range of a type (Ada, Pascal) is held as that type is, unless it has a size of its own.
    const int tag = dwarf_tag(&*type);
    const bool is_range = tag == DW_TAG_subrange_type && has_attribute(*type, DW_AT_type) &&
                          !has_attribute(*type, DW_AT_byte_size);
    if (!is_wrapper(tag) && !is_range) return type;
    type = reference_of(*type, DW_AT_type);
  }
  return std::nullopt;
}

std::optional<Dwarf_Die> DwarfTypes::complete(std::optional<Dwarf_Die> type) {
  type = peel(type);
  if (!type || !has_attribute(*type, DW_AT_declaration)) return type;
  auto definition = definition_of(*type);
  return definition ? definition : type;
}

std::optional<Dwarf_Die> DwarfTypes::definition_of(Dwarf_Die& declared) {
  auto [known, is_new] = definitions_.try_emplace(declared.addr);
  if (is_new) known->second = look_for_definition(declared);
  return known->second;
}

std::optional<Dwarf_Die> DwarfTypes::look_for_definition(Dwarf_Die& declared) {
  if (auto by_signature = reference_of(declared, DW_AT_signature)) return by_signature;
  const std::string qualified = units_.qualified_name(declared);
  const std::string plain = name_of(declared);
  const DwarfUnit* own = units_.of(declared);
  auto search = [&](const DwarfUnit& unit) -> std::optional<Dwarf_Die> {
    for (Dwarf_Die die : units_.contents(unit).types) {
      if (name_of(die) == plain && units_.qualified_name(die) == qualified) return die;
    }
    return std::nullopt;
  };
  if (plain.empty()) return std::nullopt;
  if (own) {
    if (auto found = search(*own)) return found;
  }
  for (const DwarfUnit* unit : units_.mentioning(plain.substr(0, plain.find('<')))) {
    if (auto found = search(*unit)) return found;
  }
  return std::nullopt;
}

std::optional<uint64_t> DwarfTypes::size(std::optional<Dwarf_Die> type) {
  return size_at(type, 0);
}

std::optional<uint64_t> DwarfTypes::size_at(std::optional<Dwarf_Die> type, int depth) {
  type = complete(type);
  if (!type || depth > kMaxTypeDepth) return std::nullopt;
  if (auto told = unsigned_of(*type, DW_AT_byte_size)) return told;
  const int tag = dwarf_tag(&*type);
  if (tag == DW_TAG_pointer_type || is_reference(*type)) return units_.pointer_size();
  if (tag == DW_TAG_enumeration_type) return size_at(reference_of(*type, DW_AT_type), depth + 1);
  if (tag != DW_TAG_array_type) return std::nullopt;
  auto element = size_at(reference_of(*type, DW_AT_type), depth + 1);
  auto count = total_count(*type, 0);
  if (!element || !count || (*element != 0 && *count > INT64_MAX / *element)) return std::nullopt;
  return *element * *count;
}

bool DwarfTypes::is_struct(Dwarf_Die& type) {
  const int tag = dwarf_tag(&type);
  return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type ||
         tag == DW_TAG_interface_type;
}

bool DwarfTypes::is_pointer(Dwarf_Die& type) {
  return dwarf_tag(&type) == DW_TAG_pointer_type;
}

bool DwarfTypes::is_reference(Dwarf_Die& type) {
  const int tag = dwarf_tag(&type);
  if (tag == DW_TAG_pointer_type && is_fortran(language(type))) {
    // The name of a pointer is that of its target, wherever it is not assigned.
    auto target = reference_of(type, DW_AT_type);
    return target && dwarf_tag(&*target) != DW_TAG_subroutine_type;
  }
  return tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
}

bool DwarfTypes::is_char(std::optional<Dwarf_Die> type) {
  type = peel(type);
  if (!type || dwarf_tag(&*type) != DW_TAG_base_type || unsigned_of(*type, DW_AT_byte_size) != 1u)
    return false;
  const std::string own = name_of(*type);
  if (own == "char" || own == "char8_t") return true;
  // Languages whose numbers of a byte are no characters.
  const int written_in = language(*type);
  const auto encoding = unsigned_of(*type, DW_AT_encoding).value_or(0);
  return (!is_like_c(written_in) || written_in == DW_LANG_Modula2) &&
         (encoding == DW_ATE_unsigned_char || encoding == DW_ATE_signed_char || encoding == DW_ATE_UTF);
}

uint32_t DwarfTypes::character_size(std::optional<Dwarf_Die> type) {
  if (is_char(type)) return 1;
  const auto bytes = size(type);
  if (!bytes || (*bytes != 2 && *bytes != 4)) return 0;
  for (int i = 0; type && i < kMaxDieChain; ++i) {
    const int tag = dwarf_tag(&*type);
    const std::string own = tag == DW_TAG_typedef || tag == DW_TAG_base_type ? name_of(*type) : std::string();
    if (is_wide_character(own)) return static_cast<uint32_t>(*bytes);
    if (!is_wrapper(tag)) return 0;
    type = reference_of(*type, DW_AT_type);
  }
  return 0;
}

bool DwarfTypes::is_swapped(Dwarf_Die& type) {
  // Every machine whose files are read is little-endian.
  return unsigned_of(type, DW_AT_endianity) == uint64_t{DW_END_big};
}

std::optional<uint32_t> DwarfTypes::value_bits(Dwarf_Die& type) {
  if (dwarf_tag(&type) != DW_TAG_base_type) return 0;
  const uint64_t bytes = unsigned_of(type, DW_AT_byte_size).value_or(0);
  if (auto told = unsigned_of(type, DW_AT_bit_size))
    return *told > 0 && *told < bytes * 8 && *told <= 64 ? static_cast<uint32_t>(*told) : 0;
  // Clang before 21 tells the bytes alone, and leaves zeros in those that it stores above a negative number.
  const bool is_unknown = is_signed(type) && name_of(type) == "_BitInt";
  return is_unknown ? std::nullopt : std::optional<uint32_t>(0);
}

bool DwarfTypes::is_signed(Dwarf_Die& type) {
  if (dwarf_tag(&type) == DW_TAG_subrange_type) {
    auto whole = peel(reference_of(type, DW_AT_type));
    if (whole && dwarf_tag(&*whole) != DW_TAG_subrange_type) return is_signed(*whole);
    return constant_bounds(type, 0).lower.value_or(0) < 0;
  }
  const bool is_enumeration = dwarf_tag(&type) == DW_TAG_enumeration_type;
  if (is_enumeration && !has_attribute(type, DW_AT_encoding)) {
    if (auto underlying = peel(reference_of(type, DW_AT_type))) {
      return dwarf_tag(&*underlying) == DW_TAG_base_type && is_signed(*underlying);
    }
    return has_negative_enumerator(type);
  }
  const auto encoding = unsigned_of(type, DW_AT_encoding);
  return encoding == uint64_t{DW_ATE_signed} || encoding == uint64_t{DW_ATE_signed_char};
}

void DwarfTypes::bitfield(Dwarf_Die& die, uint64_t offset, Member& member) {
  const auto width = unsigned_of(die, DW_AT_bit_size);
  if (!width || *width == 0 || *width > 64) return;
  member.bit_size = static_cast<uint32_t>(*width);
  auto type = peel(member.type);
  member.is_swapped = type && is_swapped(*type);
  if (auto at = unsigned_of(die, DW_AT_data_bit_offset)) {
    member.bit_offset = offset * 8 + *at;
    return;
  }
  // DWARF 2 and 3 count from the highest bit of a container of DW_AT_byte_size bytes.
  const auto container = unsigned_of(die, DW_AT_byte_size).value_or(size(member.type).value_or(4));
  const auto from_top = unsigned_of(die, DW_AT_bit_offset).value_or(0);
  if (member.is_swapped) {
    member.bit_offset = member.offset * 8 + from_top;
    return;
  }
  const uint64_t used = from_top + *width;
  member.bit_offset =
      member.offset * 8 + (container <= 16 && used <= container * 8 ? container * 8 - used : 0);
}

void DwarfTypes::add_member(Dwarf_Die& die, uint64_t offset, bool reachable, int depth,
                            std::vector<Member>& found) {
  // Static members have no place in the struct.
  if (flag_of(die, DW_AT_external) || flag_of(die, DW_AT_declaration)) return;
  Member member;
  member.name = name_of(die);
  member.die = die;
  member.type = type_of(die);
  const auto at = member_offset(die);
  member.offset = offset + at.value_or(0);
  member.is_reachable = reachable && at.has_value();
  bitfield(die, offset, member);
  const bool is_base = dwarf_tag(&die) == DW_TAG_inheritance;
  if (is_base && unsigned_of(die, DW_AT_virtuality).value_or(0) != 0) member.is_reachable = false;
  if (is_base || member.name.empty()) {
    auto type = complete(member.type);
    if (type && is_struct(*type)) add_members(*type, member.offset, member.is_reachable, depth + 1, found);
    return;
  }
  found.push_back(std::move(member));
}

// What the discriminant is in each variant; that without a value of its own has what is left.
void DwarfTypes::add_variants(Dwarf_Die& part, uint64_t offset, bool reachable, int depth,
                              std::vector<Member>& found) {
  auto discriminant = reference_of(part, DW_AT_discr);
  auto type = discriminant ? complete(type_of(*discriminant)) : std::nullopt;
  const uint64_t bytes = size(type).value_or(0);
  const uint64_t mask = bytes >= 8 ? UINT64_MAX : (uint64_t{1} << (bytes * 8)) - 1;
  std::vector<uint64_t> values;
  bool all_told = bytes > 0 && bytes <= 8;
  for (DieChildren child(part); child; child.next()) {
    if (child.tag() != DW_TAG_variant) continue;
    if (has_attribute(*child, DW_AT_discr_list)) all_told = false;
    if (auto value = discriminant_value(*child)) values.push_back(*value & mask);
  }
  std::sort(values.begin(), values.end());
  const bool in_a_row = !values.empty() && values.back() - values.front() < values.size();
  for (DieChildren child(part); child; child.next()) {
    if (child.tag() != DW_TAG_variant) continue;
    const size_t first = found.size();
    add_members(*child, offset, reachable, depth, found);
    if (!discriminant) continue;  // it is the only one
    DwarfVariant variant;
    variant.discriminant = *discriminant;
    variant.offset = offset + member_offset(*discriminant).value_or(0);
    if (auto value = discriminant_value(*child)) {
      variant.low = variant.high = *value & mask;
    } else if (values.empty()) {
      variant.high = UINT64_MAX;
    } else {
      variant.low = (values.back() + 1) & mask;
      variant.high = (values.front() - 1) & mask;
    }
    variant.is_told = all_told && (in_a_row || values.empty() || discriminant_value(*child));
    for (size_t i = first; i < found.size(); ++i) found[i].variants.push_back(variant);
  }
}

void DwarfTypes::add_members(Dwarf_Die& type, uint64_t offset, bool reachable, int depth,
                             std::vector<Member>& found) {
  if (depth > kMaxTypeDepth) return;
  std::vector<Dwarf_Die> inner;
  for (DieChildren child(type); child && budget_ > 0; child.next()) {
    --budget_;
    const int tag = child.tag();
    const bool named = tag == DW_TAG_member && !name_of(*child).empty();
    if (named) {
      add_member(*child, offset, reachable, depth, found);
    } else if (tag == DW_TAG_member || tag == DW_TAG_inheritance) {
      inner.push_back(*child);
    } else if (tag == DW_TAG_variant_part) {
      // Rust: the fields of each variant are a member that has its name.
      add_variants(*child, offset, reachable, depth + 1, found);
    }
  }
  for (Dwarf_Die& each : inner) add_member(each, offset, reachable, depth, found);
}

std::vector<Member> DwarfTypes::members(Dwarf_Die& type) {
  std::vector<Member> found;
  budget_ = kMaxMembers;
  add_members(type, 0, true, 0, found);
  return found;
}

std::optional<Member> DwarfTypes::member_of_base(Dwarf_Die& type, std::string_view base,
                                                 std::string_view field, uint64_t offset, bool reachable,
                                                 int depth) {
  if (depth > kMaxTypeDepth) return std::nullopt;
  const std::string whole = units_.qualified_name(type);
  auto is_base = [base](std::string_view name) {
    const bool ends = name.ends_with(base);
    return ends && (name.size() == base.size() || name.substr(0, name.size() - base.size()).ends_with("::"));
  };
  if (is_base(whole) || is_base(std::string_view(whole).substr(0, whole.find('<')))) {
    std::vector<Member> own;
    budget_ = kMaxMembers;
    add_members(type, offset, reachable, depth, own);
    for (Member& each : own) {
      if (each.name == field) return std::move(each);
    }
    return std::nullopt;
  }
  size_t seen = 0;
  for (DieChildren child(type); child && ++seen < kMaxMembers; child.next()) {
    auto parent = child.tag() == DW_TAG_inheritance ? complete(type_of(*child)) : std::nullopt;
    if (!parent) continue;
    const auto at = member_offset(*child);
    const bool fixed = at.has_value() && unsigned_of(*child, DW_AT_virtuality).value_or(0) == 0;
    auto found = member_of_base(*parent, base, field, offset + at.value_or(0), reachable && fixed, depth + 1);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Member> DwarfTypes::member(Dwarf_Die& type, std::string_view field) {
  if (const size_t colons = field.rfind("::"); colons != std::string_view::npos)
    return member_of_base(type, field.substr(0, colons), field.substr(colons + 2), 0, true, 0);
  auto all = members(type);
  auto by_name = [&all](std::string_view name) {
    return std::find_if(all.begin(), all.end(), [name](const Member& each) { return each.name == name; });
  };
  auto found = by_name(field);
  // Rust's tuples: .0 is __0.
  const bool is_number = !field.empty() && field.find_first_not_of("0123456789") == std::string_view::npos;
  if (found == all.end() && is_number) found = by_name("__" + std::string(field));
  if (found == all.end() && ignores_case(language(type))) {
    found = std::find_if(all.begin(), all.end(),
                         [field](const Member& each) { return same_letters(each.name, field); });
  }
  if (found == all.end()) return std::nullopt;
  return *found;
}

int DwarfTypes::language(Dwarf_Die& type) {
  const DwarfUnit* unit = units_.of(type);
  return unit ? unit->language : 0;
}

std::vector<Dwarf_Die> DwarfTypes::subranges(Dwarf_Die& type) {
  std::vector<Dwarf_Die> found;
  for (DieChildren child(type); child && found.size() < kMaxTypeDepth; child.next()) {
    if (child.tag() == DW_TAG_subrange_type || child.tag() == DW_TAG_enumeration_type)
      found.push_back(*child);
  }
  return found;
}

bool DwarfTypes::is_column_major(Dwarf_Die& type) {
  if (auto ordering = unsigned_of(type, DW_AT_ordering)) return *ordering == DW_ORD_col_major;
  return is_fortran(language(type));
}

std::optional<uint64_t> DwarfTypes::total_count(Dwarf_Die& type, int dimension) {
  auto all = subranges(type);
  const int written_in = language(type);
  uint64_t total = 1;
  for (size_t i = static_cast<size_t>(dimension); i < all.size(); ++i) {
    const auto count = constant_bounds(all[i], written_in).count;
    if (!count || (*count != 0 && total > INT64_MAX / *count)) return std::nullopt;
    total *= *count;
  }
  return total;
}

// From one index of a dimension to the next, in bits: as it is told, or as wide as what lies between.
std::optional<int64_t> DwarfTypes::stride(Dwarf_Die& type, std::vector<Dwarf_Die>& subranges,
                                          size_t dimension) {
  Dwarf_Die& own = subranges[dimension];
  for (auto [name, unit] : {std::pair{DW_AT_byte_stride, 8}, std::pair{DW_AT_bit_stride, 1}}) {
    if (!has_attribute(own, name)) continue;
    const auto told = constant_bound(own, name);
    if (!told || *told > INT64_MAX / unit || *told < INT64_MIN / unit) return std::nullopt;
    return *told * unit;
  }
  const bool by_column = is_column_major(type);
  const bool is_nearest = by_column ? dimension == 0 : dimension + 1 == subranges.size();
  if (!is_nearest) {
    const size_t nearer = by_column ? dimension - 1 : dimension + 1;
    const auto count = constant_bounds(subranges[nearer], language(type)).count;
    const auto inner = stride(type, subranges, nearer);
    int64_t bits = 0;
    if (!count || !inner || *count > INT64_MAX ||
        __builtin_mul_overflow(*inner, static_cast<int64_t>(*count), &bits)) {
      return std::nullopt;
    }
    return bits;
  }
  if (auto bits = constant_bound(type, DW_AT_bit_stride)) return bits;
  if (auto bytes = constant_bound(type, DW_AT_byte_stride); bytes && *bytes <= INT64_MAX / 8)
    return *bytes * 8;
  const auto bytes = size(reference_of(type, DW_AT_type));
  if (!bytes || *bytes > INT64_MAX / 8) return std::nullopt;
  return static_cast<int64_t>(*bytes * 8);
}

std::optional<ArrayOf> DwarfTypes::array(Dwarf_Die& type, int dimension) {
  auto all = subranges(type);
  if (dwarf_tag(&type) != DW_TAG_array_type || static_cast<size_t>(dimension) >= all.size()) {
    return std::nullopt;
  }
  auto element = reference_of(type, DW_AT_type);
  if (!element) return std::nullopt;
  ArrayOf array;
  array.element = *element;
  array.dimension = all[static_cast<size_t>(dimension)];
  array.bounds = constant_bounds(array.dimension, language(type));
  array.stride = stride(type, all, static_cast<size_t>(dimension));
  return array;
}

}  // namespace uproar
