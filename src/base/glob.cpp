#include "base/glob.h"

#include <optional>

namespace uproar {
namespace {

// What one element of a glob that is no '*' says about a byte, and how long the element is.
struct Element {
  bool matches;
  size_t length;
};

std::optional<Element> byte_class(std::string_view glob, uint8_t byte) {
  size_t at = 1;
  const bool negated = at < glob.size() && glob[at] == '!';
  if (negated) ++at;
  bool inside = false;
  // A ']' that stands first is one of the class.
  for (const size_t first = at; at < glob.size() && (glob[at] != ']' || at == first); ++at) {
    const auto low = static_cast<uint8_t>(glob[at]);
    auto high = low;
    if (at + 2 < glob.size() && glob[at + 1] == '-' && glob[at + 2] != ']') {
      at += 2;
      high = static_cast<uint8_t>(glob[at]);
    }
    inside = inside || (low <= byte && byte <= high);
  }
  if (at >= glob.size()) return std::nullopt;
  return Element{inside != negated, at + 1};
}

Element element_at(std::string_view glob, char byte) {
  if (glob[0] == '?') return {true, 1};
  if (glob[0] == '\\' && glob.size() > 1) return {glob[1] == byte, 2};
  if (glob[0] == '[') {
    if (const auto element = byte_class(glob, static_cast<uint8_t>(byte))) return *element;
  }
  return {glob[0] == byte, 1};
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view text) {
  size_t at = 0;
  size_t in_text = 0;
  // Behind the last '*', and where it last stopped taking bytes: only that one has to be tried again.
  std::optional<size_t> after_star;
  size_t taken = 0;
  while (in_text < text.size()) {
    if (at < glob.size() && glob[at] == '*') {
      after_star = ++at;
      taken = in_text;
      continue;
    }
    if (at < glob.size()) {
      const Element element = element_at(glob.substr(at), text[in_text]);
      if (element.matches) {
        at += element.length;
        ++in_text;
        continue;
      }
    }
    if (!after_star) return false;
    at = *after_star;
    in_text = ++taken;
  }
  while (at < glob.size() && glob[at] == '*') ++at;
  return at == glob.size();
}

std::string from_shell_glob(std::string_view glob) {
  std::string made(glob);
  for (size_t i = 0; i + 1 < made.size(); ++i) {
    if (made[i] == '\\') {
      ++i;
    } else if (made[i] == '[') {
      // Inside of a class neither '[' nor '\' begins anything, and its ']' does not stand first.
      const bool negated = made[i + 1] == '^' || made[i + 1] == '!';
      const size_t close = made.find(']', i + (negated ? 3 : 2));
      if (close == std::string::npos) return made;
      if (negated) made[i + 1] = '!';
      i = close;
    }
  }
  return made;
}

}  // namespace uproar
