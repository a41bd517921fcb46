// Internal to this folder: reading one debugging information entry (DIE), every answer checked and bounded.
#pragma once

#include <dwarf.h>
#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <string>

namespace uproar {

// Chains of references (types of types, origins of origins) longer than this are damaged or cyclic.
constexpr int kMaxDieChain = 64;
// Longer names are cut: every entry of a small file may name one long string.
constexpr size_t kMaxDieName = size_t{32} << 10;

bool has_attribute(Dwarf_Die& die, unsigned name);
bool flag_of(Dwarf_Die& die, unsigned name);
std::optional<uint64_t> unsigned_of(Dwarf_Die& die, unsigned name);
std::optional<int64_t> signed_of(Dwarf_Die& die, unsigned name);
std::string string_of(Dwarf_Die& die, unsigned name);
// DW_AT_name, also that of the origin or the declaration.
std::string name_of(Dwarf_Die& die);
// DW_AT_linkage_name, likewise.
std::string linkage_name_of(Dwarf_Die& die);
// The DIE that an attribute refers to (with `integrate` also an attribute of the origin).
std::optional<Dwarf_Die> reference_of(Dwarf_Die& die, unsigned name, bool integrate = false);
// The end of the chain of DW_AT_abstract_origin and DW_AT_specification: where a function or variable is
// declared.
Dwarf_Die declaration_of(Dwarf_Die die);
// The end of the chain of DW_AT_abstract_origin.
Dwarf_Die origin_of(Dwarf_Die die);

// The source file and line that a DIE declares; empty and 0 where it does not tell.
// The file's number is looked up in the table of `unit`, else of the unit that has the number.
std::string declared_file(Dwarf_Die die, std::optional<Dwarf_Die> unit = std::nullopt);
uint32_t declared_line(Dwarf_Die die);

bool same_die(Dwarf_Die& a, Dwarf_Die& b);

// Children one after the other: for (DieChildren child(parent); child; child.next()). Ends where the data
// makes no sense: offsets of siblings must rise.
class DieChildren {
 public:
  explicit DieChildren(Dwarf_Die& parent) { valid_ = dwarf_child(&parent, &die_) == 0; }
  explicit operator bool() const { return valid_; }
  void next();
  Dwarf_Die& operator*() { return die_; }
  Dwarf_Die* operator->() { return &die_; }
  int tag() { return dwarf_tag(&die_); }

 private:
  Dwarf_Die die_{};
  bool valid_ = false;
};

}  // namespace uproar
