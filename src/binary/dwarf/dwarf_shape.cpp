// ObjectReader: what can be recorded of an object, and where it is.
#include <fmt/format.h>

#include <algorithm>

#include "binary/dwarf/dwarf_object.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

using Kind = ValueShape::Kind;

constexpr const char* kNotInMemory = "is not in memory there";

ValueLocation unavailable(std::string why) {
  ValueLocation place;
  place.why = std::move(why);
  return place;
}

Kind kind_of_base(Dwarf_Die& type, DwarfTypes& types) {
  switch (unsigned_of(type, DW_AT_encoding).value_or(0)) {
    case DW_ATE_boolean:
      return Kind::Boolean;
    case DW_ATE_float:
    case DW_ATE_complex_float:
    case DW_ATE_imaginary_float:
    case DW_ATE_decimal_float:
      return Kind::Floating;
    case DW_ATE_signed:
    case DW_ATE_signed_char:
      return types.is_char(type) ? Kind::Character : Kind::Signed;
    default:
      return types.is_char(type) ? Kind::Character : Kind::Unsigned;
  }
}

Kind kind_of(Dwarf_Die& type, DwarfTypes& types) {
  switch (dwarf_tag(&type)) {
    case DW_TAG_base_type:
      return kind_of_base(type, types);
    case DW_TAG_enumeration_type:
      return Kind::Enumeration;
    case DW_TAG_subrange_type: {
      auto whole = types.peel(reference_of(type, DW_AT_type));
      if (whole && dwarf_tag(&*whole) != DW_TAG_subrange_type) return kind_of(*whole, types);
      return types.is_signed(type) ? Kind::Signed : Kind::Unsigned;
    }
    case DW_TAG_pointer_type:
      return types.character_size(reference_of(type, DW_AT_type)) != 0 ? Kind::CString : Kind::Pointer;
    case DW_TAG_ptr_to_member_type:
    case DW_TAG_unspecified_type:
    case DW_TAG_subroutine_type:
      return Kind::Pointer;
    case DW_TAG_array_type:
      return Kind::Array;
    case DW_TAG_string_type:
      return Kind::SizedString;
    default:
      return Kind::Aggregate;
  }
}

// Bits [offset, offset + width) of a constant, widened as its type is.
int64_t bits_of(uint64_t number, uint32_t offset, uint32_t width, bool is_signed) {
  if (offset > 63 || width == 0) return 0;
  number >>= offset;
  if (width >= 64) return static_cast<int64_t>(number);
  number &= (uint64_t{1} << width) - 1;
  const uint64_t sign = uint64_t{1} << (width - 1);
  return static_cast<int64_t>(is_signed ? (number ^ sign) - sign : number);
}

ValueLocation constant_place(uint64_t number, ValueShape& shape) {
  ValueLocation place;
  place.kind = ValueLocation::Kind::Constant;
  uint32_t width = shape.bit_size;
  if (width == 0) width = shape.size == 0 || shape.size > 8 ? 64 : static_cast<uint32_t>(shape.size * 8);
  place.constant = bits_of(number, shape.bit_offset, width, shape.is_signed);
  shape.bit_offset = 0;  // they are taken out
  return place;
}

// Why a value that the debug information tells as a sum cannot be recorded.
std::string computed(const Symbolic& value, Kind kind) {
  std::string what = "is computed there and stored nowhere";
  const bool is_static = value.base == Symbolic::Base::Static || value.base == Symbolic::Base::Symbol;
  if (is_static && value.reads.empty()) {
    what = "is an address that is computed there and stored nowhere";
  } else if (value.valid_bits == 64 && value.shifted_left == 0) {
    const uint64_t distance =
        value.addend < 0 ? 0 - static_cast<uint64_t>(value.addend) : static_cast<uint64_t>(value.addend);
    what = fmt::format("is stored nowhere there: it is {} {} {}, and the kernel's fetches do not add",
                       value.reads.empty() ? "a register" : "what is in memory", value.addend < 0 ? '-' : '+',
                       distance);
  }
  if (kind == Kind::Pointer) what += "; what it points at can be recorded";
  return what;
}

}  // namespace

