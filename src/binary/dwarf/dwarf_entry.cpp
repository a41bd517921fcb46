// DwarfScopes: what holds at a function's entry, where its frame is not made yet.
//
// The debug information of unoptimised code has one place for a parameter, in the frame or relative to a register
// that the function's first instructions set. At the entry that place holds something else. There the parameter is
// found, in this order, where these instructions take it from (whatever the language's convention is), and where
// the calling convention puts it, if the language is one whose compilers keep to one and nothing in the code
// contradicts it.
#include <algorithm>

#include "binary/code/prologue_reader.h"
#include "binary/dwarf/dwarf_lines.h"
#include "binary/dwarf/dwarf_scopes.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/elf/address.h"

namespace uproar {
namespace {

constexpr size_t kPrologueBytes = 1024;
constexpr int kMaxRanges = 64;
constexpr const char* kNotYet = "has no value yet at the function's entry";
constexpr const char* kNoFrame = "is kept in a frame that is not made yet there";

bool is_one_place(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  return dwarf_attr_integrate(&die, DW_AT_location, &attribute) && is_one_expression(attribute);
}

uint32_t stack_pointer_of(uint16_t machine) {
  return machine == EM_AARCH64 ? 31 : machine == EM_386 ? 4 : 7;
}

// Registers that a function gives back as it found them: no parameter comes in one.
bool is_kept_by_callee(uint16_t machine, uint32_t number) {
  switch (machine) {
    case EM_X86_64:  // rbx, rbp, r12 to r15
      return number == 3 || number == 6 || (number >= 12 && number <= 15);
    case EM_386:  // ebx, ebp, esi, edi
      return number == 3 || (number >= 5 && number <= 7);
    case EM_AARCH64:
      return number >= 19 && number <= 29;
    default:
      return false;
  }
}

// x86-64: registers in which any convention but Go's passes something.
bool is_passed_in(uint32_t number) {
  switch (number) {
    case 1:  // rdx, rcx, rsi, rdi, r8, r9
    case 2:
    case 4:
    case 5:
    case 8:
    case 9:
      return true;
    default:
      return number >= 17 && number <= 32;  // xmm0 to xmm15
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

// The value of the entry, as it is reached at the context's pc.
std::optional<Location> DwarfScopes::of_entry(const EntryValue& value, const LocationContext& context) {
  const uint64_t pc = units_.file().to_file(context.pc);
  switch (value.kind) {
    case EntryValue::Kind::Register:
      if (!context.at_entry && !prologue(context).keeps(value.dwarf_register, pc)) return std::nullopt;
      return Location::in_register(value.dwarf_register);
    case EntryValue::Kind::Stack: {
      Location found;
      found.kind = Location::Kind::Memory;
      if (value.place.anchor != 0 || !stack_at_entry(context, found.at)) return std::nullopt;
      found.at.addend = wrapping_add(found.at.addend, value.place.offset);
      return found;
    }
    case EntryValue::Kind::Address:
      break;
  }
  return std::nullopt;
}

// What the stack pointer was at the entry, by the context's pc.
bool DwarfScopes::stack_at_entry(const LocationContext& context, Symbolic& address) {
  const int64_t word = return_address_size();
  if (context.at_entry) {
    address = {};
    address.base = Symbolic::Base::Register;
    address.dwarf_register = stack_pointer_of(units_.file().file().machine());
    return true;
  }
  if (!canonical_frame_address(context, address) || !address.reads.empty()) return false;
  address.addend = wrapping_add(address.addend, -word);
  return true;
}

int64_t DwarfScopes::return_address_size() {
  return units_.file().file().machine() == EM_AARCH64 ? 0 : static_cast<int64_t>(units_.pointer_size());
}

// Where the first instructions of the function take from what they store at `place`.
std::optional<Location> DwarfScopes::stored_from(FramePlace place, uint64_t size,
                                                 const LocationContext& context) {
  const Prologue& known = prologue(context);
  const uint64_t pc = units_.file().to_file(context.pc);
  // The caller's part of the stack holds what was passed there. Only before the body begins does a function
  // put there what came in registers: the body assigns to parameters.
  const bool of_caller = place.anchor == 0 && place.offset >= return_address_size();
  const uint64_t body = of_caller ? body_of(context) : UINT64_MAX;
  Location pieces;
  pieces.kind = Location::Kind::Pieces;
  uint64_t covered = 0;
  while (covered < size && pieces.pieces.size() < 8) {
    const FrameStore* store =
        known.first_store({place.anchor, wrapping_add(place.offset, static_cast<int64_t>(covered))}, pc);
    if (!store || !store->value || store->size == 0 || store->vaddr >= body) return std::nullopt;
    auto part = of_entry(*store->value, context);
    if (!part) return std::nullopt;
    pieces.pieces.push_back({*part, store->size});
    covered += store->size;
  }
  if (covered < size || size == 0) return std::nullopt;
  return pieces.pieces.size() == 1 ? std::move(pieces.pieces.front().location) : std::move(pieces);
}

// The place of the frame that holds, once it is made, what a location based on it says; its first part.
std::optional<FramePlace> DwarfScopes::frame_place(const Location& location, const LocationContext& context) {
  if (location.at.base != Symbolic::Base::Register) return std::nullopt;
  if (location.by_cfa) {
    Symbolic entry;
    if (!canonical_frame_address(context, entry)) {
      if (!context.at_entry || !stack_at_entry(context, entry)) return std::nullopt;
    } else {
      entry.addend = wrapping_add(entry.addend, -return_address_size());
    }
    if (!entry.reads.empty() || entry.dwarf_register != location.at.dwarf_register) return std::nullopt;
    return FramePlace{0, wrapping_add(0, -entry.addend)};
  }
  const Prologue& known = prologue(context);
  auto base = known.frame_registers.find(location.at.dwarf_register);
  if (base == known.frame_registers.end()) return std::nullopt;
  return base->second.place;
}

// From where the function's first instructions move what `location` says behind them.
std::optional<Location> DwarfScopes::moved_from(const Location& location, uint64_t size,
                                                const LocationContext& context) {
  const Prologue& known = prologue(context);
  if (location.kind == Location::Kind::Register) {
    auto copy = known.copies.find(location.dwarf_register);
    if (copy == known.copies.end() || location.skip != 0) return std::nullopt;
    return of_entry(copy->second, context);
  }
  if (location.kind != Location::Kind::Memory) return std::nullopt;
  auto place = frame_place(location, context);
  if (!place) return std::nullopt;
  const uint64_t pc = units_.file().to_file(context.pc);
  for (size_t i = 0; i < location.at.reads.size(); ++i) {
    const FramePlace slot{place->anchor, wrapping_add(place->offset, location.at.reads[i])};
    const FrameStore* store = known.first_store(slot, pc);
    const bool of_caller = slot.anchor == 0 && slot.offset >= return_address_size();
    std::optional<EntryValue> value;
    if (store) {
      value = store->value;
    } else if (of_caller) {
      value = EntryValue{EntryValue::Kind::Stack, 0, slot};
    }
    if (!value) return std::nullopt;
    if (value->kind == EntryValue::Kind::Address) {
      place = value->place;
      continue;
    }
    auto pointer = of_entry(*value, context);
    if (!pointer) return std::nullopt;
    Location found = pointed_at(*pointer, context);
    found.at.reads.insert(found.at.reads.end(), location.at.reads.begin() + static_cast<ptrdiff_t>(i) + 1,
                          location.at.reads.end());
    found.at.addend = location.at.addend;
    return found;
  }
  place->offset = wrapping_add(place->offset, location.at.addend);
  if (auto found = stored_from(*place, size, context)) return found;
  if (place->anchor != 0 || place->offset < return_address_size()) return std::nullopt;
  const FrameStore* store = known.first_store(*place, pc);
  if (store && store->vaddr < body_of(context)) return std::nullopt;
  // The caller put it on the stack: found there at any time.
  return of_entry({EntryValue::Kind::Stack, 0, *place}, context);
}

// Whether what the debug information says of `die` may hold behind the function's first instructions only.
bool DwarfScopes::may_be_early(const Location& location, Dwarf_Die& die, const LocationContext& context) {
  const bool one_place = is_one_place(die);
  const uint16_t machine = units_.file().file().machine();
  const bool is_go = context.language == DW_LANG_Go;
  const bool is_parameter = dwarf_tag(&die) == DW_TAG_formal_parameter;
  switch (location.kind) {
    case Location::Kind::Memory:
      if (location.at.base != Symbolic::Base::Register) return false;
      // One place behind a register that passes parameters: it stays there, or there would be a list. So are
      // told what a lambda captured, and objects that are passed by their address.
      if (one_place && machine == EM_X86_64 && is_passed_in(location.at.dwarf_register)) {
        const Prologue& known = prologue(context);
        return known.frame_registers.contains(location.at.dwarf_register) ||
               known.copies.contains(location.at.dwarf_register);
      }
      if (one_place) return true;
      // LLVM tells of the first place of a parameter that it holds from the entry on.
      return context.at_entry && is_parameter && !is_go &&
             (location.by_frame || location.at.dwarf_register == stack_pointer_of(machine) ||
              is_kept_by_callee(machine, location.at.dwarf_register));
    case Location::Kind::Register:
      if (!context.at_entry || !is_parameter || is_go) return false;
      return is_kept_by_callee(machine, location.dwarf_register) ||
             (one_place && (machine == EM_X86_64 && !is_passed_in(location.dwarf_register))) ||
             (one_place && prologue(context).copies.contains(location.dwarf_register));
    case Location::Kind::Value:
      return one_place && context.at_entry && location.at.base == Symbolic::Base::Register &&
             !location.at.reads.empty();
    default:
      return false;
  }
}

Location DwarfScopes::before_stored(const Location& location, Dwarf_Die& die,
                                    const LocationContext& context) {
  if (!context.function.addr) return location;
  if (location.kind == Location::Kind::Unavailable) {
    if (auto found = before_known(die, context)) return *found;
    const Location* found = passed(die, context);
    return found && found->kind != Location::Kind::Unavailable ? *found : location;
  }
  if (location.kind == Location::Kind::Pieces && is_one_place(die)) {
    // What the convention says is of the whole value, not of one of its pieces.
    const Location* found = passed(die, context);
    if (found && found->kind != Location::Kind::Unavailable) return *found;
    Location whole = location;
    for (LocationPiece& piece : whole.pieces)
      piece.location = one_before_stored(piece.location, piece.size, die, context);
    return whole;
  }
  const uint64_t size = types_.size(types_.type_of(die)).value_or(units_.pointer_size());
  return one_before_stored(location, size, die, context);
}

Location DwarfScopes::one_before_stored(const Location& location, uint64_t size, Dwarf_Die& die,
                                        const LocationContext& context) {
  if (!may_be_early(location, die, context)) {
    const bool may_be_assigned = location.kind == Location::Kind::Register ||
                                 (location.kind == Location::Kind::Value && is_of_llvm(context));
    const Location* found = may_be_assigned ? passed(die, context) : nullptr;
    return found && found->kind != Location::Kind::Unavailable ? *found : location;
  }
  // What a lambda captured is a variable behind a parameter.
  const bool was_passed = dwarf_tag(&die) == DW_TAG_formal_parameter || !location.at.reads.empty();
  if (!context.at_entry) {
    const bool is_filled = !was_passed || !is_pending(location, context);
    if (is_filled && is_frame_made(location, context)) return location;
    auto found = was_passed ? moved_from(location, size, context) : std::nullopt;
    return found ? *found : Location::unavailable(kNoFrame);
  }
  if (was_passed) {
    const Location* found = passed(die, context);
    const bool is_list = !is_one_place(die);
    if (is_list && found && found->kind != Location::Kind::Unavailable) return *found;
    if (auto moved = moved_from(location, size, context)) return *moved;
    if (found) return found->kind == Location::Kind::Unavailable ? Location::unavailable(kNotYet) : *found;
    const bool is_callers = location.kind == Location::Kind::Memory && location.at.reads.empty() &&
                            location.at.dwarf_register == stack_pointer_of(units_.file().file().machine()) &&
                            location.at.addend >= return_address_size();
    if (is_list && is_callers) return location;
  }
  return Location::unavailable(kNotYet);
}

// Whether the function's first instructions have still to fill the place.
bool DwarfScopes::is_pending(const Location& location, const LocationContext& context) {
  auto place = frame_place(location, context);
  if (!place) return false;
  const int64_t offset = location.at.reads.empty() ? location.at.addend : location.at.reads.front();
  place->offset = wrapping_add(place->offset, offset);
  const bool of_caller = place->anchor == 0 && place->offset >= return_address_size();
  const FrameStore* store = prologue(context).first_store(*place, units_.file().to_file(context.pc));
  return store && store->vaddr < (of_caller ? body_of(context) : UINT64_MAX);
}

// Whether the location's base is already what it is behind the function's first instructions.
bool DwarfScopes::is_frame_made(const Location& location, const LocationContext& context) {
  if (location.by_cfa || location.at.base != Symbolic::Base::Register) return true;
  const Prologue& known = prologue(context);
  const uint64_t pc = units_.file().to_file(context.pc);
  auto base = known.frame_registers.find(location.at.dwarf_register);
  if (base == known.frame_registers.end() || pc >= known.end) return true;
  return pc < units_.file().to_file(entry_of(const_cast<Dwarf_Die&>(context.function)).value_or(0)) ||
         pc >= base->second.since;
}

// Where the body of the function begins, in the file's numbering.
uint64_t DwarfScopes::body_of(const LocationContext& context) {
  Dwarf_Die function = context.function;
  Dwarf_Addr end = 0;
  const auto entry = entry_of(function);
  const DwarfUnit* unit = units_.at(context.pc);
  if (!entry || !unit || dwarf_highpc(&function, &end) != 0) return 0;
  auto body = body_address(*unit, *entry, end);
  return body ? units_.file().to_file(*body) : 0;
}

}  // namespace uproar
