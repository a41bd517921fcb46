// Arguments in one line, for comparing: "n=-7 s=[text] l={[a],fault} x=0x1f c='q'".
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "event/text/trace_text.h"

namespace uproar {

inline std::string shown_value(const TextValue& value) {
  char hex[32];
  switch (value.shape) {
    case TextValue::Shape::Decimal:
      return std::to_string(value.bits);
    case TextValue::Shape::NegativeDecimal:
      return std::to_string(static_cast<int64_t>(value.bits));
    case TextValue::Shape::Hex:
      std::snprintf(hex, sizeof hex, "0x%llx", static_cast<unsigned long long>(value.bits));
      return hex;
    case TextValue::Shape::Char:
      return std::string("'") + static_cast<char>(value.bits) + "'";
    case TextValue::Shape::String:
      return "[" + value.text + "]";
    case TextValue::Shape::Fault:
      return "fault";
  }
  return "?";
}

inline std::string shown_arguments(const std::vector<TextArgument>& arguments) {
  std::string out;
  for (const TextArgument& argument : arguments) {
    if (!out.empty()) out += " ";
    out += argument.name + (argument.is_array ? "={" : "=");
    for (size_t i = 0; i < argument.values.size(); ++i)
      out.append(i == 0 ? "" : ",").append(shown_value(argument.values[i]));
    if (argument.is_array) out += "}";
  }
  return out;
}

}  // namespace uproar
