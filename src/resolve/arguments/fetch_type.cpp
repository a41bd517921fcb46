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
    case Kind::Array:
    case Kind::Floating:
    case Kind::Aggregate:
      break;
  }
  return is_signed ? ValueType::Kind::Signed : ValueType::Kind::Unsigned;
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
  switch (shape.kind) {
    case Kind::SizedString:
      type.kind = ValueType::Kind::SizedString;
      return type;
    case Kind::CharArray:
      type.kind = ValueType::Kind::BoundedString;
      return type;
    case Kind::Array:
      type.kind = number_kind(shape.element, shape.is_signed);
      type.bits = static_cast<uint8_t>(shape.element_size * 8);
      type.array_count = static_cast<uint32_t>(std::min<uint64_t>(shape.count, UINT32_MAX));
      return type;
    case Kind::Signed:
    case Kind::Unsigned:
    case Kind::Boolean:
    case Kind::Character:
    case Kind::Enumeration:
    case Kind::Pointer:
    case Kind::CString:
    case Kind::Floating:
    case Kind::Aggregate:
      break;
  }
  type.kind = number_kind(shape.kind, shape.is_signed);
  type.bits = static_cast<uint8_t>(shape.size * 8);
  if (shape.bit_size != 0) {
    type.is_signed = shape.is_signed;
    type.kind = ValueType::Kind::Bitfield;
    type.bit_width = static_cast<uint8_t>(shape.bit_size);
    type.bit_offset = static_cast<uint8_t>(shape.bit_offset);
  }
  if (type.kind == ValueType::Kind::String) type.bits = 64;
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
