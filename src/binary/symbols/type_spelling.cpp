#include "binary/symbols/type_spelling.h"

namespace uproar {
namespace {

using std::string_view;
constexpr string_view kConst = "const ";
// What is longer is no name that anybody wrote.
constexpr size_t kLongestName = 4096;

// Where the type ends that a const in front of it belongs to: before the first * or &, or what closes the
// list.
size_t end_of_base_type(string_view text, size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '<') ++depth;
    if (depth == 0 && string_view("*&,)>[(").find(c) != string_view::npos) break;
    if (c == '>') --depth;
  }
  while (at > 0 && text[at - 1] == ' ') --at;
  return at;
}

// Behind what opens a type: f(const …, T<const …, a, const ….
bool begins_type(string_view text, size_t at) {
  while (at > 0 && text[at - 1] == ' ') --at;
  return at > 0 && string_view("(,<").find(text[at - 1]) != string_view::npos;
}

}  // namespace

std::string with_const_behind(string_view given) {
  std::string text(given);
  if (text.size() > kLongestName) return text;
  for (size_t at = text.find(kConst); at != std::string::npos; at = text.find(kConst, at + 1)) {
    if (!begins_type(text, at)) continue;
    const size_t end = end_of_base_type(text, at + kConst.size());
    if (end <= at + kConst.size()) continue;
    const std::string base = text.substr(at + kConst.size(), end - at - kConst.size());
    if (base.ends_with(" const")) continue;
    text.replace(at, end - at, base + " const");
  }
  return text;
}

}  // namespace uproar
