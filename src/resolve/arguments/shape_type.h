// What the debug information says of a value to the type that a fetch records it with. Pure.
#pragma once

#include <string>

#include "binary/dwarf/debug_info.h"
#include "plan/fetch.h"

namespace uproar {

// Why a value of this shape cannot be recorded as it is, and what to write instead; both empty: it can.
struct ShapeFault {
  std::string message;  // follows the variable: "is a whole struct (Rec)"
  std::string remedy;
};
ShapeFault shape_fault(const FoundValue& value, const std::string& written);

// Precondition: shape_fault() found none.
ValueType value_type(const ValueShape& shape);

}  // namespace uproar
