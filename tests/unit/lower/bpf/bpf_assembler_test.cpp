#include "lower/bpf/bpf_assembler.h"

#include <gtest/gtest.h>
#include <linux/bpf.h>

namespace uproar {
namespace {

using Register = BpfRegister;

// The kernel's numbers.
static_assert(static_cast<int>(BpfHelper::MapLookup) == BPF_FUNC_map_lookup_elem);
static_assert(static_cast<int>(BpfHelper::KtimeGetNs) == BPF_FUNC_ktime_get_ns);
static_assert(static_cast<int>(BpfHelper::GetSmpProcessorId) == BPF_FUNC_get_smp_processor_id);
static_assert(static_cast<int>(BpfHelper::TailCall) == BPF_FUNC_tail_call);
static_assert(static_cast<int>(BpfHelper::GetCurrentPidTgid) == BPF_FUNC_get_current_pid_tgid);
static_assert(static_cast<int>(BpfHelper::GetCurrentComm) == BPF_FUNC_get_current_comm);
static_assert(static_cast<int>(BpfHelper::GetStack) == BPF_FUNC_get_stack);
static_assert(static_cast<int>(BpfHelper::ProbeReadUser) == BPF_FUNC_probe_read_user);
static_assert(static_cast<int>(BpfHelper::ProbeReadUserStr) == BPF_FUNC_probe_read_user_str);
static_assert(static_cast<int>(BpfHelper::RingbufOutput) == BPF_FUNC_ringbuf_output);
static_assert(static_cast<int>(BpfHelper::CopyFromUser) == BPF_FUNC_copy_from_user);
static_assert(static_cast<int>(BpfHelper::GetFuncIp) == BPF_FUNC_get_func_ip);
static_assert(static_cast<int>(BpfHelper::GetAttachCookie) == BPF_FUNC_get_attach_cookie);
static_assert(static_cast<int>(BpfOperation::ShiftRightSigned) == BPF_ARSH);
static_assert(static_cast<int>(BpfCondition::BelowOrEqual) == BPF_JLE);
static_assert(static_cast<int>(BpfCondition::LessOrEqual) == BPF_JSLE);
static_assert(sizeof(BpfInstruction) == sizeof(bpf_insn));

BpfProgram finished(BpfAssembler&& code) {
  BpfProgram program;
  EXPECT_TRUE(std::move(code).finish(program));
  return program;
}

TEST(BpfAssembler, JumpsForwardAndBackReachTheirLabels) {
  BpfAssembler code;
  const auto begin = code.label();
  const auto end = code.label();
  code.bind(begin);
  code.jump_if(BpfCondition::Equal, Register::R1, 0, end);
  code.set(Register::R0, 0x1'0000'0000);  // two instructions
  code.jump(begin);
  code.bind(end);
  code.exit();
  const BpfProgram program = finished(std::move(code));
  ASSERT_EQ(program.instructions.size(), 5u);
  EXPECT_EQ(program.instructions[0].offset, 3);
  EXPECT_EQ(program.instructions[3].offset, -4);
}

TEST(BpfAssembler, NumbersOfMapsArePatchedIn) {
  BpfAssembler code;
  code.set(Register::R0, 0);
  code.map(Register::R1, BpfMap::Ring);
  code.map_value(Register::R2, BpfMap::Counters, 64);
  const BpfProgram program = finished(std::move(code));
  ASSERT_EQ(program.patches.size(), 2u);
  EXPECT_EQ(program.patches[0].instruction, 1u);
  EXPECT_EQ(program.patches[0].map, BpfMap::Ring);
  EXPECT_EQ(program.instructions[1].registers, BPF_PSEUDO_MAP_FD << 4 | 1);
  EXPECT_EQ(program.patches[1].instruction, 3u);
  EXPECT_EQ(program.instructions[3].registers, BPF_PSEUDO_MAP_VALUE << 4 | 2);
  EXPECT_EQ(program.instructions[4].immediate, 64);
}

TEST(BpfAssembler, EmptyPartsVanish) {
  BpfAssembler code;
  code.part("nothing");
  code.part("something");
  code.exit();
  code.part("nothing more");
  const BpfProgram program = finished(std::move(code));
  ASSERT_EQ(program.parts.size(), 1u);
  EXPECT_EQ(program.parts[0].name, "something");
}

TEST(BpfAssembler, JumpsEndSomewhere) {
  BpfAssembler code;
  const auto far = code.label();
  code.jump(far);
  for (int i = 0; i < 32768; ++i) code.move(Register::R1, Register::R2);
  code.bind(far);
  code.exit();
  BpfProgram program;
  EXPECT_FALSE(std::move(code).finish(program));
}

}  // namespace
}  // namespace uproar
