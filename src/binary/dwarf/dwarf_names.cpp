#include "binary/dwarf/dwarf_names.h"

#include <algorithm>

#include "base/letters.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/source_names.h"
#include "binary/units/dwarf_language.h"

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

// How `name` is the end of `whole`, which begins with one of its parts.
NameFit fit_end(std::string_view whole, std::string_view name) {
  if (name.empty() || !whole.ends_with(name)) return NameFit::None;
  const size_t at = whole.size() - name.size();
  if (at == 0) return NameFit::Whole;
  const char before = whole[at - 1];
  const bool begins = before == '.' || before == '/' || (before == ':' && at >= 2 && whole[at - 2] == ':');
  return begins ? NameFit::Scoped : NameFit::None;
}

// Where the parameters of a name begin; npos if it has none. Behind them stands at most a qualifier: the
// brackets of Go's main.(*T).Move and of (anonymous namespace)::f are none.
size_t parameters_of(std::string_view name) {
  const size_t end = name.rfind(')');
  if (end == std::string_view::npos) return std::string_view::npos;
  if (name.find_first_of(".:", end) != std::string_view::npos) return std::string_view::npos;
  int depth = 0;
  for (size_t i = end + 1; i-- > 0;) {
    if (name[i] == ')') ++depth;
    if (name[i] == '(' && --depth == 0) {
      const std::string_view before = name.substr(0, i);
      const bool is_name = before.empty() || before.ends_with(':') || before.ends_with('.') ||
                           fit_end(before, "operator") != NameFit::None;
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

WantedDie::WantedDie(std::string_view wanted) : wanted_(wanted), by_symbol_(wanted) {
  const size_t parameters = parameters_of(wanted);
  name_ = without_blanks(wanted.substr(0, parameters));
  if (name_.starts_with("::")) name_.erase(0, 2);
  if (parameters != std::string_view::npos)
    parameters_ = without_blanks(wanted.substr(parameters, wanted.rfind(')') + 1 - parameters));
}

NameFit WantedDie::fit(Dwarf_Die& die, DwarfTypes& types) {
  if (wanted_.empty()) return NameFit::None;
  const std::string linkage_name = linkage_name_of(die);
  if (wanted_ == linkage_name) return NameFit::Whole;
  // const and && behind the parameters: only the mangled name tells them.
  if (parameters_ && !wanted_.ends_with(')') && looks_mangled(linkage_name)) return fit_mangled(linkage_name);
  NameFit fit = fit_name(die, types.units());
  if (fit != NameFit::None && parameters_ && *parameters_ != parameter_types(die, types, parameters_->size()))
    fit = NameFit::None;
  return fit == NameFit::Whole ? fit : std::max(fit, fit_mangled(linkage_name));
}

NameFit WantedDie::fit_name(Dwarf_Die& die, DwarfUnits& units) const {
  const DwarfUnit* unit = units.of(die);
  const bool any_case = unit && ignores_case(unit->language);
  const std::string wanted = any_case ? lower_case(name_) : name_;
  NameFit best = NameFit::None;
  std::string before;
  for (ScopesShown shown : {ScopesShown::All, ScopesShown::Named, ScopesShown::Written}) {
    std::string qualified = without_blanks(units.qualified_name(die, shown));
    if (qualified == before) continue;
    if (any_case) qualified = lower_case(qualified);
    best = std::max({best, fit_end(qualified, wanted), fit_end(without_templates(qualified), wanted)});
    if (best == NameFit::Whole) break;
    before = std::move(qualified);
  }
  return best;
}

// Names that DWARF splits otherwise than the source, such as Rust's methods (app::{impl#0}::run).
NameFit WantedDie::fit_mangled(const std::string& linkage_name) {
  if (!looks_mangled(linkage_name)) return NameFit::None;
  switch (by_symbol_.match(linkage_name)) {
    case NameMatch::Raw:
    case NameMatch::Full:
    case NameMatch::Name:
    case NameMatch::Unspelled:
      return NameFit::Whole;
    case NameMatch::Scoped:
      return NameFit::Scoped;
    default:
      return NameFit::None;
  }
}

bool means(std::string_view wanted, Dwarf_Die& function, DwarfTypes& types) {
  return WantedDie(wanted).fit(function, types) != NameFit::None;
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
