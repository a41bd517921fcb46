#include "binary/symbols/function_names.h"

#include <algorithm>
#include <array>

#include "base/letters.h"
#include "binary/symbols/clone_suffix.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/name_spelling.h"
#include "binary/symbols/source_names.h"
#include "binary/symbols/type_spelling.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

// What mangled names may spell in another way: types, qualifiers, and the abbreviations St, Sa, Ss … of the
// standard library, behind which the name of a constructor or an operator's class hides.
bool may_be_abbreviated(string_view identifier) {
  static constexpr std::array<string_view, 15> kWords = {
      "std",     "allocator",   "basic_string",  "string",        "istream",
      "ostream", "iostream",    "basic_istream", "basic_ostream", "basic_iostream",
      "closure", "{{closure}}", "shim",          "char_traits",   "namespace"};
  return std::find(kWords.begin(), kWords.end(), identifier) != kWords.end() ||
         std::any_of(identifier.begin(), identifier.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool ends_behind_scope(string_view whole, string_view wanted) {
  return whole.size() > wanted.size() + 2 && whole.ends_with(wanted) &&
         whole.substr(whole.size() - wanted.size() - 2, 2) == "::";
}

// Go's Max[go.shape.int_0] and (*Stack[...]).Push without what stands in brackets behind an identifier; an
// array's type begins with its bracket: type..eq.[2]string.
void remove_go_type_arguments(string_view name, std::string& out) {
  out.clear();
  int depth = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '[' && (depth > 0 || (i > 0 && is_identifier_byte(name[i - 1])))) ++depth;
    if (depth == 0) out += name[i];
    if (name[i] == ']' && depth > 0) --depth;
  }
}

// Whether a Go name ends in `end`, which begins behind a package or a type.
NameMatch match_end(string_view name, string_view end) {
  if (end.empty() || name.size() <= end.size() || !name.ends_with(end)) return NameMatch::None;
  const char before = name[name.size() - end.size() - 1];
  return before == '.' || before == '/' ? NameMatch::Scoped : NameMatch::None;
}

// With the :: behind it: (anonymous namespace), and the inline namespaces by which libraries tell their
// versions (v1, __1, __cxx11, _V2). Which namespaces are inline only debug information knows.
bool is_unspelled(string_view scope) {
  if (scope == "(anonymousnamespace)::") return true;
  scope.remove_suffix(2);
  if (scope.starts_with("__")) return true;
  const string_view number = scope.substr(std::min(scope.find_first_of("0123456789"), scope.size()));
  const string_view word = scope.substr(0, scope.size() - number.size());
  return !number.empty() && number.find_first_not_of("0123456789_") == npos && (word == "v" || word == "_V");
}

bool is_rust_hash(string_view plain) {
  return plain.size() > 19 && plain.substr(plain.size() - 19, 3) == "::h";
}

}  // namespace

WantedName::WantedName(string_view text) {
  const size_t at = text.find('@', 1);
  name_ = std::string(text.substr(0, at));
  if (at != npos) {
    string_view rest = text.substr(at + 1);
    default_version_ = rest.starts_with('@');
    version_ = std::string(rest.substr(default_version_ ? 1 : 0));
  }
  squeeze(with_const_behind(name_), plain_);
  lower_ = lower_case(name_);
  if (name_.find('.') != npos && name_.find_first_of(":(/") == npos) ada_ = ada_symbol(name_);
  without_dots_ = name_;
  constexpr string_view kAnyTypes = "[...]";  // as Go's runtime prints them
  for (size_t dots; (dots = without_dots_.find(kAnyTypes)) != npos;)
    without_dots_.erase(dots, kAnyTypes.size());
  tail_ = without_dots_.substr(without_dots_.rfind('.') + 1);
  of_clone_ = plain_.find("[clone") != std::string::npos || !clone_suffix(name_).empty();
  identifier_ = last_identifier(name_);
  if (may_be_abbreviated(identifier_)) identifier_.clear();
  // Rust puts a further '_' between the length and a name that begins with one.
  counted_ = identifier_.starts_with('_') ? identifier_ : std::to_string(identifier_.size()) + identifier_;
}

bool WantedName::fits_version(const ElfSymbol& symbol) const {
  return version_.empty() || (symbol.version == version_ && (!default_version_ || symbol.is_default_version));
}

NameMatch WantedName::match(const ElfSymbol& symbol) {
  return fits_version(symbol) ? match(symbol.name) : NameMatch::None;
}

NameMatch WantedName::match(const std::string& name) {
  if (name == name_) return NameMatch::Raw;
  const string_view suffix = clone_suffix(name);
  if (suffix.empty()) return match_whole(name);
  if (is_cold_part(name)) return NameMatch::None;
  if (of_clone_) return match_whole(name);
  switch (match_whole(name.substr(0, name.size() - suffix.size()))) {
    case NameMatch::Raw:
    case NameMatch::Full:
    case NameMatch::Name:
    case NameMatch::Unspelled:
      return NameMatch::Clone;
    case NameMatch::Scoped:
      return NameMatch::ScopedClone;
    default:
      return NameMatch::None;
  }
}

NameMatch WantedName::match_whole(const std::string& name) {
  if (name == name_) return NameMatch::Raw;
  if (!looks_mangled(name)) return match_dotted(name);
  if (!identifier_.empty() && name.find(counted_) == std::string::npos) {
    // Rust's legacy names count an identifier together with its types: 42drop_in_place$LT$..$GT$.
    if (name.find('$') == std::string::npos || name.find(identifier_) == std::string::npos)
      return NameMatch::None;
  }
  return match_mangled(name);
}

