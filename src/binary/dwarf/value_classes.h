// Internal to this folder: how calls on x86-64 carry a value, as System V has it: psABI 3.2.3, with classes by the
// Itanium C++ ABI. Of parameters and results alike; which registers a class is given is told by who asks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "binary/types/dwarf_types.h"

namespace uproar {

// Of one eightbyte; the classes of the ABI, as far as they differ in what is done.
enum class ValueClass : uint8_t {
  None,  // padding
  Integer,
  Vector,
  X87,
  Memory,
  Unknown,  // what the debug information tells of it does not say
};

struct ValueClasses {
  bool by_reference = false;  // a pointer to the caller's copy is passed
  uint64_t size = 0;
  uint64_t alignment = 8;
  bool is_one_vector = false;  // 16 bytes in one register
  std::array<ValueClass, 2> words{};

  bool is(ValueClass wanted) const { return words[0] == wanted || words[1] == wanted; }
  void set_all(ValueClass wanted) { words.fill(wanted); }
};

// A value that is larger than two eightbytes, or lies across its natural places, is all Memory; one of which a part is
// not known is all Unknown.
ValueClasses classes_of(DwarfTypes& types, std::optional<Dwarf_Die> type);

}  // namespace uproar
