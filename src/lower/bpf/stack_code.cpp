#include "lower/bpf/stack_code.h"

#include "event/bpf_abi.h"
#include "lower/bpf/register_offsets.h"

namespace uproar {
namespace {

using Register = BpfRegister;
using Label = BpfAssembler::Label;

constexpr int32_t kUserStack = 1 << 8;  // BPF_F_USER_STACK
constexpr int32_t kPage = 4096;         // the least that there is
// Below it nothing is mapped (sysctl vm.mmap_min_addr): what stands there is no frame pointer, and not worth a fault.
constexpr int32_t kLowestFrame = 4096;
// kernel: kernel/events/uprobes.c xol_add_vma puts the trampoline that catches returns into the last page that a process may
// have, of which there is one more (arch/x86/include/asm/page_64_types.h TASK_SIZE_MAX).
constexpr int32_t kAddressBits = 47;
constexpr int32_t kTrampolineBytes = 2 * 4096;

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
      case BpfOptions::Stack::Kernel:
        return walk();
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

  // u64 how many addresses, the addresses. A frame pointer is where that of the caller was saved, and behind it where the
  // function returns to; as the kernel walks (arch/x86/events/core.c perf_callchain_user), up to what cannot be read.
  void walk() {
    const bool ask_always = options_.stack == BpfOptions::Stack::Kernel;
    const Label next = code_.label();
    const Label loop = code_.label();
    const Label done = code_.label();
    const Label ask = code_.label();
    const Label end = code_.label();
    code_.apply(BpfOperation::Add, kEnd, 8);
    code_.set(Register::R1, ask_always ? 1 : 0);
    code_.store(8, kFrame, kAddress, Register::R1);
    load_context(Register::R1, registers_.instruction_pointer);
    add_address();
    code_.load(8, Register::R3, kFrame, kCaller);
    code_.jump_if(BpfCondition::Equal, Register::R3, 0, next);
    if (const auto link = register_offset(options_.machine, "lr")) {
      load_context(Register::R1, *link);
    } else {
      load_context(Register::R1, registers_.stack_pointer);
      code_.apply(BpfOperation::Add, Register::R3, Register::R1);
      code_.apply(BpfOperation::Add, Register::R3, -1);
      read(kValue, 8);
      code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, next);
      code_.load(8, Register::R1, kFrame, kValue);
    }
    add_return_address();
    code_.bind(next);
    load_context(Register::R3, registers_.frame_pointer);
    code_.set(Register::R1, 0);
    code_.store(8, kFrame, kKey, Register::R1);
    code_.bind(loop);
    code_.jump_if(BpfCondition::Below, Register::R3, kLowestFrame, done);
    read(kScratch, 16);
    code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, done);
    code_.load(8, Register::R1, kFrame, kScratch + 8);
    add_return_address();
    code_.load(8, Register::R3, kFrame, kScratch);
    code_.load(8, Register::R1, kFrame, kKey);
    code_.apply(BpfOperation::Add, Register::R1, 1);
    code_.store(8, kFrame, kKey, Register::R1);
    code_.jump_if(BpfCondition::Below, Register::R1, static_cast<int32_t>(kMostFrames - 1), loop);
    code_.bind(done);
    code_.load(8, Register::R2, kFrame, kLength);
    code_.store(4, record_.base, record_.at(at_), Register::R2);
    code_.move(Register::R3, record_.base);
    code_.apply(BpfOperation::Add, Register::R3, record_.offset);
    code_.apply(BpfOperation::Add, Register::R3, Register::R2);
    code_.move(Register::R1, kEnd);
    code_.apply(BpfOperation::Subtract, Register::R1, Register::R2);
    code_.store(4, record_.base, record_.at(at_ + 4), Register::R1);
    code_.apply(BpfOperation::ShiftRight, Register::R1, 3);
    code_.apply(BpfOperation::Subtract, Register::R1, 1);
    code_.store(8, Register::R3, 0, Register::R1);
    code_.load(8, Register::R1, kFrame, kAddress);
    // To jump there lets the verifier see that it is the same code whatever the number of addresses.
    code_.jump_if(BpfCondition::NotEqual, Register::R1, 0, ask);
    code_.jump(end);
    code_.bind(ask);
    ask_kernel();
    code_.bind(end);
  }

  // r1; and whether it is the kernel's trampoline, which stands where the function would return to. Without a branch, which the
  // verifier would follow twice for each address.
  void add_return_address() {
    if (options_.machine == "x86_64" && options_.stack != BpfOptions::Stack::Kernel) {
      code_.move(Register::R2, Register::R1);
      code_.apply(BpfOperation::Add, Register::R2, kTrampolineBytes);
      code_.apply(BpfOperation::ShiftRight, Register::R2, kAddressBits);
      code_.load(8, Register::R3, kFrame, kAddress);
      code_.apply(BpfOperation::Or, Register::R3, Register::R2);
      code_.store(8, kFrame, kAddress, Register::R3);
    }
    add_address();
  }

  // Behind the room for all addresses that could have been walked, so that its place does not hang on their number.
  void ask_kernel() {
    code_.part("call chain of the kernel");
    code_.load(8, kEnd, kFrame, kLength);
    code_.apply(BpfOperation::Add, kEnd, static_cast<int32_t>(UPROAR_CHAIN_KERNEL));
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
    code_.apply(BpfOperation::Add, kEnd, Register::R0);
    code_.apply(BpfOperation::Add, Register::R0, static_cast<int32_t>(UPROAR_CHAIN_KERNEL));
    code_.store(4, record_.base, record_.at(at_ + 4), Register::R0);
  }

  // The registers, then as much of the stack as there is: it ends at a page. If not all can be read, then not the last
  // page of it.
  void copy() {
    end_of_record(Register::R2);
    for (uint32_t offset = 0; offset < registers_.bytes; offset += 8) {
      load_context(Register::R1, offset);
      code_.store(8, Register::R2, static_cast<int32_t>(offset), Register::R1);
    }
    code_.store(4, record_.base, record_.at(at_), kEnd);
    code_.apply(BpfOperation::Add, kEnd, static_cast<int32_t>(registers_.bytes));
    const uint32_t bytes = options_.stack_copy_bytes;
    const Label done = code_.label();
    const Label pages = code_.label();
    code_.store(8, kFrame, kLength, kEnd);
    load_context(Register::R3, registers_.stack_pointer);
    code_.set(Register::R2, bytes);
    copy_piece();
    code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, pages);
    code_.apply(BpfOperation::Add, kEnd, static_cast<int32_t>(bytes));
    code_.jump(done);
    code_.bind(pages);
    load_context(Register::R3, registers_.stack_pointer);
    code_.move(Register::R1, Register::R3);
    code_.apply(BpfOperation::And, Register::R1, kPage - 1);
    code_.set(Register::R2, kPage);
    code_.apply(BpfOperation::Subtract, Register::R2, Register::R1);
    code_.apply(BpfOperation::Add, Register::R3, Register::R2);
    code_.store(8, kFrame, kBase, Register::R3);
    code_.store(8, kFrame, kValue, Register::R2);
    load_context(Register::R3, registers_.stack_pointer);
    copy_piece();
    code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, done);
    code_.load(8, Register::R1, kFrame, kValue);
    code_.apply(BpfOperation::Add, kEnd, Register::R1);
    for (uint32_t copied = kPage; copied < bytes; copied += kPage) {
      code_.load(8, Register::R3, kFrame, kBase);
      code_.move(Register::R1, Register::R3);
      code_.apply(BpfOperation::Add, Register::R1, kPage);
      code_.store(8, kFrame, kBase, Register::R1);
      code_.set(Register::R2, kPage);
      copy_piece();
      code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, done);
      code_.apply(BpfOperation::Add, kEnd, kPage);
    }
    code_.bind(done);
    code_.load(8, Register::R2, kFrame, kLength);
    code_.move(Register::R1, kEnd);
    code_.apply(BpfOperation::Subtract, Register::R1, Register::R2);
    code_.store(4, record_.base, record_.at(at_ + 4), Register::R1);
  }

  // r2 bytes from r3 to where the record ends; r0 != 0: they cannot be read
  void copy_piece() {
    end_of_record(Register::R1);
    code_.call(options_.sleepable ? BpfHelper::CopyFromUser : BpfHelper::ProbeReadUser);
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
      return 8 + UPROAR_CHAIN_KERNEL + 1024;
    case BpfOptions::Stack::Copy:
      // The pieces of a copy may end a page behind it, as far as the verifier knows.
      return 8 + machine_registers(options.machine)->bytes + options.stack_copy_bytes + kPage;
    case BpfOptions::Stack::None:
      break;
  }
  return 0;
}

void stack_code(BpfAssembler& code, const BpfOptions& options, BpfRecordPlace record, uint32_t at) {
  StackCode(code, options, record, at).run();
}

}  // namespace uproar
