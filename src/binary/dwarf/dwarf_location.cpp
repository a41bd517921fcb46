#include "binary/dwarf/dwarf_location.h"

#include <algorithm>
#include <utility>

namespace uproar {
namespace {

// A struct within a struct may be in several of its pieces.
Location part_of_pieces(const std::vector<LocationPiece>& pieces, uint64_t offset, uint64_t size) {
  std::vector<LocationPiece> covering;
  uint64_t start = 0, covered = 0;
  for (const LocationPiece& piece : pieces) {
    const uint64_t begin = start;
    start += piece.size;
    const bool is_first = covering.empty() && offset >= begin && offset < start;
    if (!is_first && covering.empty()) continue;
    const uint64_t skipped = is_first ? offset - begin : 0;
    const uint64_t taken = std::min(size - covered, piece.size - skipped);
    covering.push_back({part_of(piece.location, skipped, taken), taken});
    covered += taken;
    if (covered == size) return joined(std::move(covering));
  }
  return Location::unavailable("is in pieces there");
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
  return part_of_pieces(whole.pieces, offset, size);
}

}  // namespace uproar