NameMatch WantedName::match_mangled(const std::string& name) {
  // Tables, guards and thunks ("non-virtual thunk to A::f()") are not the function that they speak of.
  const bool is_special = name.starts_with("_ZT") || name.starts_with("_ZG");
  NameMatch best = NameMatch::None;
  auto consider = [&](string_view text, NameMatch whole) {
    squeeze(text, squeezed_);
    if (squeezed_ == plain_) best = std::min(best, whole);
    if (!is_special && best > NameMatch::Unspelled) best = std::min(best, match_unspelled());
    if (!is_special && ends_behind_scope(squeezed_, plain_)) best = std::min(best, NameMatch::Scoped);
  };
  if (plain_.find('(') != std::string::npos || is_rust_hash(plain_)) {
    for (NameForm form : {NameForm::Call, NameForm::Full, NameForm::Complete}) {
      if (!demangle(name, form, demangled_)) return NameMatch::None;
      consider(demangled_, NameMatch::Full);
      if (best == NameMatch::Full) return best;
      if (form != NameForm::Call || is_special) continue;
      const std::string plain_call = std::string(without_qualifiers(squeezed_));
      consider(plain_call, NameMatch::Name);
      consider(without_template_arguments(plain_call), NameMatch::Name);
    }
  }
  const bool is_thunk = name.starts_with("_ZTh") || name.starts_with("_ZTv") || name.starts_with("_ZTc");
  if (is_special && !is_thunk) return best;
  if (!demangle(name, NameForm::Name, demangled_)) return NameMatch::None;
  if (is_thunk) {  // is printed with its function's parameters whatever was asked for
    squeeze(demangled_, squeezed_);
    const std::string call(without_qualifiers(squeezed_));
    const size_t open = start_of_parameters(call);
    return call.substr(0, open) == plain_ ? NameMatch::Name : best;
  }
  consider(demangled_, NameMatch::Name);
  if (best > NameMatch::Name && demangled_.find_first_of("<[") != std::string::npos)
    consider(without_template_arguments(demangled_), NameMatch::Name);
  return best;
}

// `squeezed_` without the scopes that the source need not write, unless the user wrote them.
NameMatch WantedName::match_unspelled() {
  std::string out;
  size_t from = 0;
  int depth = 0;
  for (size_t at = 0; at < squeezed_.size(); ++at) {
    const char c = squeezed_[at];
    if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
    if ((c == '>' || c == ')' || c == '}' || c == ']') && depth > 0) --depth;
    if (depth > 0 || c != ':' || squeezed_.compare(at, 2, "::") != 0) continue;
    const string_view scope = string_view(squeezed_).substr(from, at + 2 - from);
    if (!is_unspelled(scope) || plain_.find(scope) != std::string::npos) out += scope;
    from = at + 2;
    ++at;
  }
  if (out.size() == from) return NameMatch::None;  // all scopes are written
  out.append(squeezed_, from);
  if (out == plain_) return NameMatch::Unspelled;
  return ends_behind_scope(out, plain_) ? NameMatch::Scoped : NameMatch::None;
}

NameMatch WantedName::match_dotted(string_view name) {
  const NameMatch how = match_go(name);
  return how != NameMatch::None ? how : match_source(name);
}

// Go: Method for main.(*T).Method, bar.Do for example.com/foo/bar.Do, yaml.Do for gopkg.in/yaml%2ev3.Do, and
// each without type arguments.
NameMatch WantedName::match_go(string_view name) {
  if (name.find('.', 1) == npos || tail_.empty() || name.find(tail_) == npos) return NameMatch::None;
  if (const NameMatch how = match_end(name, name_); how != NameMatch::None) return how;
  std::string written = go_name(name);
  if (written == name_) return NameMatch::Name;
  NameMatch how = match_end(written, name_);
  if (how == NameMatch::None && written.find('/') != npos && short_go_name(written) == name_)
    how = NameMatch::Scoped;
  if (how != NameMatch::None || written.find('[') == npos) return how;
  remove_go_type_arguments(written, squeezed_);
  if (squeezed_.size() == written.size()) return NameMatch::None;
  if (squeezed_ == without_dots_) return NameMatch::Name;
  if (short_go_name(squeezed_) == without_dots_) return NameMatch::Scoped;
  return match_end(squeezed_, without_dots_);
}

// Pascal, Fortran, D and Ada.
NameMatch WantedName::match_source(string_view name) {
  if (!ada_.empty() && is_ada_symbol(name, ada_)) return NameMatch::Name;
  if (name.starts_with("_ada_") && is_ada_symbol(name, lower_)) return NameMatch::Name;
  const SourceName source = source_name(name);
  if (source.name.empty()) return NameMatch::None;
  const std::string& wanted = source.without_case ? lower_ : name_;
  const size_t end = wanted.size();
  const size_t open = wanted.ends_with(')') ? wanted.rfind('(') : npos;
  if (open != npos) {
    squeeze(wanted.substr(open), squeezed_);
    std::string parameters;
    squeeze(source.parameters, parameters);
    if (squeezed_ != parameters) return NameMatch::None;
  }
  const string_view plain = string_view(wanted).substr(0, open == npos ? end : open);
  if (source.name == plain) return NameMatch::Name;
  return match_end(source.name, plain) != NameMatch::None || ends_behind_scope(source.name, plain)
             ? NameMatch::Scoped
             : NameMatch::None;
}

}  // namespace uproar
