#include "resolve/arguments/fetch_type.h"

#include <fmt/format.h>

#include "base/near_texts.h"

namespace uproar {
namespace {

using Kind = ValueShape::Kind;

constexpr size_t kShownFields = 12;
// As many elements as every back end takes.
constexpr uint64_t kSuggestedElements = 64;

bool is_machine_size(uint64_t size) {
  return size == 1 || size == 2 || size == 4 || size == 8;
}

ShapeFault array_fault(const ValueShape& shape, const std::string& written) {
  if (shape.count == 0) {
    return {fmt::format("is an array of unknown length ({})", shape.name),
            fmt::format("choose an element: {}[{}]", written, shape.first_index)};
  }
  if (shape.element == Kind::Array) {
    return {fmt::format("is an array of arrays ({})", shape.name),
            fmt::format("choose an element: {}[{}]", written, shape.first_index)};
  }
  if (shape.element == Kind::Aggregate) {
    return {fmt::format("is an array of structs ({})", shape.name),
            fmt::format("choose an element and a field of it: {}[{}].FIELD", written, shape.first_index)};
  }
  if (shape.element == Kind::Floating) {
    return {fmt::format("is an array of floating-point numbers ({}), which probes do not record", shape.name),
            fmt::format("{}:x{}[{}] records their bits", written, shape.element_size * 8,
                        std::min(shape.count, kSuggestedElements))};
  }
  if (!is_machine_size(shape.element_size)) {
    return {fmt::format("is an array of elements of {} bytes ({})", shape.element_size, shape.name),
            fmt::format("choose an element: {}[{}]", written, shape.first_index)};
  }
  return {};
}

ValueType::Kind number_kind(Kind kind, bool is_signed) {
  switch (kind) {
    case Kind::Character:
      return ValueType::Kind::Char;
    case Kind::Pointer:
      return ValueType::Kind::Hex;
    case Kind::CString:
      return ValueType::Kind::String;
    case Kind::Signed:
    case Kind::Unsigned:
    case Kind::Boolean:
    case Kind::Enumeration:
    case Kind::CharArray:
    case Kind::SizedString:
    case Kind::SmallString:
    case Kind::Array:
    case Kind::Floating:
    case Kind::Aggregate:
      break;
  }
  return is_signed ? ValueType::Kind::Signed : ValueType::Kind::Unsigned;
}

// A value that is not all of the bytes that are fetched, or that has them in another order.
void use_bits(const ValueShape& shape, ValueType& type) {
  type.swapped_bytes = static_cast<uint8_t>(shape.swapped_bytes);
  type.swapped_at = static_cast<uint8_t>(shape.swapped_at);
  if (shape.bit_size == 0) return;
  if (type.kind == ValueType::Kind::Char || type.kind == ValueType::Kind::Hex) type.shown = type.kind;
  type.is_signed = shape.is_signed;
  type.kind = ValueType::Kind::Bitfield;
  type.bit_width = static_cast<uint8_t>(shape.bit_size);
  type.bit_offset = static_cast<uint8_t>(shape.bit_offset);
}

ValueType::Kind written_kind(ast::Type::Kind kind) {
  switch (kind) {
    case ast::Type::Kind::Unsigned:
      return ValueType::Kind::Unsigned;
    case ast::Type::Kind::Signed:
      return ValueType::Kind::Signed;
    case ast::Type::Kind::Hex:
      return ValueType::Kind::Hex;
    case ast::Type::Kind::Char:
      return ValueType::Kind::Char;
    case ast::Type::Kind::String:
      return ValueType::Kind::String;
    case ast::Type::Kind::UserString:
      return ValueType::Kind::UserString;
    case ast::Type::Kind::Symbol:
      return ValueType::Kind::Symbol;
    case ast::Type::Kind::Bitfield:
      return ValueType::Kind::Bitfield;
  }
  return ValueType::Kind::Hex;
}

}  // namespace

ShapeFault shape_fault(const FoundValue& value, const std::string& written) {
  const ValueShape& shape = value.shape;
  switch (shape.kind) {
    case Kind::Aggregate:
      if (value.fields.empty()) {
        return {
            fmt::format("is of the type {}, whose fields the debug information does not tell", shape.name),
            fmt::format("give it a type: {}:x64", written)};
      }
      return {fmt::format("is a whole struct ({})", shape.name),
              fmt::format("choose a field: {}", short_list(value.fields, kShownFields))};
    case Kind::Floating:
      return {fmt::format("is a floating-point number ({}), which probes do not record", shape.name),
              shape.size > 8 ? std::string("it has more bits than one value records")
                             : fmt::format("{}:x{} records its bits", written, shape.size == 4 ? 32 : 64)};
    case Kind::Array:
      return array_fault(shape, written);
    case Kind::CharArray:
      if (shape.count == 0) {
        return {fmt::format("is an array of unknown length ({})", shape.name),
                fmt::format("{}:string records it up to its NUL", written)};
      }
      return {};
    case Kind::CString:
    case Kind::SizedString:
    case Kind::SmallString:
      return {};
    case Kind::Signed:
    case Kind::Unsigned:
    case Kind::Boolean:
    case Kind::Character:
    case Kind::Enumeration:
    case Kind::Pointer:
      break;
  }
  if (is_machine_size(shape.size)) return {};
  return {fmt::format("has {} bytes ({}): a probe's number has up to 8", shape.size, shape.name),
          fmt::format("give it a type: {}:x64", written)};
}

ValueType value_type(const ValueShape& shape) {
  ValueType type;
  type.source_name = shape.name;
  type.character_bytes = static_cast<uint8_t>(shape.character_size);
  switch (shape.kind) {
    case Kind::SizedString:
      type.kind = ValueType::Kind::SizedString;
      return type;
    case Kind::SmallString:
      type.kind = ValueType::Kind::SmallString;
      type.small_layout =
          shape.length_is_last ? ValueType::SmallLayout::LengthLast : ValueType::SmallLayout::LengthFirst;
      return type;
    case Kind::CharArray:
      type.kind = ValueType::Kind::BoundedString;
      return type;
    case Kind::CString:
      type.kind = shape.character_size > 1 ? ValueType::Kind::BoundedString : ValueType::Kind::String;
      return type;
    case Kind::Array:
      type.kind = number_kind(shape.element, shape.is_signed);
      type.bits = static_cast<uint8_t>(shape.element_size * 8);
      type.array_count = static_cast<uint32_t>(std::min<uint64_t>(shape.count, UINT32_MAX));
      use_bits(shape, type);
      return type;
    case Kind::Signed:
    case Kind::Unsigned:
    case Kind::Boolean:
    case Kind::Character:
    case Kind::Enumeration:
    case Kind::Pointer:
    case Kind::Floating:
    case Kind::Aggregate:
      break;
  }
  type.kind = number_kind(shape.kind, shape.is_signed);
  type.bits = static_cast<uint8_t>(shape.size * 8);
  use_bits(shape, type);
  return type;
}

bool is_part(const ValueShape& shape) {
  return shape.bit_size != 0 || shape.swapped_bytes != 0;
}

ValueType part_type(const ValueShape& shape, const ast::Type& written) {
  ValueShape part = shape;
  const uint32_t bits = part.bit_size != 0 ? part.bit_size : part.swapped_bytes * 8;
  const uint32_t wanted = written.kind == ast::Type::Kind::Char ? 8 : written.bits;
  // Of a wider type the value stays what it is; a narrower one has its lowest bits.
  const bool wants_sign = written.kind == ast::Type::Kind::Signed;
  part.is_signed = wants_sign && (shape.is_signed || wanted <= bits);
  if (wanted < bits) part.bit_size = wanted;
  ValueType type = value_type(part);
  const ValueType::Kind kind = written_kind(written.kind);
  if (type.kind == ValueType::Kind::Bitfield) {
    const bool is_number = kind == ValueType::Kind::Unsigned || kind == ValueType::Kind::Signed;
    type.shown = is_number ? ValueType::Kind::Unsigned : kind;
  } else {
    type.kind = kind == ValueType::Kind::Signed && !part.is_signed ? ValueType::Kind::Unsigned : kind;
  }
  return type;
}

ValueType written_type(const ast::Type& written) {
  ValueType type;
  type.kind = written_kind(written.kind);
  type.bits = type.kind == ValueType::Kind::Char ? 8 : static_cast<uint8_t>(written.bits);
  type.bit_width = static_cast<uint8_t>(written.bit_width);
  type.bit_offset = static_cast<uint8_t>(written.bit_offset);
  type.array_count = written.array_count.value_or(0);
  const bool is_string = type.kind == ValueType::Kind::String || type.kind == ValueType::Kind::UserString;
  if (is_string) type.bits = 64;
  return type;
}

}  // namespace uproar
