#include "binary/units/dwarf_die.h"

#include <cstring>

namespace uproar {

bool has_attribute(Dwarf_Die& die, unsigned name) {
  return dwarf_hasattr(&die, name) != 0;
}

bool flag_of(Dwarf_Die& die, unsigned name) {
  Dwarf_Attribute attribute;
  bool value = false;
  return dwarf_attr_integrate(&die, name, &attribute) && dwarf_formflag(&attribute, &value) == 0 && value;
}

std::optional<uint64_t> unsigned_of(Dwarf_Die& die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (!dwarf_attr_integrate(&die, name, &attribute) || dwarf_formudata(&attribute, &value) != 0) {
    return std::nullopt;
  }
  return value;
}

std::optional<int64_t> signed_of(Dwarf_Die& die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Sword value = 0;
  if (!dwarf_attr_integrate(&die, name, &attribute) || dwarf_formsdata(&attribute, &value) != 0) {
    return std::nullopt;
  }
  return value;
}

std::string string_of(Dwarf_Die& die, unsigned name) {
  Dwarf_Attribute attribute;
  const char* text = dwarf_attr_integrate(&die, name, &attribute) ? dwarf_formstring(&attribute) : nullptr;
  return text ? std::string(text, ::strnlen(text, kMaxDieName)) : std::string();
}

std::string name_of(Dwarf_Die& die) {
  return string_of(die, DW_AT_name);
}

std::string linkage_name_of(Dwarf_Die& die) {
  std::string name = string_of(die, DW_AT_linkage_name);
  return name.empty() ? string_of(die, DW_AT_MIPS_linkage_name) : name;
}

std::optional<Dwarf_Die> reference_of(Dwarf_Die& die, unsigned name, bool integrate) {
  Dwarf_Attribute attribute;
  Dwarf_Die target;
  Dwarf_Attribute* found =
      integrate ? dwarf_attr_integrate(&die, name, &attribute) : dwarf_attr(&die, name, &attribute);
  if (!found || !dwarf_formref_die(&attribute, &target)) return std::nullopt;
  // A type with a unit of its own (-fdebug-types-section) is referred to by way of an empty DIE.
  Dwarf_Die definition;
  if (name == DW_AT_type && dwarf_attr(&target, DW_AT_signature, &attribute) &&
      dwarf_formref_die(&attribute, &definition)) {
    return definition;
  }
  return target;
}

Dwarf_Die origin_of(Dwarf_Die die) {
  for (int i = 0; i < kMaxDieChain; ++i) {
    auto next = reference_of(die, DW_AT_abstract_origin);
    if (!next) break;
    die = *next;
  }
  return die;
}

Dwarf_Die declaration_of(Dwarf_Die die) {
  for (int i = 0; i < kMaxDieChain; ++i) {
    auto next = reference_of(die, DW_AT_abstract_origin);
    if (!next) next = reference_of(die, DW_AT_specification);
    if (!next) break;
    die = *next;
  }
  return die;
}

// Not dwarf_decl_file: it asserts that there is a line table, and does not know that DWARF 5 counts from 0.
std::string declared_file(Dwarf_Die die, std::optional<Dwarf_Die> unit) {
  const auto number = unsigned_of(die, DW_AT_decl_file);
  Dwarf_Die root;
  Dwarf_Half version = 0;
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  // The attribute may come from an origin in another unit, whose table counts.
  Dwarf_Attribute attribute;
  if (!number || !dwarf_attr_integrate(&die, DW_AT_decl_file, &attribute)) return {};
  if (!dwarf_cu_die(attribute.cu, &root, &version, nullptr, nullptr, nullptr, nullptr, nullptr)) return {};
  if (unit) root = *unit;
  if (*number == 0 && version < 5) return {};
  if (dwarf_getsrcfiles(&root, &files, &count) != 0 || *number >= count) return {};
  const char* name = dwarf_filesrc(files, *number, nullptr, nullptr);
  return name ? std::string(name, ::strnlen(name, kMaxDieName)) : std::string();
}

uint32_t declared_line(Dwarf_Die die) {
  const auto line = unsigned_of(die, DW_AT_decl_line);
  return line && *line <= UINT32_MAX ? static_cast<uint32_t>(*line) : 0;
}

bool same_die(Dwarf_Die& a, Dwarf_Die& b) {
  return a.addr == b.addr;
}

void DieChildren::next() {
  Dwarf_Die following;
  valid_ = dwarf_siblingof(&die_, &following) == 0 && following.cu == die_.cu && following.addr > die_.addr;
  if (valid_) die_ = following;
}

}  // namespace uproar
