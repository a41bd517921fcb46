// Internal to this folder: what a type is, how the language writes it, and what is in it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "binary/types/dwarf_bounds.h"
#include "binary/units/dwarf_units.h"

namespace uproar {

// What tells whether a struct has one of several variants: `discriminant` is a member of it, at `offset`. The
// variant is there if that number lies from `low` to `high`; above it: if it is not between them.
struct DwarfVariant {
  Dwarf_Die discriminant{};
  uint64_t offset = 0;
  uint64_t low = 0;
  uint64_t high = 0;
  bool is_told = true;  // false: in a way that is not followed
};

// A field of a struct, also one that it has from an anonymous member or a base class.
struct Member {
  std::string name;
  Dwarf_Die die{};
  std::optional<Dwarf_Die> type;
  uint64_t offset = 0;      // bytes from the start of the struct
  uint32_t bit_size = 0;    // bitfield: its width; 0: none
  uint64_t bit_offset = 0;  // bitfield: from the lowest bit of byte 0 of the struct; is_swapped: the highest
  bool is_swapped = false;  // the other byte order than the machine's
  std::vector<DwarfVariant> variants;  // that it is in
  bool is_reachable = true;  // false: behind a virtual base, whose place only the running program knows
};

// One dimension of an array, the others as they are.
struct ArrayOf {
  Dwarf_Die element{};
  Dwarf_Die dimension{};          // of the type: its subrange
  ConstantBounds bounds;          // of the indices
  std::optional<int64_t> stride;  // bits from one index to the next; none: only the running program knows
};

class DwarfTypes {
 public:
  explicit DwarfTypes(DwarfUnits& units) : units_(units) {}

  DwarfUnits& units() { return units_; }

  // DW_AT_type, also of the origin; nothing for void.
  std::optional<Dwarf_Die> type_of(Dwarf_Die& die);
  // Without typedef, const and the like. Nothing for void and for cycles.
  std::optional<Dwarf_Die> peel(std::optional<Dwarf_Die> type);
  // The same, and the definition of a struct that is only declared here, wherever it is.
  std::optional<Dwarf_Die> complete(std::optional<Dwarf_Die> type);

  std::string name(std::optional<Dwarf_Die> type);
  std::optional<uint64_t> size(std::optional<Dwarf_Die> type);

  bool is_struct(Dwarf_Die& type);
  bool is_pointer(Dwarf_Die& type);  // also what Go and Rust call so
  bool is_reference(Dwarf_Die& type);
  bool is_char(std::optional<Dwarf_Die> type);  // the language's own type of characters of one byte
  // Bytes of a character if that is what a type is for: 1 as is_char(), 2 and 4 for UTF-16 and UTF-32 (char16_t,
  // char32_t, wchar_t); else 0. `type` with its typedefs: C has no other name for them.
  uint32_t character_size(std::optional<Dwarf_Die> type);
  // The other byte order than the machine's (DW_AT_endianity). Without typedefs.
  bool is_swapped(Dwarf_Die& type);
  // _BitInt and its like: how many bits of its bytes a base type has; 0: all of them. Nothing: fewer than all,
  // and it is not told how many.
  std::optional<uint32_t> value_bits(Dwarf_Die& type);
  bool is_signed(Dwarf_Die& type);

  // Members of a struct, class or union, those of anonymous members and bases after its own.
  std::vector<Member> members(Dwarf_Die& type);
  // `field` may name the base class that has it: Base::id.
  std::optional<Member> member(Dwarf_Die& type, std::string_view field);

  // An array type, `dimension` of its subranges already taken, as the source writes them from left to right;
  // nothing if it has no more of them.
  std::optional<ArrayOf> array(Dwarf_Die& type, int dimension);
  // Whether the first index of several is the one whose neighbours are next in memory (Fortran).
  bool is_column_major(Dwarf_Die& type);
  // DW_LANG_… of what the type was written in.
  int language(Dwarf_Die& type);
  // Number of elements in all dimensions from `dimension` on.
  std::optional<uint64_t> total_count(Dwarf_Die& type, int dimension);

 private:
  std::string name_at(std::optional<Dwarf_Die> type, int depth);
  std::optional<uint64_t> size_at(std::optional<Dwarf_Die> type, int depth);
  void add_members(Dwarf_Die& type, uint64_t offset, bool reachable, int depth, std::vector<Member>& found);
  void add_variants(Dwarf_Die& part, uint64_t offset, bool reachable, int depth, std::vector<Member>& found);
  void add_member(Dwarf_Die& die, uint64_t offset, bool reachable, int depth, std::vector<Member>& found);
  std::optional<Dwarf_Die> definition_of(Dwarf_Die& declared);
  std::optional<Dwarf_Die> look_for_definition(Dwarf_Die& declared);
  std::vector<Dwarf_Die> subranges(Dwarf_Die& type);
  std::optional<int64_t> stride(Dwarf_Die& type, std::vector<Dwarf_Die>& subranges, size_t dimension);
  void bitfield(Dwarf_Die& die, uint64_t offset, Member& member);
  std::optional<Member> member_of_base(Dwarf_Die& type, std::string_view base, std::string_view field,
                                       uint64_t offset, bool reachable, int depth);

  DwarfUnits& units_;
  size_t budget_ = 0;                                            // of members() at work
  std::map<const void*, std::optional<Dwarf_Die>> definitions_;  // by the address of the declaration
};

}  // namespace uproar
