#include "lower/bpf/stack_code.h"

#include <gtest/gtest.h>

#include "event/bpf_record.h"
#include "support/bpf_cases.h"
#include "support/plan_of_text.h"

namespace uproar {
namespace {

using Chain = std::vector<uint64_t>;

constexpr uint64_t kFirstFrame = 0x7fff0000;

// A hit in a program of which three functions have frames, in the third frame's function.
struct Hit {
  explicit Hit(BpfOptions::Stack stack, bool at_entry = false, uint64_t last_return = 0x500002,
               uint32_t copy_bytes = 4096, std::vector<uint32_t> callers = {}) {
    options.stack = stack;
    options.stack_copy_bytes = copy_bytes;
    plan = *plan_of_text("p:e /bin/bash:0x10 s=+0(%dx):string n=%di");
    if (at_entry) plan.sites[0].symbol = "f";
    const BpfEvent event{&plan, {}, callers};
    programs = *lower_bpf({&event, 1}, options);
    BpfEmulator machine(programs);
    test::set_up(machine);
    for (uint64_t i = 0; i < 3; ++i) {
      std::string frame;
      test::append(frame, i == 2 ? uint64_t{0} : kFirstFrame + 0x100 * (i + 1));
      test::append(frame, i == 2 ? last_return : 0x500000 + i);
      machine.memory.put(kFirstFrame + 0x100 * i, frame);
    }
    machine.registers[*register_offset("x86_64", "bp") / 8] = kFirstFrame;
    machine.stack = {1, 2, 3, 4};
    fault = machine.hit(0, 0);
    if (!machine.records.empty()) record = machine.records[0];
  }

  uint64_t number(size_t at) const {
    uint64_t value = 0;
    if (at + 8 <= record.size()) std::memcpy(&value, record.data() + at, 8);
    return value;
  }

  Chain chain() const {
    BpfRecordReader reader(programs.events[0].layout);
    uproar_record head{};
    EXPECT_EQ(read_bpf_head(record, head), BpfRecordStatus::Ok);
    EXPECT_EQ(reader.read(record, head), BpfRecordStatus::Ok);
    return {reader.stack().begin(), reader.stack().end()};
  }

  BpfOptions options;
  ProbePlan plan;
  BpfPrograms programs;
  std::string fault;
  std::vector<uint8_t> record;
};

TEST(StackCode, FramesAreWalked) {
  const Hit hit(BpfOptions::Stack::FramePointers);
  EXPECT_EQ(hit.fault, "");
  EXPECT_EQ(hit.chain(), (Chain{0x400010, 0x500000, 0x500001, 0x500002}));
}

// The caller is where the function would return to: its frame is not made yet.
TEST(StackCode, AtAFunctionsFirstInstruction) {
  const Hit hit(BpfOptions::Stack::FramePointers, true);
  EXPECT_EQ(hit.fault, "");
  EXPECT_EQ(hit.chain(), (Chain{0x400010, 0x100, 0x500000, 0x500001, 0x500002}));
}

// Behind some instructions that have pushed something.
TEST(StackCode, BeforeTheFrameIsMade) {
  const Hit hit(BpfOptions::Stack::FramePointers, false, 0x500002, 0, {1 + 16});
  EXPECT_EQ(hit.fault, "");
  EXPECT_EQ(hit.chain(), (Chain{0x400010, 0x102, 0x500000, 0x500001, 0x500002}));
}

// The kernel's trampoline hides where a function returns to; the kernel knows.
TEST(StackCode, TheKernelIsAskedAboutTrampolines) {
  const Hit hit(BpfOptions::Stack::FramePointers, false, 0x7fffffffe000);
  EXPECT_EQ(hit.fault, "");
  EXPECT_EQ(hit.chain(), (Chain{1, 2, 3, 4}));
}

TEST(StackCode, AsTheKernelWalks) {
  const Hit hit(BpfOptions::Stack::Kernel);
  EXPECT_EQ(hit.fault, "");
  EXPECT_EQ(hit.chain(), (Chain{1, 2, 3, 4}));
}

// As much as there is, by pages: the stack of the process has 128 bytes.
TEST(StackCode, CopiesRegistersAndStack) {
  for (const uint32_t bytes : {64U, 4096U, 65528U}) {
    const Hit hit(BpfOptions::Stack::Copy, false, 0x500002, bytes);
    EXPECT_EQ(hit.fault, "");
    uproar_stack_copy copy;
    std::memcpy(&copy, hit.record.data() + hit.programs.events[0].layout.stack_copy_at, sizeof copy);
    EXPECT_EQ(copy.bytes, bytes == 64 ? 64 : 0);
    EXPECT_EQ(copy.offset + 21 * 8 + copy.bytes, hit.record.size());
    EXPECT_EQ(hit.number(copy.offset + *register_offset("x86_64", "sp")), test::kStack);
    EXPECT_EQ(hit.number(copy.offset + *register_offset("x86_64", "r9")), 0xffff'ffff'ffff'fffeu);
  }
}

}  // namespace
}  // namespace uproar
