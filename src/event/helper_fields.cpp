#include "event/helper_fields.h"

#include <algorithm>
#include <utility>

#include "base/number.h"

namespace uproar {
namespace {

using Role = HelperField::Role;

constexpr std::pair<std::string_view, Role> kRoles[] = {
    {"__len_", Role::Length},  {"__max_", Role::Limit}, {"__sign_", Role::Sign},   {"__data_", Role::Pointer},
    {"__start_", Role::Start}, {"__via_", Role::Via},   {"__bits_", Role::Bits},   {"__hex_", Role::Hex},
    {"__char_", Role::Char},   {"__text_", Role::Text}, {"__obj_", Role::Object},  {"__tag_", Role::Tag},
    {"__low_", Role::Low},     {"__high_", Role::High}, {"__first_", Role::First}, {"__last_", Role::Last},
    {"__step_", Role::Step},   {"__span_", Role::Span}, {"__index_", Role::Index}, {"__at_", Role::At},
    {"__skip_", Role::Skip},
};

constexpr std::pair<std::string_view, Role> kServeAll[] = {
    {"__place", Role::Place}, {"__faults", Role::Faults}, {"__cuts", Role::Cuts}};
// kernel: kernel/trace/trace_probe.h MAX_ARG_NAME_LEN
constexpr size_t kLongestName = 32;
// An event has at most 128 arguments.
constexpr uint64_t kMostFields = 128;

// No process has memory below vm.mmap_min_addr (64 KiB, on arm 32 KiB), nor in the kernel's half of the
// address space.
constexpr uint64_t kLowestAddress = 0x8000;
constexpr uint64_t kFirstKernelAddress = uint64_t{1} << 56;

bool is_numbered(Role role) {
  switch (role) {
    case Role::Via:
    case Role::Tag:
    case Role::Low:
    case Role::High:
    case Role::First:
    case Role::Last:
    case Role::Step:
    case Role::Span:
    case Role::Index:
    case Role::At:
      return true;
    case Role::Length:
    case Role::Limit:
    case Role::Sign:
    case Role::Pointer:
    case Role::Start:
    case Role::Bits:
    case Role::Hex:
    case Role::Char:
    case Role::Text:
    case Role::Object:
    case Role::Skip:
    case Role::Place:
    case Role::Faults:
    case Role::Cuts:
      break;
  }
  return false;
}

}  // namespace

std::string helper_name(Role role, std::span<const uint32_t> serves, unsigned number) {
  for (const auto& [whole, each] : kServeAll) {
    if (each == role) return std::string(whole);
  }
  std::string name;
  for (const auto& [start, each] : kRoles) {
    if (each == role) name = start;
  }
  name.pop_back();
  if (number > 1) name += std::to_string(number);
  for (uint32_t field : serves) name += '_' + std::to_string(field + 1);
  return name;
}

std::optional<HelperField> parse_helper_name(std::string_view name) {
  for (const auto& [whole, role] : kServeAll) {
    if (name == whole) return HelperField{role, {}, 1};
  }
  // Neither the kernel nor helper_name makes longer ones; a file may have a name of a mebibyte.
  if (name.size() > kLongestName) return std::nullopt;
  for (const auto& [start, role] : kRoles) {
    const std::string_view word = start.substr(0, start.size() - 1);
    if (!name.starts_with(word)) continue;
    HelperField field{role, {}, 1};
    std::string_view rest = name.substr(word.size());
    if (is_numbered(role) && !rest.empty() && rest[0] != '_') {
      const std::string_view digits = rest.substr(0, rest.find('_'));
      const auto number = parse_decimal(digits);
      if (!number || *number < 2 || *number > kMostFields || digits[0] == '0') return std::nullopt;
      field.number = static_cast<unsigned>(*number);
      rest.remove_prefix(digits.size());
    }
    if (rest.empty()) return std::nullopt;
    while (!rest.empty()) {
      if (rest[0] != '_') return std::nullopt;
      rest.remove_prefix(1);
      const std::string_view digits = rest.substr(0, rest.find('_'));
      const auto number = parse_decimal(digits);
      if (!number || *number == 0 || *number > kMostFields || digits[0] == '0') return std::nullopt;
      field.serves.push_back(static_cast<uint32_t>(*number - 1));
      rest.remove_prefix(digits.size());
    }
    if (role != Role::Via && field.serves.size() != 1) return std::nullopt;
    return field;
  }
  return std::nullopt;
}

size_t longest_via(std::span<const uint32_t> serves, unsigned number) {
  size_t count = serves.size();
  while (count > 1 && helper_name(Role::Via, serves.first(count), number).size() > kLongestName) --count;
  return count;
}

uint32_t packed(const PickedBits& picked) {
  return picked.at | uint32_t{picked.bytes} << 8 | uint32_t{picked.offset} << 16 |
         uint32_t{picked.width} << 24;
}

PickedBits unpacked_bits(uint32_t number) {
  return {static_cast<uint8_t>(number), static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number >> 16),
          static_cast<uint8_t>(number >> 24)};
}

uint64_t pick(uint64_t number, const PickedBits& picked) {
  number = picked.at < 64 ? number >> picked.at : 0;
  if (picked.bytes == 2) number = __builtin_bswap16(static_cast<uint16_t>(number));
  if (picked.bytes == 4) number = __builtin_bswap32(static_cast<uint32_t>(number));
  if (picked.bytes == 8) number = __builtin_bswap64(number);
  number = picked.offset < 64 ? number >> picked.offset : 0;
  return picked.width < 64 ? number & ((uint64_t{1} << picked.width) - 1) : number;
}

uint8_t packed(const TextForm& form) {
  return static_cast<uint8_t>(form.character_bytes | static_cast<unsigned>(form.layout) << 4);
}

std::optional<TextForm> unpacked_text(uint64_t number) {
  const uint64_t bytes = number & 15;
  const uint64_t layout = number >> 4;
  if ((bytes != 1 && bytes != 2 && bytes != 4) || layout > 2) return std::nullopt;
  return TextForm{static_cast<uint8_t>(bytes), static_cast<TextForm::Layout>(layout)};
}

bool is_followable(uint64_t pointer) {
  return pointer >= kLowestAddress && pointer < kFirstKernelAddress;
}

bool was_followable(uint64_t stored) {
  return stored == kCheckedPointer || is_followable(stored);
}

}  // namespace uproar
