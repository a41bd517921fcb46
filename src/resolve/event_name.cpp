#include "resolve/event_name.h"

#include <fmt/format.h>

namespace uproar {
namespace {

constexpr size_t kMaxEventName = 63;  // kernel: MAX_EVENT_NAME_LEN less the NUL

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string to_identifier(std::string_view text) {
  std::string name;
  if (text.empty() || is_digit(text.front())) name += '_';
  for (char c : text) name += is_letter(c) || is_digit(c) ? c : '_';
  return name.substr(0, kMaxEventName);
}

}  // namespace

std::string default_event_name(const ProbeSite& site, bool given_by_symbol, std::string_view shown_path) {
  if (given_by_symbol) return to_identifier(site.symbol);
  std::string_view base = shown_path.substr(shown_path.rfind('/') + 1);
  base = base.substr(0, base.find_first_of(".-_"));
  std::string offset = fmt::format("_0x{:x}", site.file_offset);
  std::string start = to_identifier(fmt::format("p_{}", base));
  return start.substr(0, kMaxEventName - offset.size()) +
         offset;  // the offset is what tells two places apart
}

}  // namespace uproar
