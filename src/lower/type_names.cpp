#include "lower/type_names.h"

#include <fmt/format.h>

namespace uproar {
namespace {

std::string kernel_element_name(const ValueType& type) {
  switch (type.kind) {
    case ValueType::Kind::Unsigned:
      return fmt::format("u{}", type.bits);
    case ValueType::Kind::Signed:
      return fmt::format("s{}", type.bits);
    case ValueType::Kind::Hex:
      return fmt::format("x{}", type.bits);
    case ValueType::Kind::Char:
      return "char";
    case ValueType::Kind::String:
    case ValueType::Kind::SizedString:
    case ValueType::Kind::BoundedString:
    case ValueType::Kind::SmallString:
      return "string";
    case ValueType::Kind::UserString:
      return "ustring";
    case ValueType::Kind::Symbol:
      return "symbol";
    case ValueType::Kind::Bitfield:
      return fmt::format("b{}@{}/{}", type.bit_width, type.bit_offset, type.bits);
  }
  return {};
}

const char* c_container_name(unsigned bits) {
  switch (bits) {
    case 8:
      return "unsigned char";
    case 16:
      return "unsigned short";
    case 32:
      return "unsigned int";
    default:
      return "unsigned long";
  }
}

std::string c_element_name(const ValueType& type) {
  switch (type.kind) {
    case ValueType::Kind::Unsigned:
    case ValueType::Kind::Hex:
      return fmt::format("uint{}_t", type.bits);
    case ValueType::Kind::Signed:
      return fmt::format("int{}_t", type.bits);
    case ValueType::Kind::Char:
      return "char";
    case ValueType::Kind::String:
    case ValueType::Kind::SizedString:
    case ValueType::Kind::BoundedString:
    case ValueType::Kind::SmallString:
    case ValueType::Kind::UserString:
      return "char *";
    case ValueType::Kind::Symbol:
      return "void *";
    case ValueType::Kind::Bitfield:
      return fmt::format("{} : {}", c_container_name(type.bits), type.bit_width);
  }
  return {};
}

}  // namespace

std::string kernel_type_name(const ValueType& type) {
  std::string name = kernel_element_name(type);
  if (type.array_count != 0) name += fmt::format("[{}]", type.array_count);
  return name;
}

std::string c_type_name(const ValueType& type) {
  std::string name = c_element_name(type);
  if (type.array_count == 0) return name;
  if (type.kind == ValueType::Kind::Bitfield) name = fmt::format("({})", name);
  return fmt::format("{}[{}]", name, type.array_count);
}

}  // namespace uproar
