// DwarfTypes: types as the language writes them.
#include <fmt/format.h>

#include <string_view>

#include "binary/types/dwarf_types.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr int kMaxTypeDepth = 32;

std::string star(std::string pointee, const char* mark) {
  const bool together = !pointee.empty() && (pointee.back() == '*' || pointee.back() == '&');
  return pointee + (together ? "" : " ") + mark;
}

// int *[2], int [2]
std::string with_dimensions(std::string element, const std::string& dimensions) {
  return star(std::move(element), "") + dimensions;
}

// Go 1.18 to 1.20 count the type parameters: int_0.
std::string of_shape(std::string name) {
  const size_t end = name.find_last_not_of("0123456789");
  if (end != std::string::npos && end > 0 && end + 1 < name.size() && name[end] == '_') name.resize(end);
  return name;
}

}  // namespace

std::string DwarfTypes::name(std::optional<Dwarf_Die> type) {
  return name_at(type, 0);
}

std::string DwarfTypes::name_at(std::optional<Dwarf_Die> type, int depth) {
  if (!type) return "void";
  if (depth > kMaxTypeDepth) return "…";
  const int tag = dwarf_tag(&*type);
  std::string own = name_of(*type);
  auto inner = [&] { return name_at(reference_of(*type, DW_AT_type), depth + 1); };
  auto dimensions = [this](Dwarf_Die& array) {
    std::string text;
    for (Dwarf_Die& each : subranges(array)) {
      const auto count = constant_bounds(each, language(array)).count;
      text += count ? fmt::format("[{}]", *count) : "[]";
    }
    return text;
  };
  auto pointing = [&](const char* mark) {
    auto target = reference_of(*type, DW_AT_type);
    if (!target || dwarf_tag(&*target) != DW_TAG_array_type || !name_of(*target).empty())
      return star(inner(), mark);
    std::string element = name_at(reference_of(*target, DW_AT_type), depth + 2);
    return fmt::format("{} ({}){}", element, mark, dimensions(*target));  // int (*)[2]
  };
  switch (tag) {
    case DW_TAG_pointer_type:
      return own.empty() ? pointing("*") : own;
    case DW_TAG_reference_type:
      return pointing("&");
    case DW_TAG_rvalue_reference_type:
      return pointing("&&");
    case DW_TAG_const_type:
    case DW_TAG_volatile_type: {
      const std::string word = tag == DW_TAG_const_type ? "const" : "volatile";
      std::string target = inner();
      const bool behind = !target.empty() && (target.back() == '*' || target.back() == '&');
      return behind ? target + word : word + " " + target;
    }
    case DW_TAG_restrict_type:
      return inner() + " restrict";
    case DW_TAG_atomic_type:
      return "_Atomic " + inner();
    case DW_TAG_array_type:
      return own.empty() ? with_dimensions(inner(), dimensions(*type)) : own;
    case DW_TAG_string_type: {
      if (!own.empty()) return own;
      const auto bytes = unsigned_of(*type, DW_AT_byte_size);
      return bytes ? fmt::format("character(len={})", *bytes) : "character(len=*)";
    }
    case DW_TAG_subroutine_type:
      return own.empty() ? inner() + " (…)" : own;
    case DW_TAG_ptr_to_member_type:
      return inner() + " ::*";
    default:
      break;
  }
  // Go calls the type parameters of a generic function so, and what they stand for go.shape.int.
  if (tag == DW_TAG_typedef && own.rfind(".param", 0) == 0) return inner();
  constexpr std::string_view kShape = "go.shape.";
  if (own.rfind(kShape, 0) == 0) return of_shape(own.substr(kShape.size()));
  const DwarfUnit* unit = units_.of(*type);
  const char* keyword = "";
  if (unit && is_c(unit->language)) {
    if (tag == DW_TAG_structure_type) keyword = "struct ";
    if (tag == DW_TAG_union_type) keyword = "union ";
    if (tag == DW_TAG_enumeration_type) keyword = "enum ";
  }
  if (own.empty()) return std::string(keyword) + "(unnamed)";
  return keyword + (tag == DW_TAG_base_type ? own : units_.qualified_name(*type));
}

}  // namespace uproar
