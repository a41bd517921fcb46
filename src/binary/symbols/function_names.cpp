#include "binary/symbols/function_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "binary/symbols/demangle.h"
#include "binary/symbols/source_names.h"
#include "binary/symbols/type_spelling.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

bool is_identifier_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (static_cast<unsigned char>(c) >= 0x80);
}

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

bool is_qualifier(string_view word) {
  return word == "const" || word == "volatile" || word == "noexcept";
}

// The last identifier outside of brackets: of an operator the one before it. A first '<' is not a template's:
// <app::Foo as Trait>::run.
std::string last_identifier(string_view name) {
  string_view found;
  int depth = 0;
  for (size_t i = 0; i < name.size();) {
    const char c = name[i];
    if (is_identifier_byte(c)) {
      size_t end = i;
      while (end < name.size() && is_identifier_byte(name[end])) ++end;
      string_view word = name.substr(i, end - i);
      if (word == "operator" && depth == 0) break;
      const bool counts = depth == 0 && !std::isdigit(static_cast<unsigned char>(c)) && !is_qualifier(word);
      if (counts) found = word;
      i = end;
      continue;
    }
    if (c == '(' || c == '<' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == '>' || c == ']' || c == '}') && depth > 0) --depth;
    ++i;
  }
  return std::string(found);
}

bool is_operator_sign(char c) {
  return string_view("<>=-!+*/%^&|~,").find(c) != npos;
}

size_t end_of_group(string_view text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>' && (i == 0 || text[i - 1] != '-') && --depth == 0) return i;
  }
  return npos;
}

bool ends_behind_scope(string_view whole, string_view wanted) {
  return whole.size() > wanted.size() + 2 && whole.ends_with(wanted) &&
         whole.substr(whole.size() - wanted.size() - 2, 2) == "::";
}

string_view without_qualifiers(string_view squeezed) {
  for (bool again = true; again;) {
    again = false;
    for (string_view word : {"const", "volatile", "&"}) {
      if (!squeezed.ends_with(word) || squeezed.size() == word.size()) continue;
      const char before = squeezed[squeezed.size() - word.size() - 1];
      if (before != ')' && before != '&' && before != 't' && before != 'e') continue;
      squeezed.remove_suffix(word.size());
      again = true;
    }
  }
  return squeezed;
}

// Of a text that ends in ')'; npos for others.
size_t start_of_parameters(string_view call) {
  if (!call.ends_with(')')) return npos;
  int depth = 0;
  for (size_t at = call.size(); at-- > 0;) {
    if (call[at] == ')') ++depth;
    if (call[at] == '(' && --depth == 0) return at;
  }
  return npos;
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

// What people call the strings of the standard library, for what they are in a mangled name.
void abbreviate_strings(std::string& squeezed) {
  static constexpr std::array<std::pair<string_view, string_view>, 4> kNames = {{
      {"std::__cxx11::basic_string<char,std::char_traits<char>,std::allocator<char>>", "std::string"},
      {"std::basic_string<char,std::char_traits<char>,std::allocator<char>>", "std::string"},
      {"std::__1::basic_string<char,std::__1::char_traits<char>,std::__1::allocator<char>>", "std::string"},
      {"std::basic_string_view<char,std::char_traits<char>>", "std::string_view"},
  }};
  for (const auto& [spelled, name] : kNames) {
    for (size_t at = squeezed.find(spelled); at != npos; at = squeezed.find(spelled, at + name.size()))
      squeezed.replace(at, spelled.size(), name);
  }
}

// A constructor or destructor has several symbols for the places it is called from (C1, C2, D1, D2), which
// read the same. The deleting destructor (D0) calls another one of them: it would be seen twice.
void drop_deleting_destructors(std::vector<const ElfSymbol*>& code) {
  auto is_deleting = [](const ElfSymbol* each) { return each->name.find("D0Ev") != std::string::npos; };
  if (std::all_of(code.begin(), code.end(), is_deleting)) return;
  std::erase_if(code, [&](const ElfSymbol* each) {
    if (!is_deleting(each)) return false;
    const std::string shown = readable_name(each->name, NameForm::Complete);
    return std::any_of(code.begin(), code.end(), [&](const ElfSymbol* other) {
      return !is_deleting(other) && readable_name(other->name, NameForm::Complete) == shown;
    });
  });
}

}  // namespace

bool are_variants(const std::vector<const ElfSymbol*>& code) {
  const ElfSymbol& first = *code.front();
  if (!looks_mangled(first.name)) return false;
  const std::string shown = readable_name(first.name, NameForm::Complete);
  return std::all_of(code.begin() + 1, code.end(), [&](const ElfSymbol* each) {
    return each->name != first.name && readable_name(each->name, NameForm::Complete) == shown;
  });
}

namespace {

bool all_digits(string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == npos;
}

// What the compilers call the versions of a function for several processors: f.avx2.0, f.arch_haswell,
// f.default.1.
bool is_version(string_view part) {
  static constexpr std::array<string_view, 14> kKinds = {"default", "avx",  "sse",  "ssse", "arch_",
                                                         "popcnt",  "bmi",  "fma",  "aes_", "sve",
                                                         "lse",     "gfni", "vaes", "mmx"};
  return std::any_of(kKinds.begin(), kKinds.end(),
                     [part](string_view kind) { return part.starts_with(kind); });
}

// Whether what follows the only name without dots is no part of it. Go's names have dots: main.init.0.
bool is_appended(string_view rest) {
  if (all_digits(rest) || rest == "cfi" || rest == "cfi_jt" || rest == "resolver" || rest == "ifunc")
    return true;
  const size_t dot = rest.rfind('.');
  if (dot == npos) return is_version(rest);
  return is_version(rest) && (all_digits(rest.substr(dot + 1)) || rest.starts_with("sse4."));
}

}  // namespace

