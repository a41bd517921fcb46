#include "definition/source_line.h"

#include <algorithm>
#include <iterator>

#include "definition/kernel_number.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

// Suffixes of languages that compile to what uprobes can probe, and of generators that write #line.
constexpr string_view kSuffixes[] = {
    "c",     "cc",  "cpp",  "cxx", "c++", "C",  "h",   "hh",  "hpp", "hxx", "h++", "inc", "inl",
    "ipp",   "tcc", "tpp",  "ixx", "m",   "mm", "rs",  "go",  "zig", "d",   "f90", "f95", "f03",
    "f08",   "for", "F",    "F90", "s",   "S",  "asm", "adb", "ads", "pas", "pp",  "nim", "cr",
    "swift", "kt",  "java", "py",  "pyx", "rb", "lua", "js",  "ts",  "php", "hs",  "ml",  "vala",
    "cu",    "y",   "yy",   "ypp", "l",   "ll", "lpp", "re",  "def",
};

bool has_known_suffix(string_view name) {
  size_t slash = name.rfind('/');
  string_view file = slash == npos ? name : name.substr(slash + 1);
  size_t dot = file.rfind('.');
  if (dot == npos || dot == 0 || file.find('(') != npos) return false;
  string_view suffix = file.substr(dot + 1);
  return std::find(std::begin(kSuffixes), std::end(kSuffixes), suffix) != std::end(kSuffixes);
}

// ns::f, ::f, main.run, main.(*T).Do
bool is_qualified_name(string_view name) {
  if (name.empty() || (name[0] != ':' && name[0] != '_' && !is_kernel_alpha(name[0]))) return false;
  for (size_t at = 0; at < name.size(); ++at) {
    char c = name[at];
    bool of_name = is_digit(c) || is_kernel_alpha(c) || static_cast<unsigned char>(c) >= 0x80 ||
                   string_view("_:.~$").find(c) != npos;
    bool receiver = name.substr(at).starts_with("(*");
    if (receiver) at = std::min(name.find(')', at), name.size() - 1);
    if (!of_name && !(receiver && name[at] == ')')) return false;
  }
  return true;
}

// What would make a file something else than a plain SITE.
bool is_plain_file(string_view name) {
  return has_known_suffix(name) && name.find_first_of("*?%'\"") == npos;
}

}  // namespace

std::optional<uint32_t> read_line_number(string_view text) {
  auto number = parse_decimal(text);
  if (!number || *number > UINT32_MAX || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

bool is_source_file(string_view name) {
  if (has_known_suffix(name)) return true;
  size_t slash = name.rfind('/');
  return slash != npos && name.find_first_of(".(", slash) == npos;
}

std::optional<size_t> find_line_separator(string_view word) {
  size_t colon = last_separator(word);
  if (colon == npos) return std::nullopt;
  auto line = read_line_number(word.substr(colon + 1));
  if (!line) return std::nullopt;
  size_t separator = last_separator(word.substr(0, colon));
  if (separator == npos) return std::nullopt;
  string_view name = word.substr(separator + 1, colon - separator - 1);
  // Line 0 of a file is none, and va:ADDRESS has another meaning.
  bool own =
      has_known_suffix(name) ? *line > 0 && is_plain_file(name) : is_qualified_name(name) && name != "va";
  return own ? std::optional(separator) : std::nullopt;
}

std::optional<size_t> find_file_separator(string_view word) {
  const size_t colon = last_separator(word);
  if (colon == npos || colon + 1 == word.size()) return std::nullopt;
  const size_t separator = last_separator(word.substr(0, colon));
  if (separator == npos || separator == 0) return std::nullopt;
  const bool is_file = is_plain_file(word.substr(separator + 1, colon - separator - 1));
  return is_file ? std::optional(separator) : std::nullopt;
}

size_t first_separator(string_view word, size_t from) {
  for (size_t at = word.find(':', from); at != npos; at = word.find(':', at)) {
    size_t end = std::min(word.find_first_not_of(':', at), word.size());
    if ((end - at) % 2 == 1) return at;
    at = end;
  }
  return npos;
}

size_t last_separator(string_view word) {
  size_t last = npos;
  for (size_t at = first_separator(word, 0); at != npos; at = first_separator(word, at)) {
    last = at;
    at = std::min(word.find_first_not_of(':', at), word.size());
  }
  return last;
}

}  // namespace uproar
