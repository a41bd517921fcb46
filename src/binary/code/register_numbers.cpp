#include "binary/code/register_numbers.h"

#include <capstone.h>

#include <array>

namespace uproar {
namespace {

constexpr uint32_t kFirstX86Vector = 17;
constexpr uint32_t kFirstI386Vector = 21;
constexpr uint32_t kFirstArmVector = 64;
// i386 has the first eight under other numbers.
constexpr std::array<uint32_t, 8> kI386 = {0, 2, 1, 3, 6, 7, 5, 4};

std::optional<RegisterNumber> x86_number(unsigned name, bool is_i386) {
  struct Row {
    uint32_t dwarf;
    unsigned names[5];
  };
  static constexpr Row kRows[] = {
      {0, {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH}},
      {1, {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH}},
      {2, {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH}},
      {3, {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH}},
      {4, {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL, 0}},
      {5, {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL, 0}},
      {6, {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL, 0}},
      {7, {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL, 0}},
      {8, {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B, 0}},
      {9, {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B, 0}},
      {10, {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B, 0}},
      {11, {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B, 0}},
      {12, {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B, 0}},
      {13, {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B, 0}},
      {14, {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B, 0}},
      {15, {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B, 0}},
  };
  if (name == X86_REG_INVALID) return std::nullopt;
  for (const Row& row : kRows) {
    for (unsigned part : row.names) {
      if (part == name) return RegisterNumber{true, is_i386 ? kI386[row.dwarf & 7] : row.dwarf};
    }
  }
  const uint32_t vector = is_i386 ? kFirstI386Vector : kFirstX86Vector;
  for (const unsigned first : {X86_REG_XMM0, X86_REG_YMM0, X86_REG_ZMM0}) {
    if (name >= first && name < first + 16) return RegisterNumber{false, vector + name - first};
  }
  return std::nullopt;
}

std::optional<RegisterNumber> arm_number(unsigned name) {
  if (name == ARM64_REG_SP) return RegisterNumber{true, 31};
  if (name == ARM64_REG_X29) return RegisterNumber{true, 29};
  if (name == ARM64_REG_X30) return RegisterNumber{true, 30};
  if (name >= ARM64_REG_X0 && name <= ARM64_REG_X28) return RegisterNumber{true, name - ARM64_REG_X0};
  if (name >= ARM64_REG_W0 && name <= ARM64_REG_W30) return RegisterNumber{true, name - ARM64_REG_W0};
  if (name >= ARM64_REG_D0 && name <= ARM64_REG_D31)
    return RegisterNumber{false, kFirstArmVector + name - ARM64_REG_D0};
  if (name >= ARM64_REG_S0 && name <= ARM64_REG_S31)
    return RegisterNumber{false, kFirstArmVector + name - ARM64_REG_S0};
  if (name >= ARM64_REG_Q0 && name <= ARM64_REG_Q31)
    return RegisterNumber{false, kFirstArmVector + name - ARM64_REG_Q0};
  return std::nullopt;
}

}  // namespace

std::optional<RegisterNumber> register_number(unsigned name, InstructionSet set) {
  if (set == InstructionSet::Arm64) return arm_number(name);
  return x86_number(name, set == InstructionSet::I386);
}

}  // namespace uproar
