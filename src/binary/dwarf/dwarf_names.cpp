#include "binary/dwarf/dwarf_names.h"

#include <algorithm>

namespace uproar {
namespace {

std::string without_blanks(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != ' '; });
  return out;
}

// Without <…>; operators whose names have such signs are left alone.
std::string without_templates(std::string_view text) {
  if (text.find("operator") != std::string_view::npos) return std::string(text);
  std::string out;
  int depth = 0;
  for (char c : text) {
    if (c == '<') ++depth;
    if (depth == 0) out += c;
    if (c == '>' && depth > 0) --depth;
  }
  return out;
}

// Whether `name` is `whole` from the beginning of one of its parts on.
bool ends_in(std::string_view whole, std::string_view name) {
  if (name.empty() || whole.size() < name.size()) return false;
  const size_t at = whole.size() - name.size();
  if (whole.substr(at) != name) return false;
  if (at == 0) return true;
  const char before = whole[at - 1];
  return before == '.' || before == '/' || (before == ':' && at >= 2 && whole[at - 2] == ':');
}

// Where the parameters of a name begin; npos if it has none.
size_t parameters_of(std::string_view name) {
  const size_t end = name.rfind(')');
  if (end == std::string_view::npos) return std::string_view::npos;
  int depth = 0;
  for (size_t i = end + 1; i-- > 0;) {
    if (name[i] == ')') ++depth;
    if (name[i] == '(' && --depth == 0) {
      const std::string_view before = name.substr(0, i);
      const bool is_name =
          before.empty() || before.substr(before.size() - 1) == ":" || ends_in(before, "operator");
      return is_name ? std::string_view::npos : i;
    }
  }
  return std::string_view::npos;
}

// Not further than shows that it is longer than `most`.
std::string parameter_types(Dwarf_Die function, DwarfTypes& types, size_t most) {
  std::string text = "(";
  Dwarf_Die declared = origin_of(function);
  for (DieChildren child(declared); child && text.size() <= most; child.next()) {
    if (child.tag() != DW_TAG_formal_parameter || flag_of(*child, DW_AT_artificial)) continue;
    if (text.size() > 1) text += ',';
    text += without_blanks(types.name(types.type_of(*child)));
  }
  return text + ")";
}

}  // namespace

bool means(std::string_view wanted, Dwarf_Die& function, DwarfTypes& types) {
  if (wanted.empty()) return false;
  if (wanted == linkage_name_of(function)) return true;
  const size_t parameters = parameters_of(wanted);
  const std::string name = without_blanks(wanted.substr(0, parameters));
  const std::string qualified = without_blanks(types.units().qualified_name(function));
  if (!ends_in(qualified, name) && !ends_in(without_templates(qualified), name)) return false;
  if (parameters == std::string_view::npos) return true;
  const std::string given = without_blanks(wanted.substr(parameters, wanted.rfind(')') + 1 - parameters));
  return given == parameter_types(function, types, given.size());
}

std::string plain_name(std::string_view name) {
  std::string_view left = name.substr(0, parameters_of(name));
  const size_t operator_at = left.rfind("operator");
  if (operator_at != std::string_view::npos) return std::string(left.substr(operator_at));
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i] == '<') ++depth;
    if (left[i] == '>' && depth > 0) --depth;
    if (depth == 0 && left[i] == ':' && i + 1 < left.size() && left[i + 1] == ':') begin = i + 2;
  }
  left = left.substr(begin);
  const size_t arguments = left.find('<');
  return std::string(arguments == 0 ? left : left.substr(0, arguments));
}

}  // namespace uproar