ValueLocation ObjectReader::memory_place(const Location& location) {
  if (location.kind == Location::Kind::Unavailable) return unavailable(location.why);
  if (location.kind != Location::Kind::Memory) return unavailable(kNotInMemory);
  if (location.at.base == Symbolic::Base::Number) return unavailable("is at an address that makes no sense");
  ValueLocation place;
  place.kind = ValueLocation::Kind::Memory;
  place.symbol = location.at.symbol;
  place.base_is_static = location.at.base == Symbolic::Base::Static || !place.symbol.empty();
  place.static_vaddr = location.at.vaddr;
  place.dwarf_register = location.at.dwarf_register;
  place.displacements = location.at.reads;
  place.displacements.push_back(location.at.addend);
  return place;
}

// In a register such a value has been widened by who put it there.
bool ObjectReader::has_unknown_bits(const DwarfObject& object) {
  auto type = types_.peel(object.type);
  if (type && dwarf_tag(&*type) == DW_TAG_array_type) type = types_.peel(reference_of(*type, DW_AT_type));
  return type && object.bit_size == 0 && !types_.value_bits(*type);
}

ValueLocation ObjectReader::place(const DwarfObject& object, ValueShape& shape) {
  const Location& location = object.location;
  const bool is_scalar = shape.size > 0 && shape.size <= 8 && shape.kind != Kind::Array &&
                         shape.kind != Kind::CharArray && shape.kind != Kind::Aggregate &&
                         shape.kind != Kind::SizedString && shape.kind != Kind::SmallString;
  if (location.kind == Location::Kind::Memory && has_unknown_bits(object)) {
    return unavailable(
        fmt::format("is a {} whose number of bits the debug information does not tell", shape.name));
  }
  if (location.kind == Location::Kind::Unavailable || location.kind == Location::Kind::Memory) {
    return memory_place(location);
  }
  if (!is_scalar) return unavailable(kNotInMemory);
  ValueLocation place;
  switch (location.kind) {
    case Location::Kind::Register:
      place.kind = ValueLocation::Kind::Register;
      place.dwarf_register = location.dwarf_register;
      if (location.skip != 0 && shape.swapped_bytes != 0) {
        shape.swapped_at = static_cast<uint32_t>(location.skip * 8);
        shape.size = 8;
      } else if (location.skip != 0) {  // a part of a register is read as its bits
        if (shape.bit_size == 0) shape.bit_size = static_cast<uint32_t>(shape.size * 8);
        shape.bit_offset += static_cast<uint32_t>(location.skip * 8);
        shape.size = 8;
      }
      return place;
    case Location::Kind::Value:
      if (shape.swapped_bytes != 0) return unavailable("is a constant whose byte order is not told");
      if (location.at.is_number()) {
        return constant_place(static_cast<uint64_t>(location.at.addend), shape);
      }
      return unavailable(computed(location.at, shape.kind));
    case Location::Kind::Bytes: {
      uint64_t number = 0;
      if (location.bytes.size() > 8) return unavailable("is a constant of more than 8 bytes");
      for (size_t i = location.bytes.size(); i-- > 0;) {
        number = number << 8 | static_cast<uint8_t>(location.bytes[i]);
      }
      if (shape.swapped_bytes != 0) {
        number = __builtin_bswap64(number) >> (64 - 8 * shape.swapped_bytes);
        shape.swapped_bytes = 0;
      }
      return constant_place(number, shape);
    }
    case Location::Kind::Pointer:
      return unavailable("points at something that the compiler keeps nowhere");
    default:
      return unavailable("is in pieces there");
  }
}

void ObjectReader::element_shape(std::optional<Dwarf_Die> element, ValueShape& shape) {
  element = types_.complete(element);
  shape.element_size = types_.size(element).value_or(0);
  shape.element = element ? kind_of(*element, types_) : Kind::Aggregate;
  shape.is_signed = element && (shape.element == Kind::Signed || shape.element == Kind::Enumeration) &&
                    types_.is_signed(*element);
  if (element) use_value_bits(*element, shape.element_size, shape);
}

