#include "binary/dwarf/value_classes.h"

#include <algorithm>
#include <string>

#include "binary/types/dwarf_triviality.h"

namespace uproar {
namespace {

constexpr int kMaxDepth = 16;
constexpr int kMaxFields = 64;

ValueClass merged(ValueClass a, ValueClass b) {
  if (a == b || b == ValueClass::None) return a;
  if (a == ValueClass::None) return b;
  if ((a == ValueClass::X87 || b == ValueClass::X87) && a != ValueClass::Unknown && b != ValueClass::Unknown)
    return ValueClass::Memory;
  for (ValueClass stronger :
       {ValueClass::Unknown, ValueClass::Memory, ValueClass::Integer, ValueClass::Vector}) {
    if (a == stronger || b == stronger) return stronger;
  }
  return ValueClass::None;
}

class Classifier {
 public:
  explicit Classifier(DwarfTypes& types) : types_(types) {}

  ValueClasses classes_of(std::optional<Dwarf_Die> type) {
    ValueClasses value;
    fields_ = 0;
    auto whole = types_.complete(type);
    if (!whole) {
      value.set_all(ValueClass::Unknown);
      return value;
    }
    value.alignment = 8;
    const std::optional<bool> is_trivial = is_trivial_for_calls(types_, *whole);
    if (!is_trivial) {
      value.set_all(ValueClass::Unknown);
      return value;
    }
    if (!*is_trivial) {
      value.by_reference = true;
      value.size = 8;
      value.words = {ValueClass::Integer, ValueClass::None};
      return value;
    }
    value.size = types_.size(whole).value_or(dwarf_tag(&*whole) == DW_TAG_unspecified_type ? 8 : 0);
    add(*whole, 0, 0, value);
    // Beyond two words only vectors travel in registers, which depends on what the processor was said to have.
    const bool is_large = value.size > 16 && !value.is(ValueClass::Unknown);
    const bool is_complex = dwarf_tag(&*whole) == DW_TAG_base_type && value.is(ValueClass::X87);
    if (is_large && !is_complex) value.set_all(ValueClass::Memory);
    if (value.is(ValueClass::Memory) && !value.is(ValueClass::Unknown)) value.set_all(ValueClass::Memory);
    if (value.is(ValueClass::Unknown)) value.set_all(ValueClass::Unknown);
    return value;
  }

 private:
  void mark(ValueClasses& value, uint64_t offset, uint64_t size, ValueClass mark) {
    for (uint64_t word = offset / 8; word < 2 && word * 8 < offset + size; ++word)
      value.words[word] = merged(value.words[word], mark);
  }

  // Counts in the object of `type` at `offset`.
  void add(Dwarf_Die& type, uint64_t offset, int depth, ValueClasses& value) {
    if (depth > kMaxDepth || ++fields_ > kMaxFields) return value.set_all(ValueClass::Unknown);
    const uint64_t size = types_.size(type).value_or(0);
    if (auto alignment = unsigned_of(type, DW_AT_alignment))
      value.alignment = std::max(value.alignment, *alignment);
    switch (dwarf_tag(&type)) {
      case DW_TAG_base_type:
        return add_base(type, offset, size, value);
      case DW_TAG_pointer_type:
      case DW_TAG_reference_type:
      case DW_TAG_rvalue_reference_type:
      case DW_TAG_unspecified_type:
        return add_integer(offset, 8, value);
      case DW_TAG_enumeration_type:
      case DW_TAG_subrange_type:
        return add_integer(offset, size, value);
      case DW_TAG_ptr_to_member_type: {
        auto target = types_.peel(types_.type_of(type));
        const bool is_function = target && dwarf_tag(&*target) == DW_TAG_subroutine_type;
        if (depth == 0) value.size = is_function ? 16 : 8;
        return mark(value, offset, is_function ? 16 : 8, ValueClass::Integer);
      }
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_union_type:
        return add_members(type, offset, depth, value);
      case DW_TAG_array_type:
        return add_array(type, offset, size, depth, value);
      default:
        return value.set_all(ValueClass::Unknown);
    }
  }

  void add_integer(uint64_t offset, uint64_t size, ValueClasses& value) {
    if (is_across(offset, size)) return value.set_all(ValueClass::Memory);
    mark(value, offset, size, size > 16 ? ValueClass::Memory : ValueClass::Integer);
  }

