#include "binary/dwarf/dwarf_convention.h"

#include <algorithm>
#include <array>
#include <string>

#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr uint32_t kStackPointer = 7;
constexpr uint32_t kFirstVector = 17;
constexpr std::array<uint32_t, 6> kSystemVRegisters = {5, 4, 1, 2, 8, 9};  // rdi, rsi, rdx, rcx, r8, r9
constexpr uint32_t kSystemVVectors = 8;
constexpr std::array<uint32_t, 4> kWindowsRegisters = {2, 1, 8, 9};  // rcx, rdx, r8, r9
constexpr int kMaxDepth = 16;
constexpr int kMaxFields = 64;
// What LLVM adds to DW_AT_calling_convention.
constexpr uint64_t kToldSystemV = 0xc2;
constexpr uint64_t kToldWindows = 0xc1;
constexpr uint64_t kPassByReference = 4;   // DW_CC_pass_by_reference
constexpr uint64_t kPassByValue = 5;       // DW_CC_pass_by_value
constexpr uint64_t kDefaultedInClass = 1;  // DW_DEFAULTED_in_class

// How a value travels. The classes of the ABI, as far as they differ in what is done.
enum class Class : uint8_t { None, Integer, Vector, X87, Memory, Unknown };

Class merged(Class a, Class b) {
  if (a == b || b == Class::None) return a;
  if (a == Class::None) return b;
  if ((a == Class::X87 || b == Class::X87) && a != Class::Unknown && b != Class::Unknown)
    return Class::Memory;
  for (Class stronger : {Class::Unknown, Class::Memory, Class::Integer, Class::Vector}) {
    if (a == stronger || b == stronger) return stronger;
  }
  return Class::None;
}

struct Way {
  bool by_reference = false;  // a pointer to the caller's copy is passed
  uint64_t size = 0;
  uint64_t alignment = 8;
  bool is_one_vector = false;  // 16 bytes in one register
  std::array<Class, 2> words{};

  bool is(Class wanted) const { return words[0] == wanted || words[1] == wanted; }
  void set_all(Class wanted) { words.fill(wanted); }
};

