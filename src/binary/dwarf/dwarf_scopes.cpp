#include "binary/dwarf/dwarf_scopes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/letters.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/symbols/source_names.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr int kMaxScopes = 128;
constexpr size_t kMaxVisible = 4096;
constexpr const char* kUnnamedPack = "pack";

bool is_variable(int tag) {
  return tag == DW_TAG_formal_parameter || tag == DW_TAG_variable || tag == DW_TAG_constant;
}

std::optional<Dwarf_Addr> die_entry(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  Dwarf_Addr entry = 0;
  if (dwarf_attr(&die, DW_AT_entry_pc, &attribute)) {
    if (dwarf_formaddr(&attribute, &entry) == 0) return entry;
    Dwarf_Word distance = 0;
    Dwarf_Addr low = 0;
    if (dwarf_formudata(&attribute, &distance) == 0 && dwarf_lowpc(&die, &low) == 0) return low + distance;
  }
  if (dwarf_lowpc(&die, &entry) == 0) return entry;
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  // The compiler lists the part with the entry first.
  if (dwarf_ranges(&die, 0, &base, &begin, &end) > 0) return begin;
  return std::nullopt;
}

// Adds the scopes in `parent` that hold the pc. Blocks without addresses may hold some that have. `left` DIEs
// may still be looked at.
bool add_inner(Dwarf_Die& parent, Dwarf_Addr pc, std::vector<Dwarf_Die>& chain, size_t& left) {
  if (chain.size() >= kMaxScopes) return false;
  for (DieChildren child(parent); child && left > 0; child.next()) {
    --left;
    const int tag = child.tag();
    if (tag != DW_TAG_lexical_block && tag != DW_TAG_inlined_subroutine && tag != DW_TAG_try_block &&
        tag != DW_TAG_catch_block) {
      continue;
    }
    const bool has_code = has_attribute(*child, DW_AT_low_pc) || has_attribute(*child, DW_AT_ranges);
    // The entry of an inlined call may be an instruction that its ranges leave to the caller.
    const bool begins = tag == DW_TAG_inlined_subroutine && die_entry(*child) == pc;
    if (has_code && !begins && dwarf_haspc(&*child, pc) != 1) continue;
    chain.push_back(*child);
    if (add_inner(*child, pc, chain, left) || has_code) return true;
    chain.pop_back();
  }
  return false;
}

bool is_function(Dwarf_Die& die) {
  const int tag = dwarf_tag(&die);
  return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

// A variable of the scope itself, or of a Fortran common block that is spoken of in it.
template <typename Wanted>
std::optional<Dwarf_Die> variable_in(Dwarf_Die& scope, Wanted&& wanted) {
  for (DieChildren child(scope); child; child.next()) {
    if (is_variable(child.tag()) && wanted(*child)) return *child;
    if (child.tag() != DW_TAG_common_block) continue;
    for (DieChildren inner(*child); inner; inner.next()) {
      if (is_variable(inner.tag()) && wanted(*inner)) return *inner;
    }
  }
  return std::nullopt;
}

// The children of `scope` that are copies, by the addresses of their originals.
std::map<const void*, Dwarf_Die> copies_in(Dwarf_Die& scope) {
  std::map<const void*, Dwarf_Die> copies;
  for (DieChildren child(scope); child; child.next()) {
    if (auto origin = reference_of(*child, DW_AT_abstract_origin)) copies.try_emplace(origin->addr, *child);
  }
  return copies;
}

}  // namespace

std::optional<Dwarf_Addr> DwarfScopes::entry_of(Dwarf_Die& die) {
  return die_entry(die);
}

const ScopeChain& DwarfScopes::at(Dwarf_Addr pc) {
  auto [entry, is_new] = chains_.try_emplace(pc);
  ScopeChain& chain = entry->second;
  if (!is_new) return chain;
  const DwarfUnit* unit = units_.at(pc);
  if (!unit) return chain;
  for (bool deep : {false, true}) {
    const UnitContents& contents = deep ? units_.deep_contents(*unit) : units_.contents(*unit);
    for (Dwarf_Die function : contents.functions) {
      if (dwarf_haspc(&function, pc) != 1) continue;
      chain = chain_of(function, *unit, pc);
      return chain;
    }
  }
  return chain;
}

