#include "binary/dwarf/dwarf_result.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "binary/dwarf/value_classes.h"
#include "binary/types/dwarf_triviality.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr int kDeepest = 16;
constexpr size_t kMostScalars = 64;
constexpr uint64_t kWord = 8;
constexpr uint64_t kLargestInRegisters = 64;  // bytes, on x86-64: the widest vector

// DWARF's numbers: x86-64 psABI figure 3.36, i386 psABI table 2.14, DWARF for the Arm 64-bit architecture 4.1.
constexpr std::array<uint32_t, 2> kX86Integers = {0, 1};  // rax, rdx
constexpr std::array<uint32_t, 2> kX86Vectors = {17, 18};
constexpr uint32_t kX87 = 33;
constexpr uint32_t kI386X87 = 11;
constexpr uint32_t kArmVector = 64;
// Go: src/cmd/compile/abi-internal.md: rax rbx rcx rdi rsi r8 r9 r10 r11; x0 to x15.
constexpr std::array<uint32_t, 9> kGoX86 = {0, 3, 2, 5, 4, 8, 9, 10, 11};
constexpr uint32_t kGoArmRegisters = 16;

constexpr const char* kNotTold = "is returned in a way that the debug information does not tell";

// A number in a value: what stands in a register as a whole.
struct Scalar {
  enum class Kind : uint8_t { Integer, Float, LongDouble, Vector };
  Kind kind = Kind::Integer;
  uint64_t offset = 0;
  uint64_t size = 0;
};

// The numbers of a value, in the order of the source. False: there is something in it that is not known, or far
// too many of them.
class Scalars {
 public:
  explicit Scalars(DwarfTypes& types) : types_(types) {}

  bool add(std::optional<Dwarf_Die> written, uint64_t offset, int depth = 0) {
    auto type = types_.complete(written);
    const auto size = types_.size(type);
    if (!type || !size || depth > kDeepest) return false;
    switch (dwarf_tag(&*type)) {
      case DW_TAG_base_type:
        return add_number(*type, offset, *size);
      case DW_TAG_array_type:
        return add_array(*type, offset, *size, depth);
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_union_type:
        return add_struct(*type, offset, depth);
      case DW_TAG_ptr_to_member_type:  // of a function: two words
      case DW_TAG_pointer_type:
      case DW_TAG_reference_type:
      case DW_TAG_rvalue_reference_type:
      case DW_TAG_enumeration_type:
      case DW_TAG_subrange_type:
      case DW_TAG_unspecified_type:
        return add_words(offset, *size);
      default:
        return false;
    }
  }

  const std::vector<Scalar>& all() const { return all_; }
  bool has_arrays() const { return has_arrays_; }

