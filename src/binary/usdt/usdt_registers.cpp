#include "binary/usdt/usdt_registers.h"

#include <array>

#include "base/number.h"

namespace uproar {
namespace {

using Kind = MachineRegister::Kind;

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// The decimal number that is all of `text`, below `limit`, without leading zeros.
std::optional<unsigned> small_number(std::string_view text, unsigned limit) {
  if (text.empty() || text.size() > 2 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  auto number = parse_decimal(text);
  if (!number || *number >= limit) return std::nullopt;
  return static_cast<unsigned>(*number);
}

struct Family {
  std::string_view kernel, q, d, w, low, high;
};
constexpr std::array<Family, 8> kFamilies = {{{"ax", "rax", "eax", "ax", "al", "ah"},
                                              {"bx", "rbx", "ebx", "bx", "bl", "bh"},
                                              {"cx", "rcx", "ecx", "cx", "cl", "ch"},
                                              {"dx", "rdx", "edx", "dx", "dl", "dh"},
                                              {"si", "rsi", "esi", "si", "sil", {}},
                                              {"di", "rdi", "edi", "di", "dil", {}},
                                              {"bp", "rbp", "ebp", "bp", "bpl", {}},
                                              {"sp", "rsp", "esp", "sp", "spl", {}}}};

// r8 … r15 with the suffix of a part.
std::optional<MachineRegister> numbered_x86(std::string_view text) {
  if (text.size() < 2 || text[0] != 'r') return std::nullopt;
  uint8_t bits = 64;
  std::string_view digits = text.substr(1);
  switch (digits.back()) {
    case 'd':
      bits = 32;
      break;
    case 'w':
      bits = 16;
      break;
    case 'b':
    case 'l':
      bits = 8;
      break;
    default:
      break;
  }
  if (bits != 64) digits.remove_suffix(1);
  auto number = small_number(digits, 16);
  if (!number || *number < 8) return std::nullopt;
  return MachineRegister{Kind::General, "r" + std::to_string(*number), bits};
}

std::optional<MachineRegister> x86_register(std::string_view text, bool is_64_bit) {
  for (const Family& family : kFamilies) {
    std::string name(family.kernel);
    if (is_64_bit && text == family.q) return MachineRegister{Kind::General, name, 64};
    if (text == family.d) return MachineRegister{Kind::General, name, 32};
    if (text == family.w) return MachineRegister{Kind::General, name, 16};
    if (text == family.low) return MachineRegister{Kind::General, name, 8};
    if (!family.high.empty() && text == family.high) return MachineRegister{Kind::HighByte, name, 8};
  }
  if (text == "rip" || text == "eip")
    return MachineRegister{Kind::Pc, "ip", is_64_bit ? uint8_t{64} : uint8_t{32}};
  for (std::string_view segment : {"cs", "ds", "es", "fs", "gs", "ss"}) {
    if (text == segment) return MachineRegister{Kind::Segment, std::string(segment), 16};
  }
  if (is_64_bit) {
    if (auto numbered = numbered_x86(text)) return numbered;
  }
  if (text == "st" || starts_with(text, "st(")) return MachineRegister{Kind::Vector, std::string(text), 80};
  for (std::string_view start : {"xmm", "ymm", "zmm", "mm", "k"}) {
    if (starts_with(text, start) && small_number(text.substr(start.size()), 32))
      return MachineRegister{Kind::Vector, std::string(text), 128};
  }
  return std::nullopt;
}

std::optional<MachineRegister> arm_register(std::string_view text) {
  if (text == "sp") return MachineRegister{Kind::General, "sp", 64};
  if (text == "wsp") return MachineRegister{Kind::General, "sp", 32};
  if (text == "fp") return MachineRegister{Kind::General, "x29", 64};
  if (text == "lr") return MachineRegister{Kind::General, "x30", 64};
  if (text == "xzr") return MachineRegister{Kind::Zero, {}, 64};
  if (text == "wzr") return MachineRegister{Kind::Zero, {}, 32};
  if (text.empty()) return std::nullopt;
  const std::string_view digits = text.substr(1, text.find('.', 1) - 1);  // v0.2d
  if (text[0] == 'x' || text[0] == 'w') {
    auto number = small_number(digits, 31);
    if (!number || digits.size() + 1 != text.size()) return std::nullopt;
    return MachineRegister{Kind::General, "x" + std::to_string(*number),
                           text[0] == 'x' ? uint8_t{64} : uint8_t{32}};
  }
  if (std::string_view("vqdshb").find(text[0]) != std::string_view::npos && small_number(digits, 32))
    return MachineRegister{Kind::Vector, std::string(text), 128};
  return std::nullopt;
}

}  // namespace

std::optional<MachineRegister> machine_register(std::string_view text, InstructionSet set) {
  if (set == InstructionSet::Arm64) return arm_register(text);
  return x86_register(text, set == InstructionSet::X86_64);
}

}  // namespace uproar