string_view clone_suffix(string_view name) {
  static constexpr std::array<string_view, 11> kSuffixes = {
      ".constprop.", ".isra.",       ".part.",  ".cold", ".lto_priv.",    ".llvm.",
      ".localalias", ".specialized", ".__uniq", ".warm", ".text.unlikely"};
  const size_t first = name.find('.', 1);
  for (size_t dot = first; dot != npos; dot = name.find('.', dot + 1)) {
    for (string_view suffix : kSuffixes) {
      if (!name.substr(dot).starts_with(suffix)) continue;
      // A nested function of C has a number of its own: inner.0.constprop.0.
      const bool is_renamed = first < dot && is_appended(name.substr(first + 1, dot - first - 1));
      return name.substr(is_renamed ? first : dot);
    }
  }
  return first != npos && is_appended(name.substr(first + 1)) ? name.substr(first) : string_view();
}

bool is_cold_part(string_view name) {
  const string_view suffix = clone_suffix(name);
  return suffix.find(".cold") != npos || suffix.starts_with(".text.unlikely") ||
         suffix.ends_with(".cfi_jt") || suffix.ends_with(".resolver");
}

bool is_outlined_part(string_view name) {
  return clone_suffix(name).find(".part.") != npos;
}

bool keeps_parameters(string_view name) {
  static constexpr std::array<string_view, 4> kMoving = {".constprop.", ".isra.", ".part.", ".specialized"};
  const string_view suffix = clone_suffix(name);
  return std::none_of(kMoving.begin(), kMoving.end(),
                      [suffix](string_view each) { return suffix.find(each) != npos; });
}

void squeeze(string_view text, std::string& out) {
  out.clear();
  for (char c : text) {
    if (c != ' ' && c != '\t') out += c;
  }
  if (out.find("basic_string") != std::string::npos) abbreviate_strings(out);
}

std::string without_self_brackets(string_view name) {
  std::string text(name);
  for (int i = 0; i < 8 && text.starts_with('<'); ++i) {
    size_t close = end_of_group(text, 0);
    if (close == npos) return text;
    string_view inner = string_view(text).substr(1, close - 1);
    std::string joined(inner.substr(0, inner.find(" as ")));
    joined.append(text, close + 1);
    text = std::move(joined);
  }
  return text;
}

std::string without_template_arguments(string_view name) {
  const std::string text = without_self_brackets(name);
  constexpr string_view kOperator = "operator";
  std::string out;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool word_begins = depth == 0 && (i == 0 || !is_identifier_byte(text[i - 1]));
    if (word_begins && text.compare(i, kOperator.size(), kOperator) == 0) {
      size_t end = i + kOperator.size();
      while (end < text.size() && is_operator_sign(text[end])) ++end;
      // operator< <int> has a blank in front of its arguments.
      out.append(text, i, end - i);
      i = end - 1;
      continue;
    }
    if (text.compare(i, 5, "[abi:") == 0) {
      size_t close = text.find(']', i);
      if (close != std::string::npos) i = close;
      continue;
    }
    if (text[i] == '<') {
      if (depth++ == 0 && out.ends_with("::")) out.resize(out.size() - 2);  // Rust: max::<i32>
      continue;
    }
    if (text[i] == '>' && depth > 0 && (i == 0 || text[i - 1] != '-')) {
      --depth;
      continue;
    }
    if (depth == 0) out += text[i];
  }
  return out;
}

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

NamedSymbols find_named(const std::vector<ElfSymbol>& symbols, string_view name) {
  NamedSymbols found;
  WantedName wanted(name);
  NameMatch data_match = NameMatch::None;
  for (const ElfSymbol& symbol : symbols) {
    const bool is_code = symbol.is_function || symbol.is_label;
    const NameMatch match = wanted.match(symbol);
    if (match == NameMatch::None) continue;
    if (!is_code) {
      if (match < data_match) data_match = match, found.data = &symbol;
      continue;
    }
    if (match > found.how) continue;
    if (match < found.how) found.code.clear();
    found.how = match;
    found.code.push_back(&symbol);
  }
  // A variable that is called so is more likely meant than a function that is only called like it.
  if (data_match < found.how) {
    found.code.clear();
    found.how = data_match;
  } else {
    found.data = nullptr;
  }
  auto& code = found.code;
  const bool has_default =
      std::any_of(code.begin(), code.end(), [](const ElfSymbol* each) { return each->is_default_version; });
  if (wanted.version().empty() && has_default)
    std::erase_if(code, [](const ElfSymbol* each) { return !each->is_default_version; });
  code.erase(std::unique(code.begin(), code.end(),
                         [](const ElfSymbol* a, const ElfSymbol* b) { return a->vaddr == b->vaddr; }),
             code.end());
  if (code.size() > 1) drop_deleting_destructors(code);
  return found;
}

}  // namespace uproar
