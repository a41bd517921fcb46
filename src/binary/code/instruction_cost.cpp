#include "binary/code/instruction_cost.h"

#include <algorithm>
#include <array>

namespace uproar {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr std::string_view kCutOff = "the kernel cannot decode it";

InstructionVerdict refused(std::string_view reason) {
  return {InstructionCost::Refused, reason};
}

bool between(uint8_t value, uint8_t first, uint8_t last) {
  return value >= first && value <= last;
}

struct X86Instruction {
  Bytes prefixes;       // legacy ones
  uint8_t rex = 0;      // 0: none
  bool is_vex = false;  // VEX or EVEX
  Bytes opcode;         // from the opcode byte on
};

bool is_legacy_prefix(uint8_t byte) {
  constexpr std::array<uint8_t, 11> kPrefixes{0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
                                              0x66, 0x67, 0xf0, 0xf2, 0xf3};
  return std::find(kPrefixes.begin(), kPrefixes.end(), byte) != kPrefixes.end();
}

// Length of a VEX or EVEX prefix at the front, 0: none. In 32-bit code the same bytes with a memory operand
// are les, lds and bound.
size_t vector_prefix_size(Bytes code, bool is_64_bit) {
  if (!is_64_bit && (code.size() < 2 || code[1] < 0xc0)) return 0;
  switch (code[0]) {
    case 0xc5:
      return 2;
    case 0xc4:
      return 3;
    case 0x62:
      return 4;
    default:
      return 0;
  }
}

X86Instruction split(Bytes bytes, bool is_64_bit) {
  X86Instruction parts;
  const auto first = std::find_if_not(bytes.begin(), bytes.end(), is_legacy_prefix);
  parts.prefixes = bytes.first(static_cast<size_t>(first - bytes.begin()));
  parts.opcode = bytes.subspan(parts.prefixes.size());
  if (is_64_bit && !parts.opcode.empty() && between(parts.opcode[0], 0x40, 0x4f)) {
    parts.rex = parts.opcode[0];
    parts.opcode = parts.opcode.subspan(1);
  }
  if (parts.opcode.empty()) return parts;
  const size_t vector_prefix = vector_prefix_size(parts.opcode, is_64_bit);
  parts.is_vex = vector_prefix != 0;
  parts.opcode = parts.opcode.subspan(std::min(vector_prefix, parts.opcode.size()));
  return parts;
}

std::string_view refused_prefix(Bytes prefixes) {
  for (uint8_t prefix : prefixes) {
    switch (prefix) {
      case 0x26:
        return "the kernel refuses the prefix 26 (es)";
      case 0x2e:
        return "the kernel refuses the prefix 2e (cs)";
      case 0x36:
        return "the kernel refuses the prefix 36 (ss)";
      case 0x3e:
        return "the kernel refuses the prefix 3e (ds, notrack)";
      case 0xf0:
        return "the kernel refuses the prefix f0 (lock)";
      default:
        break;
    }
  }
  return {};
}

std::string_view refused_opcode(uint8_t opcode, bool is_64_bit) {
  if (between(opcode, 0x6c, 0x6f) || between(opcode, 0xe4, 0xe7) || between(opcode, 0xec, 0xef))
    return "the kernel refuses instructions of port input and output";
  switch (opcode) {
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xf1:
      return "the kernel refuses instructions that trap on their own";
    case 0xcf:
      return "the kernel refuses the return from an interrupt";
    case 0xf4:
    case 0xfa:
    case 0xfb:
      return "the kernel refuses privileged instructions";
    case 0x07:
    case 0x17:
    case 0x1f:
      return "the kernel refuses the loading of this segment register";
    default:
      break;
  }
  constexpr std::array<uint8_t, 15> kNotIn64Bit{0x06, 0x0e, 0x16, 0x1e, 0x27, 0x2f, 0x37, 0x3f,
                                                0x60, 0x61, 0x62, 0x82, 0x9a, 0xd4, 0xd5};
  const bool unknown = std::find(kNotIn64Bit.begin(), kNotIn64Bit.end(), opcode) != kNotIn64Bit.end() ||
                       opcode == 0xd6 || opcode == 0xea;
  return is_64_bit && unknown ? std::string_view("the kernel knows no such instruction in 64-bit code")
                              : std::string_view();
}

bool is_short_jump(uint8_t opcode) {
  return between(opcode, 0x70, 0x7f) || opcode == 0xe9 || opcode == 0xeb;
}

// Opcode bytes of vector instructions that are a jump, call, return, nop or popf among the one-byte opcodes:
// the kernel treats them as such.
std::string_view mistaken_vector(uint8_t opcode) {
  if (is_short_jump(opcode))
    return "the kernel takes this vector instruction for a jump and would not execute it";
  switch (opcode) {
    case 0x90:
      return "the kernel takes this vector instruction for a nop and would not execute it";
    case 0xe8:
    case 0x9a:
      return "the kernel takes this vector instruction for a call, and the program would crash";
    case 0xc2:
    case 0xc3:
    case 0xca:
    case 0xcb:
    case 0xea:
      return "the kernel takes this vector instruction for a return or jump, and the program would crash";
    case 0x9d:
      return "the kernel takes this vector instruction for popf, and the program would be killed by SIGTRAP";
    default:
      return {};
  }
}

InstructionVerdict judge_vector(uint8_t opcode, bool is_64_bit) {
  if (!refused_opcode(opcode, is_64_bit).empty())
    return refused("the kernel refuses vector instructions with this opcode");
  return {InstructionCost::SingleStepped, {}};
}

// The nops of 1 to 8 bytes that assemblers fill with (the kernel's x86_nops); longer ones have a prefix more
// and are single-stepped.
bool is_filling_nop(Bytes bytes) {
  const size_t prefix = !bytes.empty() && bytes[0] == 0x66 ? 1 : 0;
  Bytes nop = bytes.subspan(prefix);
  if (nop.size() < 3 || nop[0] != 0x0f || nop[1] != 0x1f) return false;
  const auto zeros = [](Bytes rest) {
    return std::all_of(rest.begin(), rest.end(), [](uint8_t each) { return each == 0; });
  };
  switch (nop[2]) {
    case 0x00:
      return nop.size() == 3 && prefix == 0;
    case 0x40:
      return nop.size() == 4 && prefix == 0 && zeros(nop.subspan(3));
    case 0x44:
      return nop.size() == 5 && zeros(nop.subspan(3));
    case 0x80:
      return nop.size() == 7 && prefix == 0 && zeros(nop.subspan(3));
    case 0x84:
      return nop.size() == 8 && prefix == 0 && zeros(nop.subspan(3));
    default:
      return false;
  }
}

bool is_near_branch(Bytes opcode) {
  if (opcode[0] == 0xe8 || is_short_jump(opcode[0])) return true;
  return opcode[0] == 0x0f && opcode.size() > 1 && between(opcode[1], 0x80, 0x8f);
}

bool is_emulated_push(const X86Instruction& parts) {
  return between(parts.opcode[0], 0x50, 0x57) && parts.prefixes.empty() &&
         (parts.rex == 0 || parts.rex == 0x41);
}

InstructionVerdict judge_legacy(const X86Instruction& parts, Bytes bytes, bool is_64_bit) {
  const uint8_t opcode = parts.opcode[0];
  std::string_view reason = refused_opcode(opcode, is_64_bit);
  if (!reason.empty()) return refused(reason);
  const uint8_t second = parts.opcode.size() > 1 ? parts.opcode[1] : 0;
  if (opcode == 0x8f && (second & 0x1f) >= 8) return refused(kCutOff);  // XOP, of AMD's past
  if (is_near_branch(parts.opcode)) {
    const bool word = std::find(parts.prefixes.begin(), parts.prefixes.end(), 0x66) != parts.prefixes.end();
    return word ? refused("the kernel refuses a branch with the prefix 66")
                : InstructionVerdict{InstructionCost::Emulated, {}};
  }
  if (opcode == 0x90) {
    if (parts.rex & 1) return refused("the kernel takes it for a nop and would not exchange the registers");
    return {InstructionCost::Emulated, {}};
  }
  if (is_emulated_push(parts)) return {InstructionCost::Emulated, {}};
  if (!is_filling_nop(bytes)) return {InstructionCost::SingleStepped, {}};
  return {is_64_bit && bytes.size() == 5 ? InstructionCost::Optimised : InstructionCost::Emulated, {}};
}

InstructionVerdict judge_x86(Bytes bytes, bool is_64_bit) {
  const X86Instruction parts = split(bytes, is_64_bit);
  std::string_view reason = refused_prefix(parts.prefixes);
  if (!reason.empty()) return refused(reason);
  if (parts.opcode.empty()) return refused(kCutOff);
  // Two instructions that hold interrupts back for one more: they cannot be stepped over. The kernel looks at
  // the same byte of a vector instruction too.
  if (parts.opcode[0] == 0x8e && parts.opcode.size() > 1 && ((parts.opcode[1] >> 3) & 7) == 2)
    return refused(parts.is_vex ? "the kernel refuses vector instructions with this opcode"
                                : "the kernel refuses the loading of this segment register");
  if (!parts.is_vex) return judge_legacy(parts, bytes, is_64_bit);
  InstructionVerdict verdict = judge_vector(parts.opcode[0], is_64_bit);
  reason = mistaken_vector(parts.opcode[0]);
  if (verdict.cost != InstructionCost::Refused && !reason.empty()) return refused(reason);
  return verdict;
}

struct Arm64Pattern {
  uint32_t mask;
  uint32_t value;
  InstructionCost cost;
  std::string_view reason;
};

constexpr auto kEmulated = InstructionCost::Emulated;
constexpr auto kStepped = InstructionCost::SingleStepped;
constexpr auto kRefused = InstructionCost::Refused;

constexpr std::string_view kBranch =
    "the kernel refuses this branch (it checks a signed pointer or returns from an exception)";
constexpr std::string_view kException = "the kernel refuses instructions that raise an exception";
constexpr std::string_view kSystemRegister = "the kernel refuses this access to a system register";
constexpr std::string_view kHint = "the kernel refuses this hint";
constexpr std::string_view kLiteral = "the kernel refuses loads relative to the program counter";
constexpr std::string_view kExclusive =
    "the kernel refuses exclusive loads and stores, which a trap makes fail";

// The first that fits decides; what none fits is single-stepped.
constexpr auto kArm64Patterns = std::to_array<Arm64Pattern>({
    {0xff000010, 0x54000000, kEmulated, {}},              // b.cond
    {0x7e000000, 0x34000000, kEmulated, {}},              // cbz, cbnz
    {0x7e000000, 0x36000000, kEmulated, {}},              // tbz, tbnz
    {0x1f000000, 0x10000000, kEmulated, {}},              // adr, adrp
    {0x7c000000, 0x14000000, kEmulated, {}},              // b, bl
    {0xfffffc1f, 0xd61f0000, kEmulated, {}},              // br
    {0xfffffc1f, 0xd63f0000, kEmulated, {}},              // blr
    {0xfffffc1f, 0xd65f0000, kEmulated, {}},              // ret
    {0xffffffff, 0xd503201f, kEmulated, {}},              // nop
    {0xfe000000, 0xd6000000, kRefused, kBranch},          // blraa, retaa, eret
    {0xff000000, 0xd4000000, kRefused, kException},       // svc, hvc, smc, brk, hlt
    {0xfff8f01f, 0xd500401f, kRefused, kSystemRegister},  // msr, immediate
    {0xfff00000, 0xd5100000, kRefused, kSystemRegister},  // msr, register
    {0xffffffe0, 0xd53b4220, kRefused, kSystemRegister},  // mrs of daif
    {0xffffffff, 0xd50320ff, kStepped, {}},               // xpaclri
    {0xffffffbf, 0xd503211f, kStepped, {}},               // pacia1716, pacib1716
    {0xffffff9f, 0xd503231f, kStepped, {}},               // paciaz, paciasp, pacibz, pacibsp
    {0xffffff3f, 0xd503241f, kStepped, {}},               // bti
    {0xfffff01f, 0xd503201f, kRefused, kHint},            // yield, wfe, autiasp, csdb …
    {0xbf000000, 0x18000000, kRefused, kLiteral},         // ldr
    {0xff000000, 0x98000000, kRefused, kLiteral},         // ldrsw
    {0xff000000, 0xd8000000, kRefused, kLiteral},         // prfm
    {0x3f800000, 0x08000000, kRefused, kExclusive},       // ldxr, stxr, ldaxp …
});

InstructionVerdict judge_arm64(Bytes bytes) {
  if (bytes.size() != 4) return refused(kCutOff);
  const uint32_t word = static_cast<uint32_t>(bytes[0]) | static_cast<uint32_t>(bytes[1]) << 8 |
                        static_cast<uint32_t>(bytes[2]) << 16 | static_cast<uint32_t>(bytes[3]) << 24;
  const auto* pattern =
      std::find_if(kArm64Patterns.begin(), kArm64Patterns.end(),
                   [word](const Arm64Pattern& each) { return (word & each.mask) == each.value; });
  if (pattern == kArm64Patterns.end()) return {InstructionCost::SingleStepped, {}};
  return {pattern->cost, pattern->reason};
}

}  // namespace

InstructionVerdict judge_instruction(std::span<const uint8_t> bytes, InstructionSet set) {
  if (set == InstructionSet::Arm64) return judge_arm64(bytes);
  return judge_x86(bytes, set == InstructionSet::X86_64);
}

}  // namespace uproar
