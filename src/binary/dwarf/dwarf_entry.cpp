// DwarfScopes: parameters whose place in the frame is not written yet.
#include <algorithm>

#include "binary/dwarf/dwarf_scopes.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/elf/address.h"

namespace uproar {
namespace {

constexpr size_t kPrologueBytes = 1024;
constexpr int kMaxRanges = 64;
constexpr const char* kNotYet = "has no value yet at the function's entry";

bool is_one_place(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  if (!dwarf_attr_integrate(&die, DW_AT_location, &attribute)) return false;
  switch (dwarf_whatform(&attribute)) {
    case DW_FORM_exprloc:
    case DW_FORM_block:
    case DW_FORM_block1:
    case DW_FORM_block2:
    case DW_FORM_block4:
      return true;
    default:
      return false;
  }
}

}  // namespace

const Prologue& DwarfScopes::prologue(const LocationContext& context) {
  Dwarf_Die function = context.function;
  const uint64_t entry = units_.file().to_file(entry_of(function).value_or(0));
  auto [known, is_new] = prologues_.try_emplace(entry);
  if (!is_new) return known->second;
  const ElfFile& file = units_.file().file();
  auto set = instruction_set_of(file.machine());
  auto offset = file_offset_of(file.segments(), entry);
  if (!set || !offset) return known->second;
  auto code = file.read(*offset, kPrologueBytes);
  if (code.ok()) known->second = read_prologue(*code, entry, *set);
  return known->second;
}

// A parameter of `die` that the debug information knows only from behind the function's first instructions
// on, in a register that they leave alone or behind it.
std::optional<Location> DwarfScopes::before_known(Dwarf_Die& die, const LocationContext& context) {
  Dwarf_Attribute attribute;
  if (!context.at_entry || !context.function.addr || dwarf_tag(&die) != DW_TAG_formal_parameter ||
      is_one_place(die) || !dwarf_attr_integrate(&die, DW_AT_location, &attribute)) {
    return std::nullopt;
  }
  const Prologue& known = prologue(context);
  Dwarf_Addr base = 0, begin = 0, end = 0, first = ~Dwarf_Addr{0};
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  ptrdiff_t at = 0;
  for (int i = 0; i < kMaxRanges; ++i) {
    at = dwarf_getlocations(&attribute, at, &base, &begin, &end, &operations, &count);
    if (at <= 0) break;
    if (begin > context.pc && begin < end) first = std::min(first, begin);
  }
  if (first == ~Dwarf_Addr{0}) return std::nullopt;
  LocationContext later = context;
  later.pc = first;
  later.at_entry = false;
  Location found = locate(die, later);
  const bool is_register = found.kind == Location::Kind::Register;
  const bool is_behind = found.kind == Location::Kind::Memory && found.at.reads.empty() &&
                         found.at.base == Symbolic::Base::Register && !found.by_frame;
  if (!is_register && !is_behind) return std::nullopt;
  const uint32_t number = is_register ? found.dwarf_register : found.at.dwarf_register;
  if (!known.keeps(number, units_.file().to_file(first))) return std::nullopt;
  return found;
}

// A parameter of `die` whose place in the frame is not filled yet: the register that will be stored there.
Location DwarfScopes::before_stored(const Location& location, Dwarf_Die& die,
                                    const LocationContext& context) {
  if (location.kind == Location::Kind::Unavailable) return before_known(die, context).value_or(location);
  if (location.kind != Location::Kind::Memory || !location.by_frame || !context.function.addr ||
      !is_one_place(die) || location.at.base != Symbolic::Base::Register) {
    return location;
  }
  const bool is_arm = units_.file().file().machine() == EM_AARCH64;
  const auto word = static_cast<int64_t>(is_arm ? 0 : units_.pointer_size());  // the return address
  // Where nothing tells what the frame will be, what is there at the entry is something else.
  const Location unproved = context.at_entry ? Location::unavailable(kNotYet) : location;
  Symbolic cfa;
  if (!canonical_frame_address(context, cfa) || !cfa.reads.empty()) return unproved;
  const Prologue& known = prologue(context);
  const bool behind_pointer = !location.at.reads.empty();
  const int64_t offset = behind_pointer ? location.at.reads.front() : location.at.addend;
  int64_t slot = 0;  // relative to the stack pointer at the entry
  if (location.by_cfa) {
    if (location.at.dwarf_register != cfa.dwarf_register) return unproved;
    slot = wrapping_add(offset, wrapping_add(word, -static_cast<uint64_t>(cfa.addend)));
  } else {
    auto base = known.frame_registers.find(location.at.dwarf_register);
    if (base == known.frame_registers.end()) return unproved;
    slot = wrapping_add(offset, base->second);
  }
  if (slot >= word) {  // the caller put it on the stack: found from the frame address at any time
    Location found = location;
    found.at.dwarf_register = cfa.dwarf_register;
    (behind_pointer ? found.at.reads.front() : found.at.addend) = wrapping_add(slot - word, cfa.addend);
    return found;
  }
  const uint64_t pc = units_.file().to_file(context.pc);
  const uint64_t size = behind_pointer ? units_.pointer_size()
                                       : types_.size(types_.type_of(die)).value_or(units_.pointer_size());
  Location pieces;
  pieces.kind = Location::Kind::Pieces;
  uint64_t covered = 0;
  // What a lambda captured is a variable behind a parameter.
  const bool was_passed = dwarf_tag(&die) == DW_TAG_formal_parameter || behind_pointer;
  while (was_passed && covered < size && pieces.pieces.size() < 8) {
    auto store = std::find_if(known.stores.begin(), known.stores.end(), [&](const ParameterStore& each) {
      return each.vaddr >= pc && each.slot == slot + static_cast<int64_t>(covered);
    });
    if (store == known.stores.end() || store->size == 0) break;
    Location part;
    part.kind = store->value.on_stack ? Location::Kind::Memory : Location::Kind::Register;
    part.dwarf_register = store->value.dwarf_register;
    part.at = cfa;
    part.at.addend = wrapping_add(wrapping_add(store->value.slot, -word), cfa.addend);
    pieces.pieces.push_back({part, store->size});
    covered += store->size;
  }
  if (covered < size || size == 0) return unproved;
  if (!behind_pointer) return pieces.pieces.size() == 1 ? pieces.pieces.front().location : pieces;
  const Location& pointer = pieces.pieces.front().location;
  if (pieces.pieces.size() != 1 || pointer.kind != Location::Kind::Register) {
    return Location::unavailable(kNotYet);
  }
  Location found = location;
  found.at.dwarf_register = pointer.dwarf_register;
  found.at.reads.erase(found.at.reads.begin());
  return found;
}

}  // namespace uproar
