#include "binary/symbols/clone_suffix.h"

#include <algorithm>
#include <array>

#include "base/number.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

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

}  // namespace uproar
