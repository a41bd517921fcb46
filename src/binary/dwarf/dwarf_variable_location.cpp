#include "binary/dwarf/dwarf_variable_location.h"

#include <utility>

#include "binary/units/dwarf_die.h"

namespace uproar {
namespace {

constexpr size_t kMaxReads = 16;

Location const_value(Dwarf_Attribute& attribute) {
  Location location;
  Dwarf_Block block;
  Dwarf_Sword number = 0;
  const char* text = nullptr;
  switch (dwarf_whatform(&attribute)) {
    case DW_FORM_block:
    case DW_FORM_block1:
    case DW_FORM_block2:
    case DW_FORM_block4:
    case DW_FORM_exprloc:
      if (dwarf_formblock(&attribute, &block) != 0) break;
      location.kind = Location::Kind::Bytes;
      location.bytes.assign(reinterpret_cast<const char*>(block.data), block.length);
      return location;
    case DW_FORM_string:
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_strx:
      text = dwarf_formstring(&attribute);
      if (!text) break;
      location.kind = Location::Kind::Bytes;
      location.bytes = text;
      location.bytes += '\0';
      return location;
    default:
      if (dwarf_formsdata(&attribute, &number) != 0) break;
      location.kind = Location::Kind::Value;
      location.at.addend = number;
      return location;
  }
  return Location::unavailable("has a constant value that could not be read");
}

}  // namespace

Location locate(Dwarf_Die& die, const LocationContext& context) {
  Dwarf_Attribute attribute;
  if (!dwarf_attr_integrate(&die, DW_AT_location, &attribute)) {
    if (dwarf_attr_integrate(&die, DW_AT_const_value, &attribute)) return const_value(attribute);
    return Location::unavailable(kOptimisedOut);
  }
  return evaluate(attribute, context);
}

Location pointed_at(const Location& pointer, const LocationContext& context) {
  Location object;
  object.kind = Location::Kind::Memory;
  switch (pointer.kind) {
    case Location::Kind::Unavailable:
    case Location::Kind::Pieces:
      return pointer.kind == Location::Kind::Pieces ? Location::unavailable("is in pieces there") : pointer;
    case Location::Kind::Register:
      if (pointer.skip != 0) return Location::unavailable("is in the upper part of a register");
      object.at.base = Symbolic::Base::Register;
      object.at.dwarf_register = pointer.dwarf_register;
      return object;
    case Location::Kind::Memory:
      object.at = pointer.at;
      object.at.reads.push_back(pointer.at.addend);
      object.at.addend = 0;
      if (object.at.reads.size() > kMaxReads) return Location::unavailable("is behind too many pointers");
      return object;
    case Location::Kind::Value:
      object.at = pointer.at;
      if (object.at.is_number() || object.at.valid_bits != 64) {
        return Location::unavailable("is behind a pointer that is constant there");
      }
      return object;
    case Location::Kind::Bytes:
      return Location::unavailable("is behind a pointer that is constant there");
    case Location::Kind::Pointer:
      break;
  }
  Dwarf_Die target = pointer.target;
  Location found = locate(target, context);
  if (found.kind == Location::Kind::Pointer) return Location::unavailable(kOptimisedOut);
  if (pointer.skip < 0) return Location::unavailable("is before what its pointer points at");
  // How much of it is wanted is not known yet: parts are cut by part_of().
  if (pointer.skip == 0) return found;
  if (found.kind == Location::Kind::Memory) {
    found.at.addend = wrapping_add(found.at.addend, pointer.skip);
    return found;
  }
  return Location::unavailable(kOptimisedOut);
}

}  // namespace uproar