  // A number that is packed to where no such number would lie by itself.
  static bool is_across(uint64_t offset, uint64_t size) {
    return size != 0 && (size & (size - 1)) == 0 && offset % size != 0;
  }

  void add_base(Dwarf_Die& type, uint64_t offset, uint64_t size, ValueClasses& value) {
    const uint64_t encoding = unsigned_of(type, DW_AT_encoding).value_or(0);
    const bool is_16 = size == 16;
    const uint64_t unit = encoding == DW_ATE_complex_float ? size / 2 : std::min<uint64_t>(size, 16);
    if (is_across(offset, unit)) return value.set_all(ValueClass::Memory);
    if (is_16 && encoding != DW_ATE_complex_float) value.alignment = std::max<uint64_t>(value.alignment, 16);
    switch (encoding) {
      case DW_ATE_float:
      case DW_ATE_imaginary_float:
        if (is_16 && name_of(type).find("128") == std::string::npos)
          return mark(value, offset, size, ValueClass::X87);
        value.is_one_vector = value.is_one_vector || is_16;
        return mark(value, offset, size, size > 16 ? ValueClass::Unknown : ValueClass::Vector);
      case DW_ATE_complex_float:
        return mark(value, offset, size, size > 16 ? ValueClass::X87 : ValueClass::Vector);
      case DW_ATE_decimal_float:
        value.is_one_vector = value.is_one_vector || is_16;
        return mark(value, offset, size, ValueClass::Vector);
      case DW_ATE_boolean:
      case DW_ATE_signed:
      case DW_ATE_unsigned:
      case DW_ATE_signed_char:
      case DW_ATE_unsigned_char:
      case DW_ATE_UTF:
      case DW_ATE_address:
      case DW_ATE_signed_fixed:
      case DW_ATE_unsigned_fixed:
      case DW_ATE_ASCII:
      case DW_ATE_UCS:
        return mark(value, offset, size, size > 16 ? ValueClass::Memory : ValueClass::Integer);
      default:
        return value.set_all(ValueClass::Unknown);
    }
  }

  void add_members(Dwarf_Die& type, uint64_t offset, int depth, ValueClasses& value) {
    for (DieChildren child(type); child; child.next()) {
      const int tag = child.tag();
      if (tag != DW_TAG_member && tag != DW_TAG_inheritance) continue;
      if (flag_of(*child, DW_AT_external) || flag_of(*child, DW_AT_declaration)) continue;  // a static one
      auto member = types_.complete(types_.type_of(*child));
      if (!member) return value.set_all(ValueClass::Unknown);
      const uint64_t inside = unsigned_of(*child, DW_AT_data_member_location).value_or(0);
      if (auto bits = unsigned_of(*child, DW_AT_bit_size)) {
        const uint64_t from = unsigned_of(*child, DW_AT_data_bit_offset).value_or(inside * 8);
        mark(value, offset + from / 8, std::max<uint64_t>((from % 8 + *bits + 7) / 8, 1),
             ValueClass::Integer);
        continue;
      }
      add(*member, offset + inside, depth + 1, value);
    }
  }

  void add_array(Dwarf_Die& type, uint64_t offset, uint64_t size, int depth, ValueClasses& value) {
    if (flag_of(type, DW_AT_GNU_vector)) {
      if (size > 16) return value.set_all(ValueClass::Unknown);
      if (size == 16) {
        value.is_one_vector = true;
        value.alignment = std::max<uint64_t>(value.alignment, 16);
      }
      return mark(value, offset, size, ValueClass::Vector);
    }
    auto array = types_.array(type, 0);
    const auto count = types_.total_count(type, 0);
    auto element = array ? types_.complete(array->element) : std::nullopt;
    if (!element || !count) return value.set_all(ValueClass::Unknown);
    const uint64_t stride = types_.size(element).value_or(0);
    if (size > 16 || stride == 0) return;  // in memory, whatever it is of; or empty
    for (uint64_t i = 0; i < *count; ++i) add(*element, offset + i * stride, depth + 1, value);
  }

  DwarfTypes& types_;
  int fields_ = 0;
};

}  // namespace

ValueClasses classes_of(DwarfTypes& types, std::optional<Dwarf_Die> type) {
  return Classifier(types).classes_of(type);
}

}  // namespace uproar