ScopeChain DwarfScopes::chain_of(Dwarf_Die function, const DwarfUnit& unit, Dwarf_Addr pc) {
  ScopeChain chain{&unit, {function}};
  size_t left = units_.most_entries(unit);
  add_inner(function, pc, chain.scopes, left);
  return chain;
}

LocationContext DwarfScopes::context(const ScopeChain& chain, Dwarf_Addr pc) {
  LocationContext context{units_.file(), pc};
  if (!chain.unit) return context;
  context.language = chain.unit->language;
  context.function = chain.scopes.front();
  context.at_entry = entry_of(context.function) == pc;
  return context;
}

std::vector<size_t> DwarfScopes::search_order(const ScopeChain& chain, const CodePoint& at) {
  const Dwarf_Addr pc = units_.file().to_dwarf(at.pc);
  size_t chosen = SIZE_MAX;
  for (size_t i = 0; i < chain.scopes.size() && !at.function.empty(); ++i) {
    Dwarf_Die die = chain.scopes[i];
    if (!is_function(die) || !means(at.function, die, types_)) continue;
    chosen = i;
    if (i > 0 && entry_of(die) == pc) break;
  }
  std::vector<size_t> order;
  for (size_t i = chain.scopes.size(); i-- > 0;) order.push_back(i);
  if (chosen == SIZE_MAX) return order;
  size_t end = chosen + 1;
  while (end < chain.scopes.size() && !is_function(const_cast<Dwarf_Die&>(chain.scopes[end]))) ++end;
  // The function's own blocks come before those of calls that are inlined in it.
  std::stable_partition(order.begin(), order.end(), [end](size_t i) { return i < end; });
  return order;
}

// A variable that stands in `scope` itself.
std::optional<Dwarf_Die> DwarfScopes::find_in(Dwarf_Die scope, std::string_view name,
                                              const LocationContext& context) {
  auto is_named = [&](Dwarf_Die& die) {
    return ignores_case(context.language) ? same_letters(name_of(die), name) : name_of(die) == name;
  };
  if (auto found = variable_in(scope, is_named)) return found;
  if (!is_function(scope)) return std::nullopt;
  // What the compiler removed stands only in the function that was inlined or copied.
  Dwarf_Die origin = origin_of(scope);
  if (same_die(origin, scope)) return std::nullopt;
  return variable_in(origin, is_named);
}

// A function may stand in another one, whose variables it sees: those that have an address of their own are
// found, those in the other one's frame are told apart.
std::optional<DwarfObject> DwarfScopes::find_enclosing(const ScopeChain& chain, std::string_view name,
                                                       const LocationContext& context) {
  if (chain.scopes.empty()) return std::nullopt;
  Dwarf_Die function = declaration_of(chain.scopes.front());
  Dwarf_Die* found = nullptr;
  const int count = dwarf_getscopes_die(&function, &found);
  const std::unique_ptr<Dwarf_Die, decltype(&std::free)> scopes(found, &std::free);
  for (int i = 1; i < count; ++i) {
    if (!is_function(found[i])) continue;
    auto variable = variable_in(found[i], [&](Dwarf_Die& die) {
      return ignores_case(context.language) ? same_letters(name_of(die), name) : name_of(die) == name;
    });
    if (!variable) continue;
    DwarfObject made = object(*variable, context);
    const bool is_static =
        made.location.kind == Location::Kind::Memory && made.location.at.base == Symbolic::Base::Static;
    const bool is_constant = made.location.kind == Location::Kind::Value && made.location.at.is_number();
    if (!is_static && !is_constant) {
      made.location = Location::unavailable(fmt::format(
          "belongs to {}, in whose frame it is, and which this function stands in", name_of(found[i])));
    }
    return made;
  }
  return std::nullopt;
}

