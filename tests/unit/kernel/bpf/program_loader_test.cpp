#include "kernel/bpf/program_loader.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(ProgramLoader, FindsTheInstructionAndTheComplaint) {
  const VerifierComplaint complaint = read_verifier_log(
      "func#0 @0\n"
      "0: R1=ctx(off=0,imm=0) R10=fp0\n"
      "0: (b7) r0 = 0                        ; R0_w=0\n"
      "; what the source said: 1\n"
      "1: (7b) *(u64 *)(r10 -4) = r0\n"
      "misaligned stack access off (0x0; 0x0)+0+-4 size 8\n"
      "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n");
  EXPECT_EQ(complaint.instruction, 1U);
  EXPECT_EQ(complaint.words, "misaligned stack access off (0x0; 0x0)+0+-4 size 8");
}

TEST(ProgramLoader, AComplaintMayComeBeforeAnyInstruction) {
  const VerifierComplaint complaint = read_verifier_log("unreachable insn 3\nprocessed 0 insns\n");
  EXPECT_EQ(complaint.instruction, std::nullopt);
  EXPECT_EQ(complaint.words, "unreachable insn 3");
}

TEST(ProgramLoader, NoLogNoComplaint) {
  EXPECT_EQ(read_verifier_log("").words, "");
  EXPECT_EQ(read_verifier_log("0: (95) exit\nprocessed 1 insns\n").words, "");
}

}  // namespace
}  // namespace uproar