bool is_struct_tag(int tag) {
  return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

bool may_be_of_cxx(Dwarf_Die& die) {
  Dwarf_Die unit;
  return !dwarf_diecu(&die, &unit, nullptr, nullptr) || may_have_cxx_classes(dwarf_srclang(&unit));
}

class Classifier {
 public:
  explicit Classifier(DwarfTypes& types) : types_(types) {}

  Way way_of(std::optional<Dwarf_Die> type) {
    Way way;
    fields_ = 0;
    auto whole = types_.complete(type);
    if (!whole) {
      way.set_all(Class::Unknown);
      return way;
    }
    way.alignment = 8;
    if (is_struct_tag(dwarf_tag(&*whole)) && is_by_reference(*whole, way)) {
      way.by_reference = true;
      way.size = 8;
      way.words = {Class::Integer, Class::None};
      return way;
    }
    way.size = types_.size(whole).value_or(dwarf_tag(&*whole) == DW_TAG_unspecified_type ? 8 : 0);
    add(*whole, 0, 0, way);
    // Beyond two words only vectors travel in registers, which depends on what the processor was said to have.
    const bool is_large = way.size > 16 && !way.is(Class::Unknown);
    const bool is_complex = dwarf_tag(&*whole) == DW_TAG_base_type && way.is(Class::X87);
    if (is_large && !is_complex) way.set_all(Class::Memory);
    if (way.is(Class::Memory) && !way.is(Class::Unknown)) way.set_all(Class::Memory);
    if (way.is(Class::Unknown)) way.set_all(Class::Unknown);
    return way;
  }

 private:
  bool is_by_reference(Dwarf_Die& type, Way& way) {
    const auto told = unsigned_of(type, DW_AT_calling_convention);
    if (told == kPassByReference) return true;
    if (told == kPassByValue || !may_be_of_cxx(type)) return false;
    const std::optional<bool> found = copies_itself(type, 0);
    if (!found) way.set_all(Class::Unknown);
    return found.value_or(false);
  }

  // Where the compiler does not tell: whether a class, or something in it, has a copy constructor or destructor of
  // its own or a virtual part, so that only its own code may copy it. Nothing: a part is not described.
  std::optional<bool> copies_itself(Dwarf_Die& type, int depth) {
    if (depth > kMaxDepth || ++fields_ > kMaxFields) return std::nullopt;
    for (DieChildren child(type); child; child.next()) {
      const int tag = child.tag();
      if (tag == DW_TAG_subprogram && is_own_copy(*child, type)) return true;
      if (tag == DW_TAG_inheritance && has_attribute(*child, DW_AT_virtuality)) return true;
      if (tag != DW_TAG_member && tag != DW_TAG_inheritance) continue;
      if (flag_of(*child, DW_AT_external) || flag_of(*child, DW_AT_declaration)) continue;  // a static one
      auto part = types_.complete(types_.type_of(*child));
      while (part && dwarf_tag(&*part) == DW_TAG_array_type) part = types_.complete(types_.type_of(*part));
      if (!part || flag_of(*part, DW_AT_declaration)) return std::nullopt;
      if (!is_struct_tag(dwarf_tag(&*part))) continue;
      if (auto inner = copies_itself(*part, depth + 1); !inner || *inner) return inner;
    }
    return false;
  }

  bool is_own_copy(Dwarf_Die& function, Dwarf_Die& type) {
    if (unsigned_of(function, DW_AT_virtuality).value_or(0) != 0) return true;
    // = default where it is declared, or made by the compiler: as its parts are.
    if (flag_of(function, DW_AT_artificial) || unsigned_of(function, DW_AT_defaulted) == kDefaultedInClass)
      return false;
    const std::string name = name_of(function);
    if (!name.empty() && name[0] == '~') return true;
    const std::string own = name_of(type);
    if (name.empty() || own.substr(0, own.find('<')) != name.substr(0, name.find('<'))) return false;
    DieChildren parameter(function);  // the object
    if (!parameter) return false;
    parameter.next();
    auto from = parameter ? types_.peel(types_.type_of(*parameter)) : std::nullopt;
    if (!from || !types_.is_reference(*from)) return false;
    auto copied = types_.complete(types_.type_of(*from));
    return copied && (same_die(*copied, type) || name_of(*copied) == own);
  }

  void mark(Way& way, uint64_t offset, uint64_t size, Class mark) {
    for (uint64_t word = offset / 8; word < 2 && word * 8 < offset + size; ++word)
      way.words[word] = merged(way.words[word], mark);
  }

  // Counts in the object of `type` at `offset`.
  void add(Dwarf_Die& type, uint64_t offset, int depth, Way& way) {
    if (depth > kMaxDepth || ++fields_ > kMaxFields) return way.set_all(Class::Unknown);
    const uint64_t size = types_.size(type).value_or(0);
    if (auto alignment = unsigned_of(type, DW_AT_alignment))
      way.alignment = std::max(way.alignment, *alignment);
    switch (dwarf_tag(&type)) {
      case DW_TAG_base_type:
        return add_base(type, offset, size, way);
      case DW_TAG_pointer_type:
      case DW_TAG_reference_type:
      case DW_TAG_rvalue_reference_type:
      case DW_TAG_unspecified_type:
        return mark(way, offset, 8, Class::Integer);
      case DW_TAG_enumeration_type:
        return mark(way, offset, size, Class::Integer);
      case DW_TAG_ptr_to_member_type: {
        auto target = types_.peel(types_.type_of(type));
        const bool is_function = target && dwarf_tag(&*target) == DW_TAG_subroutine_type;
        if (depth == 0) way.size = is_function ? 16 : 8;
        return mark(way, offset, is_function ? 16 : 8, Class::Integer);
      }
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_union_type:
        return add_members(type, offset, depth, way);
      case DW_TAG_array_type:
        return add_array(type, offset, size, depth, way);
      default:
        return way.set_all(Class::Unknown);
    }
  }

  void add_base(Dwarf_Die& type, uint64_t offset, uint64_t size, Way& way) {
    const uint64_t encoding = unsigned_of(type, DW_AT_encoding).value_or(0);
    const bool is_16 = size == 16;
    const uint64_t unit = encoding == DW_ATE_complex_float ? size / 2 : std::min<uint64_t>(size, 16);
    if (unit != 0 && (unit & (unit - 1)) == 0 && offset % unit != 0) return way.set_all(Class::Memory);
    if (is_16 && encoding != DW_ATE_complex_float) way.alignment = std::max<uint64_t>(way.alignment, 16);
    switch (encoding) {
      case DW_ATE_float:
        if (is_16 && name_of(type).find("128") == std::string::npos)
          return mark(way, offset, size, Class::X87);
        way.is_one_vector = way.is_one_vector || is_16;
        return mark(way, offset, size, size > 16 ? Class::Unknown : Class::Vector);
      case DW_ATE_complex_float:
        return mark(way, offset, size, size > 16 ? Class::X87 : Class::Vector);
      case DW_ATE_decimal_float:
        way.is_one_vector = way.is_one_vector || is_16;
        return mark(way, offset, size, Class::Vector);
      case DW_ATE_boolean:
      case DW_ATE_signed:
      case DW_ATE_unsigned:
      case DW_ATE_signed_char:
      case DW_ATE_unsigned_char:
      case DW_ATE_UTF:
      case DW_ATE_address:
        return mark(way, offset, size, size > 16 ? Class::Memory : Class::Integer);
      default:
        return way.set_all(Class::Unknown);
    }
  }

  void add_members(Dwarf_Die& type, uint64_t offset, int depth, Way& way) {
    for (DieChildren child(type); child; child.next()) {
      const int tag = child.tag();
      if (tag != DW_TAG_member && tag != DW_TAG_inheritance) continue;
      if (flag_of(*child, DW_AT_external) || flag_of(*child, DW_AT_declaration)) continue;  // a static one
      auto member = types_.complete(types_.type_of(*child));
      if (!member) return way.set_all(Class::Unknown);
      const uint64_t inside = unsigned_of(*child, DW_AT_data_member_location).value_or(0);
      if (auto bits = unsigned_of(*child, DW_AT_bit_size)) {
        const uint64_t from = unsigned_of(*child, DW_AT_data_bit_offset).value_or(inside * 8);
        mark(way, offset + from / 8, std::max<uint64_t>((from % 8 + *bits + 7) / 8, 1), Class::Integer);
        continue;
      }
      add(*member, offset + inside, depth + 1, way);
    }
  }

  void add_array(Dwarf_Die& type, uint64_t offset, uint64_t size, int depth, Way& way) {
    if (flag_of(type, DW_AT_GNU_vector)) {
      if (size > 16) return way.set_all(Class::Unknown);
      if (size == 16) {
        way.is_one_vector = true;
        way.alignment = std::max<uint64_t>(way.alignment, 16);
      }
      return mark(way, offset, size, Class::Vector);
    }
    auto array = types_.array(type, 0);
    const auto count = types_.total_count(type, 0);
    auto element = array ? types_.complete(array->element) : std::nullopt;
    if (!element || !count) return way.set_all(Class::Unknown);
    const uint64_t stride = types_.size(element).value_or(0);
    if (size > 16 || stride == 0) return;  // in memory, whatever it is of; or empty
    for (uint64_t i = 0; i < *count; ++i) add(*element, offset + i * stride, depth + 1, way);
  }

  DwarfTypes& types_;
  int fields_ = 0;
};

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

  Location next(const Way& way) {
    if (way.is(Class::Memory) || way.is(Class::X87)) return in_memory(way);
    if (way.words[0] == Class::None && way.words[1] == Class::None) return Location::unavailable("is empty");
    uint32_t integers = 0, vectors = 0;
    for (size_t i = 0; i < 2; ++i) {
      if (way.words[i] == Class::Integer) ++integers;
      if (way.words[i] == Class::Vector && !(i == 1 && way.is_one_vector)) ++vectors;
    }
    if (integers_ + integers > kSystemVRegisters.size() || vectors_ + vectors > kSystemVVectors)
      return in_memory(way);
    std::vector<LocationPiece> pieces;
    for (size_t i = 0; i < 2; ++i) {
      if (way.words[i] == Class::None || (i == 1 && way.is_one_vector)) continue;
      const uint64_t size = way.is_one_vector ? way.size : std::min<uint64_t>(8, way.size - i * 8);
      const bool is_integer = way.words[i] == Class::Integer;
      const uint32_t number = is_integer ? kSystemVRegisters[integers_++] : kFirstVector + vectors_++;
      pieces.push_back({Location::in_register(number), size});
    }
    Location found = joined(std::move(pieces));
    return way.by_reference ? pointed_at_by(found) : found;
  }

 private:
  Location in_memory(const Way& way) {
    stack_ = rounded(stack_, std::max<uint64_t>(8, way.alignment));
    const Location found = on_stack(static_cast<int64_t>(8 + stack_));
    stack_ += rounded(way.size, 8);
    return way.by_reference ? pointed_at_by(found) : found;
  }

  uint32_t integers_ = 0;
  uint32_t vectors_ = 0;
  uint64_t stack_ = 0;  // behind the return address
};