 private:
  bool take(Scalar scalar) {
    all_.push_back(scalar);
    return all_.size() <= kMostScalars;
  }
  bool add_words(uint64_t offset, uint64_t size) {
    for (uint64_t at = 0; at < size; at += kWord) {
      if (!take({Scalar::Kind::Integer, offset + at, std::min(kWord, size - at)})) return false;
    }
    return true;
  }
  bool add_number(Dwarf_Die& type, uint64_t offset, uint64_t size) {
    switch (unsigned_of(type, DW_AT_encoding).value_or(0)) {
      case DW_ATE_float:
      case DW_ATE_imaginary_float:
        return take({size > kWord ? Scalar::Kind::LongDouble : Scalar::Kind::Float, offset, size});
      case DW_ATE_complex_float:
        return take({size > 2 * kWord ? Scalar::Kind::LongDouble : Scalar::Kind::Float, offset, size / 2}) &&
               take({size > 2 * kWord ? Scalar::Kind::LongDouble : Scalar::Kind::Float, offset + size / 2,
                     size / 2});
      case DW_ATE_decimal_float:
        return take({Scalar::Kind::Float, offset, size});
      default:
        return add_words(offset, size);
    }
  }
  bool add_array(Dwarf_Die& type, uint64_t offset, uint64_t size, int depth) {
    if (flag_of(type, DW_AT_GNU_vector)) return take({Scalar::Kind::Vector, offset, size});
    has_arrays_ = true;
    auto array = types_.array(type, 0);
    if (!array) return false;
    const auto element = types_.size(array->element).value_or(0);
    if (element == 0) return size == 0;
    for (uint64_t at = 0; at < size; at += element) {
      if (!add(array->element, offset + at, depth + 1)) return false;
    }
    return true;
  }
  bool add_struct(Dwarf_Die& type, uint64_t offset, int depth) {
    if (has_attribute(type, DW_AT_declaration)) return false;
    for (const Member& member : types_.members(type)) {
      if (!member.is_reachable) return false;
      const uint64_t at = member.bit_size != 0 ? member.bit_offset / 8 : member.offset;
      if (member.bit_size != 0) {
        if (!take({Scalar::Kind::Integer, offset + at, 1})) return false;
        const uint64_t last = (member.bit_offset + member.bit_size - 1) / 8;
        if (last / kWord != at / kWord && !take({Scalar::Kind::Integer, offset + last, 1})) return false;
      } else if (!add(member.type, offset + at, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  DwarfTypes& types_;
  std::vector<Scalar> all_;
  bool has_arrays_ = false;
};

bool is_struct_or_array(DwarfTypes& types, Dwarf_Die& type) {
  return types.is_struct(type) || dwarf_tag(&type) == DW_TAG_array_type;
}

Location in_memory_at(uint32_t dwarf_register) {
  Location location;
  location.kind = Location::Kind::Memory;
  location.at.base = Symbolic::Base::Register;
  location.at.dwarf_register = dwarf_register;
  return location;
}

// x86-64 psABI 3.2.3: the registers of a class are taken in order, eightbyte by eightbyte.
Location system_v(DwarfTypes& types, Dwarf_Die& type, uint64_t size) {
  if (flag_of(type, DW_AT_GNU_vector)) return Location::in_register(kX86Vectors[0]);
  if (types.is_struct(type) && size > kLargestInRegisters) return in_memory_at(kX86Integers[0]);
  const ValueClasses value = classes_of(types, type);
  if (value.by_reference || value.is(ValueClass::Memory)) return in_memory_at(kX86Integers[0]);
  if (value.is(ValueClass::Unknown)) return Location::unavailable(kNotTold);
  if (value.is(ValueClass::X87)) return Location::in_register(kX87);
  if (value.is_one_vector) return Location::in_register(kX86Vectors[0]);
  std::vector<LocationPiece> pieces;
  size_t integers = 0;
  size_t vectors = 0;
  for (uint64_t begin = 0; begin < size; begin += kWord) {
    Location piece = Location::unavailable("is padding");
    switch (value.words[begin / kWord]) {
      case ValueClass::Integer:
        piece = Location::in_register(kX86Integers[integers++]);
        break;
      case ValueClass::Vector:
        piece = Location::in_register(kX86Vectors[vectors++]);
        break;
      default:
        break;
    }
    pieces.push_back({std::move(piece), std::min(kWord, size - begin)});
  }
  return pieces.empty() ? Location::unavailable("has no bytes") : joined(std::move(pieces));
}

Location i386(DwarfTypes& types, Dwarf_Die& type, const Scalars& scalars, uint64_t size) {
  if (is_struct_or_array(types, type)) return in_memory_at(kX86Integers[0]);
  if (!scalars.all().empty() && scalars.all().front().kind != Scalar::Kind::Integer)
    return Location::in_register(kI386X87);
  if (size <= 4) return Location::in_register(0);
  return Location::unavailable("is in two registers");
}

Location arm64(DwarfTypes& types, Dwarf_Die& type, const Scalars& scalars, uint64_t size) {
  const auto& all = scalars.all();
  const bool has_floats = std::any_of(all.begin(), all.end(),
                                      [](const Scalar& each) { return each.kind != Scalar::Kind::Integer; });
  const bool only_floats = std::all_of(all.begin(), all.end(),
                                       [](const Scalar& each) { return each.kind != Scalar::Kind::Integer; });
  if (only_floats && has_floats && all.size() <= 4) {
    if (!is_struct_or_array(types, type) && all.size() == 1) return Location::in_register(kArmVector);
    return Location::unavailable("is in vector registers, which the kernel's fetches cannot read");
  }
  if (size > 2 * kWord)
    return Location::unavailable("is where x8 pointed at the entry, which the function does not keep");
  std::vector<LocationPiece> pieces;
  for (uint64_t begin = 0; begin < size; begin += kWord)
    pieces.push_back(
        {Location::in_register(static_cast<uint32_t>(begin / kWord)), std::min(kWord, size - begin)});
  return pieces.empty() ? Location::unavailable("has no bytes") : joined(std::move(pieces));
}

// Each number in a register of its own, in the order of the source, with what is between them.
Location one_by_one(const Scalars& scalars, uint64_t size, std::span<const uint32_t> registers) {
  std::vector<Scalar> all = scalars.all();
  std::stable_sort(all.begin(), all.end(),
                   [](const Scalar& a, const Scalar& b) { return a.offset < b.offset; });
  std::vector<LocationPiece> pieces;
  uint64_t at = 0;
  size_t next = 0;
  for (const Scalar& each : all) {
    if (each.offset < at) return Location::unavailable(kNotTold);
    if (each.offset > at) pieces.push_back({Location::unavailable("is padding"), each.offset - at});
    Location piece = Location::unavailable("is in a vector register, which the kernel's fetches cannot read");
    if (each.kind == Scalar::Kind::Integer) {
      if (next == registers.size()) return Location::unavailable("is on the stack");
      piece = Location::in_register(registers[next++]);
    }
    pieces.push_back({std::move(piece), each.size});
    at = each.offset + each.size;
  }
  if (at < size) pieces.push_back({Location::unavailable("is padding"), size - at});
  return pieces.empty() ? Location::unavailable("has no bytes") : joined(std::move(pieces));
}

Location go(const Scalars& scalars, uint64_t size, uint16_t elf_machine) {
  if (scalars.has_arrays()) return Location::unavailable("is on the stack, as arrays of Go are");
  if (elf_machine == EM_X86_64) return one_by_one(scalars, size, kGoX86);
  std::array<uint32_t, kGoArmRegisters> registers{};
  for (uint32_t i = 0; i < kGoArmRegisters; ++i) registers[i] = i;
  return one_by_one(scalars, size, registers);
}

// rustc_target abi: a value of one or two numbers has them in registers of their own, anything larger than a word
// is where a hidden pointer says. Between the two, versions differ.
Location rust(DwarfTypes& types, Dwarf_Die& type, const Scalars& scalars, uint64_t size) {
  const auto& all = scalars.all();
  const bool one_or_two = !scalars.has_arrays() && (all.size() == 1 || all.size() == 2);
  if (size > 2 * kWord) return in_memory_at(kX86Integers[0]);
  if (!is_struct_or_array(types, type)) return system_v(types, type, size);
  if (all.size() == 2 && size <= kWord && !scalars.has_arrays()) {
    // extern "C" puts both into one.
    return Location::unavailable("is in one register or in two, which the debug information does not tell");
  }
  if (one_or_two) {
    // A float alone is in xmm0; beside another number it is, too, but that only tells where the other is not.
    if (all.size() == 1 && all[0].kind != Scalar::Kind::Integer) return Location::in_register(kX86Vectors[0]);
    return one_by_one(scalars, size, kX86Integers);
  }
  if (size <= kWord) return Location::in_register(kX86Integers[0]);
  return Location::unavailable(
      "is returned in registers or in memory, in which of them depends on the version of the compiler");
}

bool has_variants(Dwarf_Die& type) {
  for (DieChildren child(type); child; child.next()) {
    if (child.tag() == DW_TAG_variant_part) return true;
  }
  return false;
}

}  // namespace

Location result_location(DwarfTypes& types, std::optional<Dwarf_Die> type, const ResultRules& rules) {
  const auto [language, elf_machine, is_windows] = rules;
  auto whole = types.complete(type);
  const auto size = types.size(whole);
  Scalars scalars(types);
  if (!whole || !size || !scalars.add(whole, 0)) return Location::unavailable(kNotTold);
  const bool is_large = is_struct_or_array(types, *whole) && !flag_of(*whole, DW_AT_GNU_vector);
  if (language == DW_LANG_Go) return go(scalars, *size, elf_machine);
  if (language == DW_LANG_Rust) {
    if (elf_machine != EM_X86_64 && is_large) return Location::unavailable(kNotTold);
    // Which numbers an enum has depends on its variant: only one that is a single word is sure.
    if (is_large && has_variants(*whole) && *size <= 2 * kWord) {
      const bool is_word =
          *size <= kWord && std::all_of(scalars.all().begin(), scalars.all().end(), [&](auto& each) {
            return each.kind == Scalar::Kind::Integer && each.offset == 0 && each.size == *size;
          });
      return is_word ? Location::in_register(0) : Location::unavailable(kNotTold);
    }
    if (elf_machine == EM_X86_64) return rust(types, *whole, scalars, *size);
  } else if (is_large && !is_like_c(language)) {
    return Location::unavailable(kNotTold);
  }
  // Of one, two, four or eight bytes a struct is in the register, else where that points.
  if (is_windows && is_large)
    return *size <= kWord && (*size & (*size - 1)) == 0 ? Location::in_register(0) : in_memory_at(0);
  switch (elf_machine) {
    case EM_X86_64:
      return system_v(types, *whole, *size);
    case EM_386:
      return i386(types, *whole, scalars, *size);
    case EM_AARCH64:
      if (is_large && !is_trivial_for_calls(types, *whole).value_or(false))
        return Location::unavailable("is where x8 pointed at the entry, which the function does not keep");
      return arm64(types, *whole, scalars, *size);
    default:
      return Location::unavailable("is where the convention of this machine says, which is not known");
  }
}

}  // namespace uproar
