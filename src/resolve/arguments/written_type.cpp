#include "resolve/arguments/written_type.h"

namespace uproar {
namespace {

ValueType::Kind kind_of(ast::Type::Kind kind) {
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

ValueType written_type(const ast::Type& written) {
  ValueType type;
  type.kind = kind_of(written.kind);
  type.bits = type.kind == ValueType::Kind::Char ? 8 : static_cast<uint8_t>(written.bits);
  type.bit_width = static_cast<uint8_t>(written.bit_width);
  type.bit_offset = static_cast<uint8_t>(written.bit_offset);
  type.array_count = written.array_count.value_or(0);
  const bool is_string = type.kind == ValueType::Kind::String || type.kind == ValueType::Kind::UserString;
  if (is_string) type.bits = 64;
  return type;
}

}  // namespace uproar
