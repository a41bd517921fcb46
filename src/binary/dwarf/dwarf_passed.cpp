// DwarfScopes: where the calling convention passed a function's parameters, and whether the function keeps to it.
#include <algorithm>

#include "binary/dwarf/dwarf_scopes.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

// Whether a function still has the parameters of its source: where the compiler took some away, it may have
// moved the others.
bool keeps_all_parameters(Dwarf_Die& function) {
  Dwarf_Die origin = origin_of(function);
  size_t here = 0, there = 0;
  for (DieChildren child(function); child; child.next()) {
    if (child.tag() != DW_TAG_formal_parameter) continue;
    ++here;
    Dwarf_Attribute attribute;
    if (!dwarf_attr_integrate(&*child, DW_AT_location, &attribute)) return false;
    if (flag_of(*child, DW_AT_artificial) && name_of(*child) != "this") return false;
  }
  for (DieChildren child(origin); child; child.next())
    there += child.tag() == DW_TAG_formal_parameter ? 1 : 0;
  return here == there;
}

bool is_external(Dwarf_Die function) {
  Dwarf_Attribute attribute;
  bool flag = false;
  return dwarf_attr_integrate(&function, DW_AT_external, &attribute) &&
         dwarf_formflag(&attribute, &flag) == 0 && flag;
}

bool is_same_place(const Location& one, const Location& other) {
  if (one.kind != other.kind) return false;
  switch (one.kind) {
    case Location::Kind::Register:
      return one.dwarf_register == other.dwarf_register;
    case Location::Kind::Memory:
      return one.at.base == other.at.base && one.at.dwarf_register == other.at.dwarf_register &&
             one.at.reads == other.at.reads && one.at.addend == other.at.addend;
    case Location::Kind::Pieces:
      return is_same_place(one.pieces.front().location, other.pieces.front().location);
    default:
      return false;
  }
}

}  // namespace

// Where the calling convention puts the parameter; null: not known.
const Location* DwarfScopes::passed(Dwarf_Die& die, const LocationContext& context) {
  if (!context.at_entry || dwarf_tag(&die) != DW_TAG_formal_parameter) return nullptr;
  for (const PassedParameter& each : passed_at(context).parameters) {
    if (each.die.addr == die.addr) return &each.location;
  }
  return nullptr;
}

const DwarfScopes::Passed& DwarfScopes::passed_at(const LocationContext& context) {
  Dwarf_Die function = context.function;
  auto [known, is_new] = passed_.try_emplace(context.pc);
  Passed& passed = known->second;
  if (!is_new || !context.at_entry || units_.file().file().machine() != EM_X86_64 ||
      !is_of_c_family(context.language) || !keeps_all_parameters(function)) {
    return passed;
  }
  const auto told = told_convention(function);
  // LLVM tells of the first assignment to a parameter as of what was passed. What it does not keep of its own
  // convention is seen from its parameters: those of a function for other files stay as they are.
  const bool is_kept = told || (is_external(function) && is_of_llvm(context));
  for (CallingConvention each : {CallingConvention::SystemV, CallingConvention::Windows}) {
    if (told && *told != each) continue;
    auto parameters = passed_parameters(function, each, types_);
    const auto agreed = agreement(parameters, context);
    // Where nobody tells, only the code can say that it is not the usual one.
    if (!agreed && !(is_kept && (told || each == CallingConvention::SystemV))) continue;
    if (!told && each == CallingConvention::Windows && *agreed == 0) continue;
    passed = {each, std::move(parameters)};
    break;
  }
  return passed;
}

std::optional<std::vector<bool>> DwarfScopes::windows_positions(const LocationContext& context) {
  const Passed& passed = passed_at(context);
  if (passed.convention != CallingConvention::Windows) return std::nullopt;
  std::vector<bool> floats;
  for (const PassedParameter& each : passed.parameters) {
    floats.resize(each.position + 1);
    floats[each.position] = each.is_floating;
  }
  return floats;
}

// Where the code or the debug information proves that a parameter is at the entry; Unavailable: it does not.
Location DwarfScopes::proved(Dwarf_Die& die, const LocationContext& context) {
  Location found = locate(die, context);
  if (!may_be_early(found, die, context)) return found;
  const uint64_t size = types_.size(types_.type_of(die)).value_or(units_.pointer_size());
  return moved_from(found, size, context).value_or(Location{});
}

bool DwarfScopes::is_of_llvm(const LocationContext& context) {
  const DwarfUnit* unit = units_.at(context.pc);
  Dwarf_Die root = unit ? unit->root : Dwarf_Die{};
  return unit && string_of(root, DW_AT_producer).find("clang") != std::string::npos;
}

// How many of the parameters are proved to be where a convention would have them; nothing: one is elsewhere.
std::optional<size_t> DwarfScopes::agreement(std::vector<PassedParameter>& parameters,
                                             const LocationContext& context) {
  std::vector<Location> places;
  for (PassedParameter& each : parameters) {
    // A copy of the function for some of its callers does without it, and may have moved the others.
    if (locate(each.die, context).kind == Location::Kind::Unavailable) return std::nullopt;
    places.push_back(proved(each.die, context));
  }
  // Whether another one is told to be there, where the convention has it: then this one was assigned that.
  auto is_of_another = [&](size_t which) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (i != which && is_same_place(places[i], places[which]) &&
          is_same_place(places[i], parameters[i].location)) {
        return true;
      }
    }
    return false;
  };
  size_t agreed = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Location::Kind kind = places[i].kind;
    const bool is_somewhere =
        kind == Location::Kind::Register || kind == Location::Kind::Pieces || kind == Location::Kind::Memory;
    if (!is_somewhere || parameters[i].location.kind == Location::Kind::Unavailable) continue;
    if (is_same_place(places[i], parameters[i].location)) {
      ++agreed;
    } else if (!is_of_another(i)) {
      return std::nullopt;
    }
  }
  return agreed;
}

}  // namespace uproar