bool fits_windows_register(const Way& way) {
  return way.size == 1 || way.size == 2 || way.size == 4 || way.size == 8;
}

Location windows_position(uint32_t position, const Way& way, bool is_floating) {
  const Location found =
      position >= kWindowsRegisters.size()
          ? on_stack(8 + int64_t{8} * position)
          : Location::in_register(is_floating ? kFirstVector + position : kWindowsRegisters[position]);
  return way.by_reference || !fits_windows_register(way) ? pointed_at_by(found) : found;
}

// A float is passed as a double to a function that was defined without a prototype.
bool is_promoted(Dwarf_Die& function, const Way& way) {
  return !flag_of(function, DW_AT_prototyped) && !may_be_of_cxx(function) && way.words[0] == Class::Vector &&
         way.size < 8;
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
  Classifier classifier(types);
  Way result;
  Dwarf_Die origin = declaration_of(function);
  auto returned = types.type_of(function);
  if (!returned) returned = types.type_of(origin);
  bool is_simple = true;  // of Windows: a struct is in a register only if it fits
  if (returned) {
    result = classifier.way_of(returned);
    auto whole = types.complete(returned);
    is_simple = !whole || !is_struct_tag(dwarf_tag(&*whole));
  }
  const bool is_windows = convention == CallingConvention::Windows;
  std::vector<PassedParameter> found;
  if (returned && result.is(Class::Unknown)) return found;
  // Numbers of the x87 come back in its registers.
  const bool in_memory = result.by_reference || result.is(Class::Memory);
  const bool by_windows = result.by_reference || (is_simple ? result.size > 8 && !result.is(Class::Integer)
                                                            : !fits_windows_register(result));
  SystemV system_v(returned && in_memory);
  uint32_t position = is_windows && returned && by_windows ? 1 : 0;
  bool is_known = true;
  for (DieChildren child(function); child; child.next()) {
    if (child.tag() != DW_TAG_formal_parameter) continue;
    PassedParameter passed;
    passed.die = *child;
    const Way way = classifier.way_of(types.type_of(*child));
    if (way.is(Class::Unknown)) is_known = false;
    if (!is_known) {
      passed.location = Location::unavailable("is of a type whose way is not known");
    } else if (is_windows) {
      passed.is_floating = way.words[0] == Class::Vector && way.size <= 8 && !way.is_one_vector;
      passed.position = position++;
      passed.location = windows_position(passed.position, way, passed.is_floating);
    } else {
      passed.location = system_v.next(way);
    }
    if (is_promoted(origin, way)) passed.location = Location::unavailable("was passed as a double");
    found.push_back(std::move(passed));
  }
  return found;
}

}  // namespace uproar
