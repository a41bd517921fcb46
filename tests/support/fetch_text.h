// A fetch as the kernel's text, so that tests of operations read like definitions.
#pragma once

#include <string>

#include "plan/fetch.h"

namespace uproar {

inline std::string type_text(const ValueType& type) {
  const std::string bits = std::to_string(type.bits);
  switch (type.kind) {
    case ValueType::Kind::Signed:
      return "s" + bits;
    case ValueType::Kind::Unsigned:
      return "u" + bits;
    case ValueType::Kind::Hex:
      return "x" + bits;
    case ValueType::Kind::Bitfield:
      return "b" + std::to_string(type.bit_width) + "@" + std::to_string(type.bit_offset) + "/" + bits;
    default:
      return "other";
  }
}

inline std::string fetch_text(const FetchArgument& argument) {
  using Operation = FetchOperation::Kind;
  std::string text;
  for (const FetchOperation& operation : argument.operations) {
    const std::string number = std::to_string(operation.number);
    switch (operation.kind) {
      case Operation::Register:
        text = "%" + operation.name;
        if (!operation.index.empty()) text += "+%" + operation.index + "*" + std::to_string(operation.scale);
        break;
      case Operation::StackSlot:
        text = "$stack" + number;
        break;
      case Operation::Immediate:
        text = "\\" + number;
        break;
      case Operation::Address:
        text = "@" + number;
        break;
      case Operation::FileOffset:
        text = "@+" + number;
        break;
      case Operation::Dereference:
        text = (operation.number < 0 ? "" : "+") + number + "(" + text + ")";
        break;
      default:
        text = "other";
    }
  }
  return text + ":" + type_text(argument.type);
}

}  // namespace uproar
