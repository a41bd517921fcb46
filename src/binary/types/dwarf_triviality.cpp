#include "binary/types/dwarf_triviality.h"

#include <string>

#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr int kMaxDepth = 16;
constexpr int kMaxParts = 1000;
constexpr uint64_t kDefaultedInClass = 1;  // DW_DEFAULTED_in_class

std::string without_arguments(const std::string& name) {
  return name.substr(0, name.find('<'));
}

class Triviality {
 public:
  explicit Triviality(DwarfTypes& types) : types_(types) {}

  std::optional<bool> of(Dwarf_Die& type, int depth = 0) {
    if (depth > kMaxDepth || ++parts_ > kMaxParts) return std::nullopt;
    if (!types_.is_struct(type)) return true;
    const auto told = unsigned_of(type, DW_AT_calling_convention);
    if (told == uint64_t{DW_CC_pass_by_reference}) return false;
    if (told == uint64_t{DW_CC_pass_by_value}) return true;
    if (flag_of(type, DW_AT_declaration)) return std::nullopt;
    int copies = 0;  // constructors that copy or move, deleted ones too
    int deleted = 0;
    for (DieChildren child(type); child; child.next()) {
      switch (child.tag()) {
        case DW_TAG_subprogram: {
          if (unsigned_of(*child, DW_AT_virtuality).value_or(0) != 0) return false;
          const bool is_copy = is_copy_constructor(*child, type);
          const bool is_deleted = flag_of(*child, DW_AT_deleted);
          if ((is_copy || name_of(*child).starts_with('~')) && !is_deleted && !is_as_the_members(*child))
            return false;
          copies += is_copy ? 1 : 0;
          deleted += is_copy && is_deleted ? 1 : 0;
          break;
        }
        case DW_TAG_inheritance:
        case DW_TAG_member: {
          if (has_attribute(*child, DW_AT_virtuality)) return false;
          if (flag_of(*child, DW_AT_external) || flag_of(*child, DW_AT_declaration)) break;  // a static one
          auto part = types_.complete(types_.type_of(*child));
          while (part && dwarf_tag(&*part) == DW_TAG_array_type)
            part = types_.complete(types_.type_of(*part));
          if (!part) return std::nullopt;
          if (auto inner = of(*part, depth + 1); !inner || !*inner) return inner;
          break;
        }
        default:
          break;
      }
    }
    return copies == 0 || deleted < copies;
  }

 private:
  // = default where it is declared, or made by the compiler.
  static bool is_as_the_members(Dwarf_Die& function) {
    return flag_of(function, DW_AT_artificial) || unsigned_of(function, DW_AT_defaulted) == kDefaultedInClass;
  }

  // One parameter beside the object: a reference to an object of the class.
  bool is_copy_constructor(Dwarf_Die& function, Dwarf_Die& type) {
    const std::string own = name_of(type);
    if (own.empty() || without_arguments(name_of(function)) != without_arguments(own)) return false;
    int parameters = 0;
    bool found = false;
    for (DieChildren child(function); child; child.next()) {
      if (child.tag() != DW_TAG_formal_parameter || flag_of(*child, DW_AT_artificial)) continue;
      if (++parameters > 1) return false;
      auto reference = types_.peel(types_.type_of(*child));
      if (!reference || !types_.is_reference(*reference)) return false;
      auto target = types_.complete(types_.type_of(*reference));
      found = target && (same_die(*target, type) || name_of(*target) == own);
    }
    return found;
  }

  DwarfTypes& types_;
  int parts_ = 0;
};

}  // namespace

std::optional<bool> is_trivial_for_calls(DwarfTypes& types, Dwarf_Die& type) {
  Dwarf_Die whole = type;
  for (int i = 0; i < kMaxDepth && dwarf_tag(&whole) == DW_TAG_array_type; ++i) {
    auto element = types.complete(reference_of(whole, DW_AT_type));
    if (!element) return std::nullopt;
    whole = *element;
  }
  if (!types.is_struct(whole)) return true;
  Dwarf_Die unit;
  if (dwarf_diecu(&whole, &unit, nullptr, nullptr) && !may_have_cxx_classes(dwarf_srclang(&unit)))
    return true;
  return Triviality(types).of(whole);
}

}  // namespace uproar
