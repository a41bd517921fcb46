#include "binary/symbols/name_spelling.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

bool is_qualifier(string_view word) {
  return word == "const" || word == "volatile" || word == "noexcept";
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

}  // namespace

bool is_identifier_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (static_cast<unsigned char>(c) >= 0x80);
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

size_t start_of_parameters(string_view call) {
  if (!call.ends_with(')')) return npos;
  int depth = 0;
  for (size_t at = call.size(); at-- > 0;) {
    if (call[at] == ')') ++depth;
    if (call[at] == '(' && --depth == 0) return at;
  }
  return npos;
}

}  // namespace uproar
