#include "lower/bpf/bpf_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "lower/bpf/bpf_assembler.h"
#include "lower/bpf/lower_bpf.h"
#include "support/plan_of_text.h"

namespace uproar {
namespace {

using Register = BpfRegister;

TEST(BpfText, PartsHaveTheirNames) {
  BpfAssembler code;
  const auto out = code.label();
  code.part("begin");
  code.load(4, Register::R1, Register::R6, 8);
  code.jump_if(BpfCondition::AboveOrEqual, Register::R1, 7, out);
  code.set(Register::R2, 0x123456789a);
  code.apply(BpfOperation::ShiftRightSigned, Register::R2, Register::R1);
  code.map(Register::R1, BpfMap::Ring);
  code.part("count");
  code.map_value(Register::R9, BpfMap::Counters, 64);
  code.atomic_add(Register::R9, 16, Register::R1);
  code.compare_exchange(Register::R8, 0, Register::R1);
  code.call(BpfHelper::KtimeGetNs);
  code.store_number(2, Register::R10, -8, -1);
  code.jump(out);
  code.part("out");
  code.bind(out);
  code.exit();
  BpfProgram program;
  ASSERT_TRUE(std::move(code).finish(program));
  EXPECT_EQ(bpf_text(program),
            "  begin\n"
            "       0: r1 = *(u32 *)(r6 + 8)\n"
            "       1: if r1 >= 7 goto 14\n"
            "       2: r2 = 0x123456789a\n"
            "       4: r2 s>>= r1\n"
            "       5: r1 = map ring\n"
            "  count\n"
            "       7: r9 = value of map counters + 64\n"
            "       9: lock *(u64 *)(r9 + 16) += r1\n"
            "      10: r0 = compare_exchange(*(u64 *)(r8 + 0), r0, r1)\n"
            "      11: call ktime_get_ns\n"
            "      12: *(u16 *)(r10 - 8) = -1\n"
            "      13: goto 14\n"
            "  out\n"
            "      14: exit\n");
}

// Of the definition that bpf/numbers.bpf.c shows in C.
TEST(BpfText, AWholeProgram) {
  const auto plan = plan_of_text("p:e /bin/bash:0x10 a=%di:s32 b=+8(%si):u32 c=+0(+0(%si)):u64");
  ASSERT_TRUE(plan.ok());
  const BpfEvent event{&*plan, {}};
  std::ifstream file(UPROAR_SOURCE_DIR "/tests/golden/numbers.bpf.txt");
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(bpf_text(lower_bpf({&event, 1}, {}).value().programs.at(0)), golden.str());
}

}  // namespace
}  // namespace uproar
