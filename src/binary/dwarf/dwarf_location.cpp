#include "binary/dwarf/dwarf_location.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "binary/dwarf/dwarf_expression.h"

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

Location Location::in_register(uint32_t dwarf_register) {
  Location made;
  made.kind = Kind::Register;
  made.dwarf_register = dwarf_register;
  return made;
}

Location Location::of_value(Symbolic value) {
  if (value.addend == 0 && value.base == Symbolic::Base::Register && value.reads.empty()) {
    Location made = in_register(value.dwarf_register);
    made.at = std::move(value);
    return made;
  }
  Location made;
  made.kind = Kind::Value;
  made.at = std::move(value);
  if (made.at.addend != 0 || made.at.reads.empty()) return made;
  made.kind = Kind::Memory;
  made.at.addend = made.at.reads.back();
  made.at.reads.pop_back();
  made.at.valid_bits = 64;
  return made;
}

Location joined(std::vector<LocationPiece> pieces) {
  if (pieces.size() == 1) return std::move(pieces.front().location);
  const bool gone = std::all_of(pieces.begin(), pieces.end(), [](const LocationPiece& piece) {
    return piece.location.kind == Location::Kind::Unavailable;
  });
  if (gone) return Location::unavailable(kOptimisedOut);
  Location made;
  made.kind = Location::Kind::Pieces;
  made.pieces = std::move(pieces);
  return made;
}

Location Location::unavailable(std::string why) {
  Location location;
  location.why = std::move(why);
  return location;
}

Location locate(Dwarf_Die& die, const LocationContext& context) {
  Dwarf_Attribute attribute;
  if (!dwarf_attr_integrate(&die, DW_AT_location, &attribute)) {
    if (dwarf_attr_integrate(&die, DW_AT_const_value, &attribute)) return const_value(attribute);
    return Location::unavailable(kOptimisedOut);
  }
  return evaluate(attribute, context);
}

Location part_of(const Location& whole, uint64_t offset, uint64_t size) {
  Location part = whole;
  switch (whole.kind) {
    case Location::Kind::Unavailable:
      return part;
    case Location::Kind::Register:
      part.skip = wrapping_add(part.skip, static_cast<int64_t>(offset));
      if (part.skip < 0 || part.skip > 8 || size > 8 - static_cast<uint64_t>(part.skip)) {
        return Location::unavailable("is in a register that the kernel's fetches cannot read whole");
      }
      return part;
    case Location::Kind::Memory:
      part.at.addend = wrapping_add(part.at.addend, static_cast<int64_t>(offset));
      return part;
    case Location::Kind::Value:
      if (offset == 0) return part;
      if (!whole.at.is_number() || offset >= 8) return Location::unavailable("is part of a computed value");
      part.at.addend = whole.at.addend >> (offset * 8);
      return part;
    case Location::Kind::Bytes:
      if (offset > whole.bytes.size() || size > whole.bytes.size() - offset) {
        return Location::unavailable("is beyond the constant that the compiler left of it");
      }
      part.bytes = whole.bytes.substr(offset, size);
      return part;
    case Location::Kind::Pointer:
      return offset == 0 ? part : Location::unavailable("is part of a pointer to nothing");
    case Location::Kind::Pieces:
      break;
  }
  uint64_t start = 0;
  for (const LocationPiece& piece : whole.pieces) {
    if (offset >= start && offset - start < piece.size) {
      if (size > piece.size - (offset - start)) break;
      return part_of(piece.location, offset - start, size);
    }
    start += piece.size;
  }
  return Location::unavailable("is in pieces there");
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
