#include "binary/code/instruction_cost.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace uproar {
namespace {

std::vector<uint8_t> bytes_of(const std::string& hex) {
  std::istringstream words(hex);
  std::vector<uint8_t> bytes;
  for (std::string word; words >> word;) bytes.push_back(static_cast<uint8_t>(std::stoul(word, nullptr, 16)));
  return bytes;
}

InstructionVerdict judge(const std::string& hex, InstructionSet set = InstructionSet::X86_64) {
  return judge_instruction(bytes_of(hex), set);
}

struct Row {
  const char* name;
  const char* bytes;
  InstructionCost cost;
  InstructionSet set = InstructionSet::X86_64;
};

constexpr auto kEmulated = InstructionCost::Emulated;
constexpr auto kOptimised = InstructionCost::Optimised;
constexpr auto kStepped = InstructionCost::SingleStepped;
constexpr auto kRefused = InstructionCost::Refused;
constexpr auto k32 = InstructionSet::I386;
constexpr auto kArm = InstructionSet::Arm64;

// What Linux 6.18 said and did when these bytes were probed (x86); the kernel's source (arm64).
const Row kRows[] = {
    {"push_rbp", "55", kEmulated},
    {"push_r12", "41 54", kEmulated},
    {"push_with_useless_rex", "40 55", kStepped},
    {"push_word", "66 55", kStepped},
    {"push_immediate", "6a 00", kStepped},
    {"nop", "90", kEmulated},
    {"nop2", "66 90", kEmulated},
    {"pause", "f3 90", kEmulated},
    {"nop3", "0f 1f 00", kEmulated},
    {"nop4", "0f 1f 40 00", kEmulated},
    {"nop5", "0f 1f 44 00 00", kOptimised},
    {"nop5_32", "0f 1f 44 00 00", kEmulated, k32},
    {"nop6", "66 0f 1f 44 00 00", kEmulated},
    {"nop7", "0f 1f 80 00 00 00 00", kEmulated},
    {"nop8", "0f 1f 84 00 00 00 00 00", kEmulated},
    {"nop9", "66 0f 1f 84 00 00 00 00 00", kStepped},
    {"nop10", "66 2e 0f 1f 84 00 00 00 00 00", kRefused},
    {"nop_of_a_register", "0f 1f c0", kStepped},
    {"jmp_short", "eb 00", kEmulated},
    {"jmp", "e9 00 00 00 00", kEmulated},
    {"bnd_jmp", "f2 e9 00 00 00 00", kEmulated},
    {"jne_short", "75 00", kEmulated},
    {"jne", "0f 85 00 00 00 00", kEmulated},
    {"call", "e8 00 00 00 00", kEmulated},
    {"call_word", "66 e8 00 00 00 00", kRefused},
    {"je_word", "66 0f 84 00 00 00 00", kRefused},
    {"jmp_register", "ff e0", kStepped},
    {"call_register", "ff d0", kStepped},
    {"call_through_memory", "ff 15 00 00 00 00", kStepped},
    {"endbr64", "f3 0f 1e fa", kStepped},
    {"sub_rsp", "48 83 ec 08", kStepped},
    {"mov", "48 89 e5", kStepped},
    {"mov_relative", "48 8b 05 00 00 00 00", kStepped},
    {"ret", "c3", kStepped},
    {"leave", "c9", kStepped},
    {"loop", "e2 00", kStepped},
    {"syscall", "0f 05", kStepped},
    {"ud2", "0f 0b", kStepped},
    {"rdtsc", "0f 31", kStepped},
    {"cpuid", "0f a2", kStepped},
    {"xbegin", "c7 f8 00 00 00 00", kStepped},
    {"popf", "9d", kStepped},
    {"rep_movs", "f3 a4", kStepped},
    {"fs_load", "64 48 8b 04 25 28 00 00 00", kStepped},
    {"mov_ds", "8e d8", kStepped},
    {"mov_ss", "8e d0", kRefused},
    {"es_prefix", "26 8b 00", kRefused},
    {"cs_prefix", "2e 8b 00", kRefused},
    {"ss_prefix", "36 8b 00", kRefused},
    {"ds_prefix", "3e 8b 00", kRefused},
    {"notrack_jmp", "3e ff e0", kRefused},
    {"lock_after_another_prefix", "66 f0 ff 00", kRefused},
    {"lock_cmpxchg", "f0 48 0f b1 0f", kRefused},
    {"int3", "cc", kRefused},
    {"int", "cd 80", kRefused},
    {"icebp", "f1", kRefused},
    {"hlt", "f4", kRefused},
    {"cli", "fa", kRefused},
    {"in", "ec", kRefused},
    {"in_immediate", "e4 10", kRefused},
    {"out", "ee", kRefused},
    {"insb", "6c", kRefused},
    {"outsl", "6f", kRefused},
    {"iretq", "48 cf", kRefused},
    {"xop", "8f e8 78 c0 c0 00", kRefused},
    {"pop_memory", "8f 00", kStepped},
    {"xchg_r8_rax_is_taken_for_a_nop", "49 90", kRefused},
    {"xchg_eax_eax", "48 90", kEmulated},
    {"vmovups", "c5 f8 10 07", kStepped},
    {"vaddps", "c5 f8 58 c0", kStepped},
    {"vmovmskps_is_no_push", "c5 f8 50 c0", kStepped},
    {"vbroadcastss", "c4 e2 7d 18 07", kStepped},
    {"vmovdqu_load", "c5 fa 6f 07", kRefused},
    {"vpxor", "c5 f9 ef c0", kRefused},
    {"vpor_is_taken_for_jmp", "c5 f9 eb c1", kRefused},
    {"vpsubsb_is_taken_for_call", "c5 f9 e8 c1", kRefused},
    {"vmovdqu_store_is_taken_for_jg", "c5 fa 7f 07", kRefused},
    {"vzeroupper_is_taken_for_ja", "c5 f8 77", kRefused},
    {"vpbroadcastb_is_taken_for_js", "c4 e2 79 78 c0", kRefused},
    {"vcmpps_is_taken_for_ret", "c5 f8 c2 c0 00", kRefused},
    {"vfnmadd132ss_is_taken_for_popf", "c4 e2 79 9d c0", kRefused},
    {"evex_vmovups", "62 f1 7c 48 10 07", kStepped},
    {"evex_vpord", "62 f1 75 08 eb c8", kRefused},
    {"les_32", "c4 00", kStepped, k32},
    {"lds_32", "c5 00", kStepped, k32},
    {"bound_32", "62 00", kStepped, k32},
    {"vpxor_32", "c5 f9 ef c0", kRefused, k32},
    {"vfmsub132ps_32_is_taken_for_lcall", "c4 e2 79 9a c0", kRefused, k32},
    {"pusha_32", "60", kStepped, k32},
    {"pusha_64", "60", kRefused},
    {"push_es_32", "06", kStepped, k32},
    {"pop_es_32", "07", kRefused, k32},
    {"ljmp_32", "ea 00 00 00 00 00 00", kStepped, k32},
    {"inc_eax_32", "40", kStepped, k32},
    {"into_32", "ce", kRefused, k32},
    {"push_ebp_32", "55", kEmulated, k32},
    {"arm_bl", "01 00 00 94", kEmulated, kArm},
    {"arm_cbz", "40 00 00 b4", kEmulated, kArm},
    {"arm_adrp", "00 00 00 90", kEmulated, kArm},
    {"arm_ret", "c0 03 5f d6", kEmulated, kArm},
    {"arm_nop", "1f 20 03 d5", kEmulated, kArm},
    {"arm_stp", "fd 7b bf a9", kStepped, kArm},
    {"arm_paciasp", "3f 23 03 d5", kStepped, kArm},
    {"arm_bti_c", "5f 24 03 d5", kStepped, kArm},
    {"arm_autiasp", "bf 23 03 d5", kRefused, kArm},
    {"arm_retaa", "ff 0b 5f d6", kRefused, kArm},
    {"arm_svc", "01 00 00 d4", kRefused, kArm},
    {"arm_brk", "00 00 20 d4", kRefused, kArm},
    {"arm_ldr_literal", "40 00 00 58", kRefused, kArm},
    {"arm_ldxr", "20 7c 5f c8", kRefused, kArm},
    {"arm_ldar", "20 fc df c8", kStepped, kArm},
    {"arm_msr_fpcr", "00 44 1b d5", kRefused, kArm},
    {"arm_mrs_tpidr", "40 d0 3b d5", kStepped, kArm},
    {"arm_cut_off", "1f 20 03", kRefused, kArm},
};

class InstructionCostOf : public testing::TestWithParam<Row> {};

TEST_P(InstructionCostOf, IsWhatTheKernelDoes) {
  const Row& row = GetParam();
  InstructionVerdict verdict = judge(row.bytes, row.set);
  EXPECT_EQ(verdict.cost, row.cost) << verdict.reason;
  EXPECT_EQ(verdict.reason.empty(), row.cost != kRefused);
}

INSTANTIATE_TEST_SUITE_P(, InstructionCostOf, testing::ValuesIn(kRows),
                         [](const auto& info) { return std::string(info.param.name); });

// The opcodes that `perf_event_open` of a uprobe failed with 524 for, each tried as OP c0 and as OP 00 (with
// bytes of zero behind) in a mapped file.
TEST(InstructionCost, EveryOneByteOpcodeIsJudgedAsTheKernelDoes) {
  const std::string refused_64 =
      "06 07 0e 16 17 1e 1f 27 2f 37 3f 60 61 6c 6d 6e 6f 82 9a cc cd ce cf d4 d6 e4 e5 e6 e7 ea ec ed ee ef "
      "f1 "
      "f4 fa fb";
  const std::string refused_32 = "07 17 1f 6c 6d 6e 6f cc cd ce cf e4 e5 e6 e7 ec ed ee ef f1 f4 fa fb";
  // Prefixes: no opcodes. d5 is one on processors with APX.
  const std::string prefixes = "26 2e 36 3e 62 64 65 66 67 c4 c5 d5 f0 f2 f3";
  for (InstructionSet set : {InstructionSet::X86_64, InstructionSet::I386}) {
    const std::string& refused = set == InstructionSet::I386 ? refused_32 : refused_64;
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
      char text[4];
      std::snprintf(text, sizeof text, "%02x", opcode);
      bool is_rex = set == InstructionSet::X86_64 && opcode >= 0x40 && opcode <= 0x4f;
      if (is_rex || prefixes.find(text) != std::string::npos) continue;
      bool expected = refused.find(text) != std::string::npos;
      EXPECT_EQ(judge(std::string(text) + " c0", set).cost == kRefused, expected) << text;
    }
  }
}

TEST(InstructionCost, NoTwoByteOpcodeIsRefused) {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    std::vector<uint8_t> bytes{0x0f, static_cast<uint8_t>(opcode), 0xc0};
    EXPECT_NE(judge_instruction(bytes, InstructionSet::X86_64).cost, kRefused) << opcode;
  }
}

TEST(InstructionCost, CutOffBytesAreRefusedNotRead) {
  for (const char* hex : {"", "66", "48", "66 66 66 66", "c5", "c4 e2", "62 f1 7c", "f2 48"}) {
    EXPECT_EQ(judge(hex).cost, kRefused) << hex;
  }
  EXPECT_EQ(judge("0f").cost, kStepped);
  EXPECT_EQ(judge("8f").cost, kStepped);
  EXPECT_EQ(judge("0f 1f").cost, kStepped);
}

}  // namespace
}  // namespace uproar
