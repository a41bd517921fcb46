// The type that a fetch records a value with: as the user wrote it, or as the debug information has it. Pure.
#pragma once

#include <string>

#include "binary/dwarf/debug_info.h"
#include "definition/ast.h"
#include "plan/fetch.h"

namespace uproar {

// Of :TYPE.
ValueType written_type(const ast::Type& written);

// Why a value of this shape cannot be recorded as it is, and what to write instead; both empty: it can.
struct ShapeFault {
  std::string message;  // follows the variable: "is a whole struct (Rec)"
  std::string remedy;
};
ShapeFault shape_fault(const FoundValue& value, const std::string& written);

// Of a value without :TYPE. Precondition: shape_fault() found none.
ValueType value_type(const ValueShape& shape);

// Whether a value is some bits of what is fetched, or its bytes in another order: a number of the type that is
// written would not be the value.
bool is_part(const ValueShape& shape);
// Of such a value with :TYPE, which is a number or a character: its own bits, shown so.
ValueType part_type(const ValueShape& shape, const ast::Type& written);

}  // namespace uproar
