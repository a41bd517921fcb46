#include "lower/bpf/stack_code.h"

#include "lower/bpf/register_offsets.h"

namespace uproar {
namespace {

using Register = BpfRegister;
using Label = BpfAssembler::Label;

constexpr int32_t kUserStack = 1 << 8;  // BPF_F_USER_STACK
// The least that is tried of a stack that ends before the bytes that were asked for.
constexpr uint32_t kSmallestCopy = 256;

class StackCode {
 public:
  StackCode(BpfAssembler& code, const BpfOptions& options, BpfRecordPlace record, uint32_t at)
      : code_(code),
        options_(options),
        record_(record),
        at_(at),
        registers_(*machine_registers(options.machine)) {}

  void run() {
    code_.part(options_.stack == BpfOptions::Stack::Copy ? "copy of the stack" : "call chain");
    code_.apply(BpfOperation::Add, kEnd, 7);
    code_.apply(BpfOperation::And, kEnd, -8);
    code_.store(8, kFrame, kLength, kEnd);
    switch (options_.stack) {
      case BpfOptions::Stack::FramePointers:
        return walk();
      case BpfOptions::Stack::Kernel:
        return ask_kernel();
      case BpfOptions::Stack::Copy:
        return copy();
      case BpfOptions::Stack::None:
        break;
    }
  }

 private:
  // to = where the record ends so far
  void end_of_record(Register to) {
    code_.move(to, record_.base);
    code_.apply(BpfOperation::Add, to, record_.offset);
    code_.apply(BpfOperation::Add, to, kEnd);
  }

  void load_context(Register to, uint32_t offset) {
    code_.load(8, to, kContext, static_cast<int32_t>(offset));
  }

  // r1
  void add_address() {
    end_of_record(Register::R2);
    code_.store(8, Register::R2, 0, Register::R1);
    code_.apply(BpfOperation::Add, kEnd, 8);
  }

  // r3 = from where; r0 != 0: it cannot be read
  void read(int32_t to, uint32_t bytes) {
    code_.move(Register::R1, kFrame);
    code_.apply(BpfOperation::Add, Register::R1, to);
    code_.set(Register::R2, bytes);
    code_.call(BpfHelper::ProbeReadUser);
  }

  // A frame pointer is where that of the caller was saved, and behind it where the function returns to. It grows from frame
  // to frame; 0 ends the chain.
  void walk() {
    const Label next = code_.label();
    const Label loop = code_.label();
    const Label done = code_.label();
    load_context(Register::R1, registers_.instruction_pointer);
    add_address();
    code_.load(8, Register::R1, kFrame, kAtEntry);
    code_.jump_if(BpfCondition::Equal, Register::R1, 0, next);
    if (const auto link = register_offset(options_.machine, "lr")) {
      load_context(Register::R1, *link);
    } else {
      load_context(Register::R3, registers_.stack_pointer);
      read(kValue, 8);
      code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, next);
      code_.load(8, Register::R1, kFrame, kValue);
    }
    add_address();
    code_.bind(next);
    load_context(Register::R1, registers_.frame_pointer);
    code_.store(8, kFrame, kBase, Register::R1);
    code_.set(Register::R1, 0);
    code_.store(8, kFrame, kKey, Register::R1);
    code_.bind(loop);
    code_.load(8, Register::R3, kFrame, kBase);
    read(kScratch, 16);
    code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, done);
    code_.load(8, Register::R1, kFrame, kScratch + 8);
    code_.jump_if(BpfCondition::Equal, Register::R1, 0, done);
    add_address();
    code_.load(8, Register::R2, kFrame, kBase);
    code_.load(8, Register::R1, kFrame, kScratch);
    code_.jump_if(BpfCondition::BelowOrEqual, Register::R1, Register::R2, done);
    code_.store(8, kFrame, kBase, Register::R1);
    code_.load(8, Register::R1, kFrame, kKey);
    code_.apply(BpfOperation::Add, Register::R1, 1);
    code_.store(8, kFrame, kKey, Register::R1);
    code_.jump_if(BpfCondition::Below, Register::R1, static_cast<int32_t>(kMostFrames - 2), loop);
    code_.bind(done);
    code_.load(8, Register::R2, kFrame, kLength);
    code_.move(Register::R1, kEnd);
    code_.apply(BpfOperation::Subtract, Register::R1, Register::R2);
    code_.store(4, record_.base, record_.at(at_), Register::R2);
    code_.store(4, record_.base, record_.at(at_ + 4), Register::R1);
  }

  void ask_kernel() {
    code_.move(Register::R1, kContext);
    end_of_record(Register::R2);
    code_.set(Register::R3, kMostFrames * 8);
    code_.set(Register::R4, kUserStack);
    code_.call(BpfHelper::GetStack);
    // An error becomes 0, as of strings.
    code_.move(Register::R1, Register::R0);
    code_.apply(BpfOperation::ShiftRightSigned, Register::R1, 63);
    code_.apply(BpfOperation::Xor, Register::R1, -1);
    code_.apply(BpfOperation::And, Register::R0, Register::R1);
    code_.apply(BpfOperation::And, Register::R0, 1023);
    code_.store(4, record_.base, record_.at(at_), kEnd);
    code_.store(4, record_.base, record_.at(at_ + 4), Register::R0);
    code_.apply(BpfOperation::Add, kEnd, Register::R0);
  }

  // The registers, then as much of the stack as there is.
  void copy() {
    end_of_record(Register::R2);
    for (uint32_t offset = 0; offset < registers_.bytes; offset += 8) {
      load_context(Register::R1, offset);
      code_.store(8, Register::R2, static_cast<int32_t>(offset), Register::R1);
    }
    code_.store(4, record_.base, record_.at(at_), kEnd);
    code_.apply(BpfOperation::Add, kEnd, static_cast<int32_t>(registers_.bytes));
    const Label done = code_.label();
    const Label none = code_.label();
    for (uint32_t bytes = options_.stack_copy_bytes / 8 * 8;; bytes = bytes / 16 * 8) {
      if (bytes < kSmallestCopy) break;
      const Label smaller = code_.label();
      end_of_record(Register::R1);
      code_.set(Register::R2, bytes);
      load_context(Register::R3, registers_.stack_pointer);
      code_.call(BpfHelper::ProbeReadUser);
      code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, smaller);
      code_.store_number(4, record_.base, record_.at(at_ + 4), static_cast<int32_t>(bytes));
      code_.apply(BpfOperation::Add, kEnd, static_cast<int32_t>(bytes));
      code_.jump(done);
      code_.bind(smaller);
    }
    code_.bind(none);
    code_.store_number(4, record_.base, record_.at(at_ + 4), 0);
    code_.bind(done);
  }

  BpfAssembler& code_;
  const BpfOptions& options_;
  BpfRecordPlace record_;
  uint32_t at_;
  MachineRegisters registers_;
};

}  // namespace

uint32_t stack_bytes(const BpfOptions& options) {
  switch (options.stack) {
    case BpfOptions::Stack::FramePointers:
    case BpfOptions::Stack::Kernel:
      return 8 + (kMostFrames + 1) * 8;
    case BpfOptions::Stack::Copy:
      return 8 + machine_registers(options.machine)->bytes + options.stack_copy_bytes;
    case BpfOptions::Stack::None:
      break;
  }
  return 0;
}

void stack_code(BpfAssembler& code, const BpfOptions& options, BpfRecordPlace record, uint32_t at) {
  StackCode(code, options, record, at).run();
}

}  // namespace uproar
