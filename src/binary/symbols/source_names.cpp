#include "binary/symbols/source_names.h"

#include <libiberty/demangle.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/letters.h"
#include "base/number.h"
#include "binary/symbols/name_spelling.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Without the types of parameters: WORK of WORK$LONGINT$SHORTSTRING.
string_view without_types(string_view part) {
  return part.substr(0, part.find('$', 1));
}

// UNIT$_$CLASS_$_ and UNIT$_$OUTER$LONGINT before _$$_, NAME$TYPE$TYPE$$RESULT behind it. A program is P$NAME.
SourceName pascal_name(string_view symbol) {
  constexpr string_view kJoint = "_$$_";
  constexpr string_view kScope = "$_$";
  const size_t joint = symbol.rfind(kJoint);
  if (joint == npos || joint == 0) return {};
  string_view scopes = symbol.substr(0, joint);
  string_view rest = symbol.substr(joint + kJoint.size());
  if (scopes.starts_with("P$")) scopes.remove_prefix(2);
  SourceName found;
  found.without_case = true;
  for (size_t at = 0; at <= scopes.size();) {
    const size_t end = std::min(scopes.find(kScope, at), scopes.size());
    string_view part = scopes.substr(at, end - at);
    if (part.ends_with("_$_")) part.remove_suffix(3);
    found.name += lower_case(without_types(part)) + ".";
    at = end + kScope.size();
  }
  const string_view name = without_types(rest);
  if (name.empty()) return {};
  found.name += lower_case(name);
  rest.remove_prefix(name.size());
  rest = rest.substr(0, rest.find("$$"));
  std::string parameters = lower_case(rest.substr(std::min<size_t>(rest.size(), 1)));
  std::replace(parameters.begin(), parameters.end(), '$', ',');
  found.parameters = "(" + parameters + ")";
  return found;
}

SourceName fortran_name(string_view symbol) {
  string_view module;
  string_view procedure;
  if (symbol.starts_with("__")) {
    const size_t joint = symbol.find("_MOD_", 2);
    if (joint == npos) return {};
    module = symbol.substr(2, joint - 2);
    procedure = symbol.substr(joint + 5);
  } else if (symbol.starts_with("_QM")) {
    // Names are in lower case, so that a capital begins the next part.
    const size_t joint = symbol.find_first_of("PF", 3);
    if (joint == npos) return {};
    module = symbol.substr(3, joint - 3);
    procedure = symbol.substr(joint + 1);
  }
  if (module.empty() || procedure.empty()) return {};
  return {lower_case(module) + "::" + lower_case(procedure), {}, true};
}

// References back (Q) may each double what is printed, so that only names with few of them are read.
SourceName d_name(string_view symbol) {
  constexpr size_t kLongest = 4096;
  constexpr ptrdiff_t kMostReferences = 12;
  if (symbol.size() < 4 || symbol.size() > kLongest || !symbol.starts_with("_D")) return {};
  if (!is_digit(symbol[2]) || std::count(symbol.begin(), symbol.end(), 'Q') > kMostReferences) return {};
  const std::string text(symbol);
  const std::unique_ptr<char, decltype(&std::free)> made(dlang_demangle(text.c_str(), 0), std::free);
  if (!made) return {};
  SourceName found{made.get(), {}, false};
  // most!(int).most is how a template's only member is printed.
  for (size_t at; (at = found.name.find("!(")) != std::string::npos;) {
    const size_t end = found.name.find(").", at);
    if (end == std::string::npos) break;
    found.name.erase(at, end + 2 - at);
    const size_t before = found.name.rfind('.', at - 1) + 1;
    const size_t length = at - before;
    if (found.name.compare(before, length, found.name, at, length) == 0) found.name.erase(at, length);
  }
  if (!found.name.ends_with(')')) return found;
  int depth = 0;
  for (size_t at = found.name.size(); at-- > 0;) {
    if (found.name[at] == ')') ++depth;
    if (found.name[at] != '(' || --depth > 0) continue;
    found.parameters = found.name.substr(at);
    found.name.resize(at);
    break;
  }
  return found;
}

}  // namespace

SourceName source_name(string_view symbol) {
  if (symbol.starts_with("_D")) return d_name(symbol);
  if (symbol.find("_$$_") != npos) return pascal_name(symbol);
  if (symbol.starts_with("__") || symbol.starts_with("_QM")) return fortran_name(symbol);
  return {};
}

std::string ada_symbol(string_view name) {
  std::string out;
  for (char c : lower_case(name)) out += c == '.' ? std::string("__") : std::string(1, c);
  return out;
}

bool is_ada_symbol(string_view symbol, string_view wanted) {
  if (symbol.starts_with("_ada_")) return symbol.substr(5) == wanted;
  if (!symbol.starts_with(wanted)) return false;
  string_view rest = symbol.substr(wanted.size());
  if (rest.starts_with("__")) {
    rest.remove_prefix(2);
    return all_digits(rest);
  }
  return rest.empty();
}

std::string go_name(string_view symbol) {
  std::string out;
  for (size_t at = 0; at < symbol.size(); ++at) {
    const auto byte = symbol[at] == '%' && at + 2 < symbol.size() ? parse_hex_digits(symbol.substr(at + 1, 2))
                                                                  : std::nullopt;
    if (!byte) {
      out += symbol[at];
      continue;
    }
    out += static_cast<char>(*byte);
    at += 2;
  }
  return out;
}

std::string go_package(string_view path) {
  size_t slash = path.rfind('/');
  string_view base = path.substr(slash == npos ? 0 : slash + 1);
  if (slash != npos && base.starts_with('v') && all_digits(base.substr(1))) {
    path = path.substr(0, slash);
    slash = path.rfind('/');
    base = path.substr(slash == npos ? 0 : slash + 1);
  }
  if (base.starts_with("go-")) base.remove_prefix(3);
  const auto ends = std::find_if_not(base.begin(), base.end(), is_identifier_byte);
  return {base.begin(), ends};
}

std::string short_go_name(string_view name) {
  // The path ends at the first '.' behind its last '/', unless that is a version's: yaml.v3.Do. A '/' behind a
  // bracket belongs to a type.
  const size_t brackets = std::min(name.find_first_of("[("), name.size());
  const size_t slash = name.substr(0, brackets).rfind('/');
  const size_t base = slash == npos ? 0 : slash + 1;
  size_t dot = name.find('.', base);
  if (dot == npos) return {};
  string_view rest = name.substr(dot + 1);
  const size_t next = rest.find('.');
  const string_view word = rest.substr(0, next);
  if (next != npos && word.starts_with('v') && all_digits(word.substr(1))) dot += 1 + next;
  const std::string package = go_package(name.substr(0, dot));
  return package.empty() ? std::string() : package + std::string(name.substr(dot));
}

std::string go_method_of_other_receiver(string_view name) {
  const size_t open = name.find("(*");
  const size_t close = name.find(").", open == npos ? 0 : open);
  std::string other(name);
  if (open != npos && close != npos) {
    other.erase(close, 1);
    other.erase(open, 2);
    return other;
  }
  const size_t dot = name.rfind('.');
  if (open != npos || dot == npos) return {};
  const size_t before = dot == 0 ? npos : name.rfind('.', dot - 1);
  const size_t type = before == npos ? 0 : before + 1;
  other.insert(dot, ")");
  other.insert(type, "(*");
  return other;
}

}  // namespace uproar
