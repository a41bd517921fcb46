// Internal to this folder: the scopes that hold an address, and the variables in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "binary/code/prologue.h"
#include "binary/dwarf/dwarf_convention.h"
#include "binary/dwarf/dwarf_globals.h"
#include "binary/dwarf/dwarf_names.h"
#include "binary/dwarf/dwarf_object.h"
#include "binary/dwarf/line_info.h"
#include "binary/dwarf/variable_info.h"

namespace uproar {

// From the function inwards: blocks and inlined calls that hold the address.
struct ScopeChain {
  const DwarfUnit* unit = nullptr;
  std::vector<Dwarf_Die> scopes;  // [0] is the function
};

class DwarfScopes {
 public:
  explicit DwarfScopes(DwarfTypes& types) : types_(types), units_(types.units()), globals_(types) {}

  // Empty chain (unit null): no function is known there.
  const ScopeChain& at(Dwarf_Addr pc);
  // That of one of the unit's functions, which holds the address.
  ScopeChain chain_of(Dwarf_Die function, const DwarfUnit& unit, Dwarf_Addr pc);
  // The context for locations at the pc.
  LocationContext context(const ScopeChain& chain, Dwarf_Addr pc);

  // The variable that a name means: innermost scope of `at.function` first, then globals, last what the
  // callers have where that function is inlined.
  std::optional<DwarfObject> find(const ScopeChain& chain, const CodePoint& at, std::string_view name,
                                  const LocationContext& context, VariableFault& fault);
  // Parameters of the function, then variables, those of inner scopes hiding those of outer ones.
  struct Variable {
    Dwarf_Die die{};
    bool is_parameter = false;
    std::string name{};  // elements of a parameter pack have one together
  };
  std::vector<Variable> visible(const ScopeChain& chain, const CodePoint& at);
  DwarfObject object(Dwarf_Die& die, const LocationContext& context);

  // DebugInfo::windows_positions(), for the context's function.
  std::optional<std::vector<bool>> windows_positions(const LocationContext& context);
  // What the compiler put beside `variable` in its scope, under that name in upper or lower case.
  std::optional<Dwarf_Die> companion(Dwarf_Die& variable, std::string_view name);

  // The address at which a function or an inlined call begins.
  std::optional<Dwarf_Addr> entry_of(Dwarf_Die& die);

 private:
  std::vector<size_t> search_order(const ScopeChain& chain, const CodePoint& at);
  std::optional<Dwarf_Die> find_in(Dwarf_Die scope, std::string_view name, const LocationContext& context);
  std::optional<DwarfObject> find_enclosing(const ScopeChain& chain, std::string_view name,
                                            const LocationContext& context);
  std::optional<DwarfObject> find_global_in_any_case(const ScopeChain& chain, const NameUse& use,
                                                     std::string_view name, const LocationContext& context,
                                                     VariableFault& fault);
  std::optional<DwarfObject> find_in_package(const ScopeChain& chain, std::string_view name,
                                             const LocationContext& context);
  DwarfObject global(GlobalVariable variable, const LocationContext& context);
  // Where the variable `die` is at the context's pc, which may be before the function made its frame: there
  // `location`, which is what its debug information says, holds something else.
  Location before_stored(const Location& location, Dwarf_Die& die, const LocationContext& context);
  std::optional<Location> before_known(Dwarf_Die& die, const LocationContext& context);
  Location one_before_stored(const Location& location, uint64_t size, Dwarf_Die& die,
                             const LocationContext& context);
  bool may_be_early(const Location& location, Dwarf_Die& die, const LocationContext& context);
  bool is_pending(const Location& location, const LocationContext& context);
  bool is_frame_made(const Location& location, const LocationContext& context);
  std::optional<Location> moved_from(const Location& location, uint64_t size, const LocationContext& context);
  std::optional<Location> stored_from(FramePlace place, uint64_t size, const LocationContext& context);
  std::optional<FramePlace> frame_place(const Location& location, const LocationContext& context);
  std::optional<Location> of_entry(const EntryValue& value, const LocationContext& context);
  bool stack_at_entry(const LocationContext& context, Symbolic& address);
  int64_t return_address_size();
  uint64_t body_of(const LocationContext& context);
  // What the calling convention says of a function of which nothing contradicts it.
  struct Passed {
    std::optional<CallingConvention> convention;
    std::vector<PassedParameter> parameters;
  };
  const Passed& passed_at(const LocationContext& context);
  const Location* passed(Dwarf_Die& die, const LocationContext& context);
  bool is_of_llvm(const LocationContext& context);
  Location proved(Dwarf_Die& die, const LocationContext& context);
  std::optional<size_t> agreement(std::vector<PassedParameter>& parameters, const LocationContext& context);
  const Prologue& prologue(const LocationContext& context);

  DwarfTypes& types_;
  DwarfUnits& units_;
  DwarfGlobals globals_;
  std::map<Dwarf_Addr, ScopeChain> chains_;
  std::map<Dwarf_Addr, Prologue> prologues_;  // by entry
  std::map<Dwarf_Addr, Passed> passed_;       // by entry
};

}  // namespace uproar
