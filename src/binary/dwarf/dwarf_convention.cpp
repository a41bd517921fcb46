#include "binary/dwarf/dwarf_convention.h"

#include <algorithm>
#include <array>
#include <string>

#include "binary/dwarf/value_classes.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr uint32_t kStackPointer = 7;
constexpr uint32_t kFirstVector = 17;
constexpr std::array<uint32_t, 6> kSystemVRegisters = {5, 4, 1, 2, 8, 9};  // rdi, rsi, rdx, rcx, r8, r9
constexpr uint32_t kSystemVVectors = 8;
constexpr std::array<uint32_t, 4> kWindowsRegisters = {2, 1, 8, 9};  // rcx, rdx, r8, r9
// What LLVM adds to DW_AT_calling_convention.
constexpr uint64_t kToldSystemV = 0xc2;
constexpr uint64_t kToldWindows = 0xc1;

Location on_stack(int64_t slot) {
  Location made;
  made.kind = Location::Kind::Memory;
  made.at.base = Symbolic::Base::Register;
  made.at.dwarf_register = kStackPointer;
  made.at.addend = slot;
  return made;
}

Location pointed_at_by(const Location& pointer) {
  Location made = on_stack(0);
  if (pointer.kind == Location::Kind::Register) {
    made.at.dwarf_register = pointer.dwarf_register;
  } else {
    made.at.reads = {pointer.at.addend};
  }
  return made;
}

uint64_t rounded(uint64_t value, uint64_t to) {
  return (value + to - 1) / to * to;
}

// Hands out registers and stack, parameter by parameter.
class SystemV {
 public:
  explicit SystemV(bool returns_in_memory) : integers_(returns_in_memory ? 1 : 0) {}

  Location next(const ValueClasses& value) {
    if (value.is(ValueClass::Memory) || value.is(ValueClass::X87)) return in_memory(value);
    if (value.words[0] == ValueClass::None && value.words[1] == ValueClass::None)
      return Location::unavailable("is empty");
    uint32_t integers = 0, vectors = 0;
    for (size_t i = 0; i < 2; ++i) {
      if (value.words[i] == ValueClass::Integer) ++integers;
      if (value.words[i] == ValueClass::Vector && !(i == 1 && value.is_one_vector)) ++vectors;
    }
    if (integers_ + integers > kSystemVRegisters.size() || vectors_ + vectors > kSystemVVectors)
      return in_memory(value);
    std::vector<LocationPiece> pieces;
    for (size_t i = 0; i < 2; ++i) {
      if (value.words[i] == ValueClass::None || (i == 1 && value.is_one_vector)) continue;
      const uint64_t size = value.is_one_vector ? value.size : std::min<uint64_t>(8, value.size - i * 8);
      const bool is_integer = value.words[i] == ValueClass::Integer;
      const uint32_t number = is_integer ? kSystemVRegisters[integers_++] : kFirstVector + vectors_++;
      pieces.push_back({Location::in_register(number), size});
    }
    Location found = joined(std::move(pieces));
    return value.by_reference ? pointed_at_by(found) : found;
  }

 private:
  Location in_memory(const ValueClasses& value) {
    stack_ = rounded(stack_, std::max<uint64_t>(8, value.alignment));
    const Location found = on_stack(static_cast<int64_t>(8 + stack_));
    stack_ += rounded(value.size, 8);
    return value.by_reference ? pointed_at_by(found) : found;
  }

  uint32_t integers_ = 0;
  uint32_t vectors_ = 0;
  uint64_t stack_ = 0;  // behind the return address
};

bool fits_windows_register(const ValueClasses& value) {
  return value.size == 1 || value.size == 2 || value.size == 4 || value.size == 8;
}

Location windows_position(uint32_t position, const ValueClasses& value, bool is_floating) {
  const Location found =
      position >= kWindowsRegisters.size()
          ? on_stack(8 + int64_t{8} * position)
          : Location::in_register(is_floating ? kFirstVector + position : kWindowsRegisters[position]);
  return value.by_reference || !fits_windows_register(value) ? pointed_at_by(found) : found;
}

// A float is passed as a double to a function that was defined without a prototype.
bool is_promoted(Dwarf_Die& function, const ValueClasses& value) {
  Dwarf_Die unit;
  const bool may_be_of_cxx =
      !dwarf_diecu(&function, &unit, nullptr, nullptr) || may_have_cxx_classes(dwarf_srclang(&unit));
  return !flag_of(function, DW_AT_prototyped) && !may_be_of_cxx && value.words[0] == ValueClass::Vector &&
         value.size < 8;
}

}  // namespace

std::optional<CallingConvention> told_convention(Dwarf_Die& function) {
  Dwarf_Attribute attribute;
  Dwarf_Word told = 0;
  if (!dwarf_attr_integrate(&function, DW_AT_calling_convention, &attribute) ||
      dwarf_formudata(&attribute, &told) != 0) {
    return std::nullopt;
  }
  if (told == kToldWindows) return CallingConvention::Windows;
  if (told == kToldSystemV) return CallingConvention::SystemV;
  return std::nullopt;
}

std::vector<PassedParameter> passed_parameters(Dwarf_Die& function, CallingConvention convention,
                                               DwarfTypes& types) {
  ValueClasses result;
  Dwarf_Die origin = declaration_of(function);
  auto returned = types.type_of(function);
  if (!returned) returned = types.type_of(origin);
  bool is_simple = true;  // of Windows: a struct is in a register only if it fits
  if (returned) {
    result = classes_of(types, returned);
    auto whole = types.complete(returned);
    is_simple = !whole || !types.is_struct(*whole);
  }
  const bool is_windows = convention == CallingConvention::Windows;
  std::vector<PassedParameter> found;
  if (returned && result.is(ValueClass::Unknown)) return found;
  // Numbers of the x87 come back in its registers.
  const bool in_memory = result.by_reference || result.is(ValueClass::Memory);
  const bool by_windows =
      result.by_reference ||
      (is_simple ? result.size > 8 && !result.is(ValueClass::Integer) : !fits_windows_register(result));
  SystemV system_v(returned && in_memory);
  uint32_t position = is_windows && returned && by_windows ? 1 : 0;
  bool is_known = true;
  for (DieChildren child(function); child; child.next()) {
    if (child.tag() != DW_TAG_formal_parameter) continue;
    PassedParameter passed;
    passed.die = *child;
    const ValueClasses value = classes_of(types, types.type_of(*child));
    if (value.is(ValueClass::Unknown)) is_known = false;
    if (!is_known) {
      passed.location = Location::unavailable("is of a type whose way is not known");
    } else if (is_windows) {
      passed.is_floating = value.words[0] == ValueClass::Vector && value.size <= 8 && !value.is_one_vector;
      passed.position = position++;
      passed.location = windows_position(passed.position, value, passed.is_floating);
    } else {
      passed.location = system_v.next(value);
    }
    if (is_promoted(origin, value)) passed.location = Location::unavailable("was passed as a double");
    found.push_back(std::move(passed));
  }
  return found;
}

}  // namespace uproar
