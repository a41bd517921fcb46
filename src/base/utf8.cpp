#include "base/utf8.h"

namespace uproar {
namespace {

struct Lead {
  uint32_t length;
  uint32_t bits;      // payload of the lead byte
  uint32_t smallest;  // code point that needs this length: below it the form is overlong
};

Lead classify(uint8_t lead) {
  if (lead < 0x80) return {1, lead, 0};
  if (lead >= 0xc2 && lead < 0xe0) return {2, lead & 0x1fu, 0x80};
  if (lead >= 0xe0 && lead < 0xf0) return {3, lead & 0x0fu, 0x800};
  if (lead >= 0xf0 && lead < 0xf5) return {4, lead & 0x07u, 0x10000};
  return {0, 0, 0};
}

}  // namespace

Utf8Character first_utf8_character(std::string_view text) {
  const Lead lead = classify(static_cast<uint8_t>(text.front()));
  if (lead.length == 0 || lead.length > text.size()) return {};
  uint32_t code_point = lead.bits;
  for (uint32_t i = 1; i < lead.length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    code_point = code_point << 6 | (next & 0x3fu);
  }
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < lead.smallest || code_point > 0x10ffff || surrogate) return {};
  return {code_point, lead.length};
}

}  // namespace uproar