std::optional<Dwarf_Die> DwarfScopes::companion(Dwarf_Die& variable, std::string_view name) {
  Dwarf_Die* found = nullptr;
  const int count = dwarf_getscopes_die(&variable, &found);
  const std::unique_ptr<Dwarf_Die, decltype(&std::free)> scopes(found, &std::free);
  if (count < 2) return std::nullopt;
  return variable_in(found[1], [&](Dwarf_Die& die) { return same_letters(name_of(die), name); });
}

DwarfObject DwarfScopes::global(GlobalVariable variable, const LocationContext& context) {
  DwarfObject found = object(variable.die, context);
  if (variable.symbol.empty()) return found;
  found.location = Location{};
  found.location.kind = Location::Kind::Memory;
  found.location.at.base = Symbolic::Base::Symbol;
  found.location.at.symbol = std::move(variable.symbol);
  return found;
}

// As the compiler spells it: gfortran and GNAT in lower case, Free Pascal in upper case or as it was declared.
std::optional<DwarfObject> DwarfScopes::find_global_in_any_case(const ScopeChain& chain, const NameUse& use,
                                                                std::string_view name,
                                                                const LocationContext& context,
                                                                VariableFault& fault) {
  if (!ignores_case(context.language)) return std::nullopt;
  std::vector<std::string> spellings = {lower_case(name), std::string(name)};
  for (char& c : spellings[1]) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (chain.unit) {
    for (Dwarf_Die die : units_.contents(*chain.unit).variables) {
      if (same_letters(name_of(die), name)) spellings.insert(spellings.begin(), name_of(die));
    }
  }
  for (const std::string& spelling : spellings) {
    auto found = globals_.find(use, spelling, fault);
    if (found) return global(std::move(*found), context);
    if (fault.kind == VariableFault::Kind::Ambiguous) break;
  }
  return std::nullopt;
}