void ObjectReader::array_shape(const DwarfObject& object, Dwarf_Die& type, ValueShape& shape) {
  auto element = types_.complete(reference_of(type, DW_AT_type));
  shape.count = types_.total_count(type, object.dimension).value_or(0);
  shape.first_index = 0;
  if (auto array = types_.array(type, object.dimension)) shape.first_index = array->bounds.lower.value_or(0);
  element_shape(element, shape);
  if (shape.element_size != 0 && shape.count <= INT64_MAX / shape.element_size) {
    shape.size = shape.count * shape.element_size;
  }
  shape.character_size = std::max(types_.character_size(reference_of(type, DW_AT_type)), 1U);
  if (shape.element != Kind::Character && shape.character_size == 1) return;
  // char[2][8] is no string, but an array of them.
  if (types_.array(type, object.dimension + 1)) {
    shape.element = Kind::Array;
  } else {
    // Elsewhere than in C a text fills its array, and a NUL is a character like others.
    const int language = types_.language(type);
    shape.kind = is_like_c(language) ? Kind::CharArray : Kind::SizedString;
  }
}

// The bits of a value of `size` bytes that count, and their order.
void ObjectReader::use_value_bits(Dwarf_Die& type, uint64_t size, ValueShape& shape) {
  const bool is_machine_size = size == 2 || size == 4 || size == 8;
  if (is_machine_size && types_.is_swapped(type)) shape.swapped_bytes = static_cast<uint32_t>(size);
  shape.bit_size = types_.value_bits(type).value_or(0);
}

ValueShape ObjectReader::shape(const DwarfObject& object, std::optional<Dwarf_Die> type) {
  ValueShape shape;
  shape.name = types_.name(object.type);
  shape.size = types_.size(type).value_or(0);
  if (!type) return shape;
  shape.kind = kind_of(*type, types_);
  if (shape.kind == Kind::Array) array_shape(object, *type, shape);
  if (shape.kind == Kind::Pointer && shape.size == 0) shape.size = types_.units().pointer_size();
  if (shape.kind == Kind::Signed || shape.kind == Kind::Enumeration)
    shape.is_signed = types_.is_signed(*type);
  if (object.bit_size != 0) {
    shape.bit_size = object.bit_size;
    shape.bit_offset = object.bit_offset;
    shape.size = object.container;
    shape.swapped_bytes = object.is_swapped ? object.container : 0;
    shape.name += fmt::format(" : {}", object.bit_size);
  } else if (dwarf_tag(&*type) != DW_TAG_array_type) {
    use_value_bits(*type, shape.size, shape);
  }
  if (shape.kind == Kind::CString)
    shape.character_size = types_.character_size(reference_of(*type, DW_AT_type));
  return shape;
}

// std::array: a struct around one array.
bool ObjectReader::has_elements_alone(Dwarf_Die& type) {
  if (!types_.is_struct(type) || name_of(type).rfind("array<", 0) != 0) return false;
  const auto inner = types_.members(type);
  auto only = inner.size() == 1 ? types_.peel(inner[0].type) : std::nullopt;
  return only && dwarf_tag(&*only) == DW_TAG_array_type;
}

FoundValue ObjectReader::read(DwarfObject object) {
  follow_references(object);
  follow_to_text(object);
  FoundValue value;
  auto type = types_.complete(object.type);
  std::string why;
  if (type && is_fat_pointer(*type, types_) && describe_fat_pointer(object, *type, why))
    type = types_.complete(object.type);
  if (type && has_elements_alone(*type)) {
    object = member_of(object, types_.members(*type).front());
    type = types_.complete(object.type);
  }
  value.shape = shape(object, type);
  value.place = place(object, value.shape);
  value.variants = object.variants;
  const bool is_array = type && dwarf_tag(&*type) == DW_TAG_array_type;
  // An element that is an array itself: only whether the index is one is not known.
  if (is_array && has_known_place(object)) object.dimensions.clear();
  if (is_array && (!object.dimensions.empty() || !is_plain(*type))) {
    read_array(object, *type, value);
    read_behind(object, *type, value);
    return value;
  }
  if (!object.dimensions.empty()) {
    read_element(object, value);
    if (!value.dimensions.empty() || value.place.kind == ValueLocation::Kind::Unavailable) return value;
  }
  const bool may_be_text = value.shape.kind == Kind::CString || value.shape.kind == Kind::CharArray ||
                           value.shape.kind == Kind::SizedString ||
                           (type && value.shape.kind == Kind::Aggregate && types_.is_struct(*type));
  if (may_be_text) read_text(object, type, value);
  if (is_array && value.shape.kind == Kind::Array) read_array_bytes(value);
  if (type) read_behind(object, *type, value);
  return value;
}

}  // namespace uproar
