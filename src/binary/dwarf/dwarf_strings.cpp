// ObjectReader: texts in place that have as many characters as their type says (Fortran, Ada, Pascal, D).
#include "binary/dwarf/dwarf_object.h"
#include "binary/dwarf/dwarf_scopes.h"
#include "binary/dwarf/dwarf_variable_location.h"

namespace uproar {
namespace {

ValueLocation constant(uint64_t number) {
  ValueLocation place;
  place.kind = ValueLocation::Kind::Constant;
  place.constant = static_cast<int64_t>(number);
  return place;
}

}  // namespace

// The variable that holds the length of a Fortran string. The type names it, or has an expression that leads
// to it; where the compiler lost both, the procedure still has the argument that it passes behind the others.
std::optional<DwarfObject> ObjectReader::string_length(const DwarfObject& object, Dwarf_Die& type) {
  if (auto variable = reference_of(type, DW_AT_string_length)) return scopes_.object(*variable, context_);
  Dwarf_Attribute attribute;
  const bool is_told = dwarf_attr(&type, DW_AT_string_length, &attribute) != nullptr;
  if (object.variable) {
    Dwarf_Die variable = *object.variable;
    auto hidden = scopes_.companion(variable, "_" + name_of(variable));
    if (!hidden) hidden = scopes_.companion(variable, "." + name_of(variable));
    if (hidden) return scopes_.object(*hidden, context_);
  }
  if (!is_told) return std::nullopt;
  DwarfObject length;
  length.location = evaluate(attribute, context_);
  if (context_.at_entry && length.location.by_frame)
    length.location = Location::unavailable("has a length that is not stored yet at the function's entry");
  return length;
}

void ObjectReader::read_string(const DwarfObject& object, Dwarf_Die& type, FoundValue& value) {
  value.text = value.place;
  if (dwarf_tag(&type) == DW_TAG_array_type) {
    value.length = constant(value.shape.count);
    return;
  }
  Dwarf_Attribute attribute;
  if (!dwarf_attr(&type, DW_AT_string_length, &attribute)) {
    if (auto bytes = unsigned_of(type, DW_AT_byte_size)) {
      value.length = constant(*bytes);
      return;
    }
  }
  auto length = string_length(object, type);
  if (!length) {
    value.length.why = "is a text whose length the debug information does not tell";
    value.text = value.place = value.length;
    return;
  }
  // DWARF 5 tells its width apart, before that DW_AT_byte_size did.
  uint64_t bytes = types_.size(length->type).value_or(0);
  if (bytes == 0) bytes = unsigned_of(type, DW_AT_string_length_byte_size).value_or(0);
  if (bytes == 0) bytes = unsigned_of(type, DW_AT_byte_size).value_or(8);
  ValueShape number;
  number.kind = ValueShape::Kind::Unsigned;
  number.size = bytes;
  value.length = place(*length, number);
  value.shape.length_size = number.size;
}

}  // namespace uproar