// Go's variables are called by package and name, and inside of the package by the name alone. The package is its
// path, or what the source calls it: yaml.Level of gopkg.in/yaml.v3.
std::optional<DwarfObject> DwarfScopes::find_in_package(const ScopeChain& chain, std::string_view name,
                                                        const LocationContext& context) {
  if (chain.unit->language != DW_LANG_Go) return std::nullopt;
  auto in_unit = [&](const DwarfUnit& unit, auto is_wanted) -> std::optional<DwarfObject> {
    for (Dwarf_Die die : units_.contents(unit).variables) {
      if (has_attribute(die, DW_AT_location) && is_wanted(go_name(name_of(die)))) return object(die, context);
    }
    return std::nullopt;
  };
  Dwarf_Die root = chain.unit->root;
  const std::string whole = name_of(root) + "." + std::string(name);
  if (auto found = in_unit(*chain.unit, [&](const std::string& each) { return each == whole; })) return found;
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  for (const DwarfUnit* unit : units_.mentioning(name.substr(dot + 1))) {
    auto found =
        in_unit(*unit, [&](const std::string& each) { return each == name || short_go_name(each) == name; });
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<DwarfObject> DwarfScopes::find(const ScopeChain& chain, const CodePoint& at,
                                             std::string_view name, const LocationContext& context,
                                             VariableFault& fault) {
  NameUse use;
  use.unit = chain.unit;
  std::optional<Dwarf_Die> callers;
  for (size_t i : search_order(chain, at)) {
    Dwarf_Die scope = chain.scopes[i];
    auto found = find_in(scope, name, context);
    // Behind the function that is meant come those that it is inlined in, which its source does not see.
    if (found && use.function) callers = callers ? callers : found;
    if (found && !use.function) {
      if (!has_attribute(*found, DW_AT_declaration)) return object(*found, context);
      use.function = scope;
      if (auto declared = globals_.of_declaration(*found, use)) return global(std::move(*declared), context);
    }
    if (is_function(scope) && !use.function) use.function = scope;
  }
  if (auto enclosing = callers ? std::nullopt : find_enclosing(chain, name, context)) return enclosing;
  if (chain.unit) {
    if (auto found = find_in_package(chain, name, context)) return found;
  }
  if (auto found = globals_.find(use, name, fault)) return global(std::move(*found), context);
  if (callers) return object(*callers, context);
  if (fault.kind == VariableFault::Kind::Ambiguous) return std::nullopt;
  if (auto found = find_global_in_any_case(chain, use, name, context, fault)) return found;
  if (fault.kind == VariableFault::Kind::Ambiguous) return std::nullopt;
  fault.kind = VariableFault::Kind::NoVariable;
  for (Variable each : visible(chain, at)) fault.names.push_back(name_of(each.die));
  return std::nullopt;
}

std::vector<DwarfScopes::Variable> DwarfScopes::visible(const ScopeChain& chain, const CodePoint& at) {
  std::vector<Variable> found;
  if (!chain.unit) return found;
  // The blocks of one function: search_order() has its own first, and the function itself last of them.
  std::vector<size_t> own;
  for (size_t i : search_order(chain, at)) {
    own.push_back(i);
    if (is_function(const_cast<Dwarf_Die&>(chain.scopes[i]))) break;
  }
  std::vector<std::string> names;
  for (size_t i : own) {
    Dwarf_Die scope = chain.scopes[i];
    std::vector<Variable> here;
    auto add_named = [&](Dwarf_Die& die, int tag, const std::string& name) {
      const bool hidden = flag_of(die, DW_AT_artificial) && name != "this";
      const bool is_parameter = tag == DW_TAG_formal_parameter;
      if (!is_variable(tag) || hidden || name.empty() || found.size() + here.size() >= kMaxVisible) return;
      // Several parameters of one function and one name are the elements of a pack.
      const bool is_known = std::find(names.begin(), names.end(), name) != names.end();
      const bool is_element =
          is_parameter &&
          std::any_of(here.begin(), here.end(),
                      [&](const Variable& each) { return each.is_parameter && each.name == name; }) &&
          std::none_of(here.begin(), here.end(),
                       [&](const Variable& each) { return each.die.addr == die.addr; });
      if (is_known && !is_element) return;
      names.push_back(name);
      here.push_back({die, is_parameter, name});
    };
    auto add = [&](Dwarf_Die& die, int tag) {
      if (tag != DW_TAG_GNU_formal_parameter_pack) return add_named(die, tag, name_of(die));
      // GCC does not name the elements, and the pack mostly not either.
      const std::string pack = name_of(die);
      for (DieChildren child(die); child; child.next())
        add_named(*child, child.tag(), pack.empty() ? kUnnamedPack : pack);
    };
    // In the order of the source, which a copy of a function need not keep; what the compiler removed stands
    // only in the original.
    Dwarf_Die origin = origin_of(scope);
    if (is_function(scope) && !same_die(origin, scope)) {
      auto copies = copies_in(scope);
      for (DieChildren child(origin); child; child.next()) {
        auto copy = copies.find(child->addr);
        add(copy != copies.end() ? copy->second : *child, child.tag());
      }
    }
    for (DieChildren child(scope); child; child.next()) {
      add(*child, child.tag());
      if (child.tag() != DW_TAG_common_block) continue;
      for (DieChildren inner(*child); inner; inner.next()) add(*inner, inner.tag());
    }
    found.insert(found.begin(), here.begin(), here.end());
  }
  std::stable_partition(found.begin(), found.end(), [](const Variable& each) { return each.is_parameter; });
  return found;
}

DwarfObject DwarfScopes::object(Dwarf_Die& die, const LocationContext& context) {
  DwarfObject found;
  found.type = types_.type_of(die);
  found.variable = die;
  if (context.at_entry && flag_of(die, DW_AT_variable_parameter)) {  // Go
    found.location = Location::unavailable("is a result, which is not set yet");
    return found;
  }
  found.location = before_stored(locate(die, context), die, context);
  return found;
}

}  // namespace uproar
