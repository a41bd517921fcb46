// Instructions of BPF put together with labels and names for their parts. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lower/bpf/bpf_program.h"

namespace uproar {

enum class BpfRegister : uint8_t { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 };

// Helpers of the kernel that are called, with its numbers (include/uapi/linux/bpf.h).
enum class BpfHelper : int32_t {
  MapLookup = 1,
  KtimeGetNs = 5,
  GetSmpProcessorId = 8,
  TailCall = 12,
  GetCurrentPidTgid = 14,
  GetCurrentComm = 16,
  GetStack = 67,
  ProbeReadUser = 112,
  ProbeReadUserStr = 114,
  RingbufOutput = 130,
  CopyFromUser = 148,
  GetFuncIp = 173,
  GetAttachCookie = 174,
};

enum class BpfOperation : uint8_t {
  Add = 0x00,
  Subtract = 0x10,
  Multiply = 0x20,
  Or = 0x40,
  And = 0x50,
  ShiftLeft = 0x60,
  ShiftRight = 0x70,
  Xor = 0xa0,
  ShiftRightSigned = 0xc0,
};

enum class BpfCondition : uint8_t {
  Equal = 0x10,
  Above = 0x20,  // unsigned, as AboveOrEqual, Below, BelowOrEqual
  AboveOrEqual = 0x30,
  AnyBit = 0x40,  // of both operands
  NotEqual = 0x50,
  Greater = 0x60,  // signed, as the rest
  GreaterOrEqual = 0x70,
  Below = 0xa0,
  BelowOrEqual = 0xb0,
  Less = 0xc0,
  LessOrEqual = 0xd0,
};

class BpfAssembler {
 public:
  using Register = BpfRegister;
  using Label = size_t;

  Label label();
  void bind(Label label);
  // What comes from here on, for people. A part without instructions vanishes.
  void part(std::string name);

  void move(Register to, Register from);
  void set(Register to, uint64_t number);  // in one instruction if it fits 32 bits with its sign
  void apply(BpfOperation operation, Register to, Register from);
  void apply(BpfOperation operation, Register to, int32_t number);
  // `bytes` are 1, 2, 4 or 8, zero-extended.
  void load(unsigned bytes, Register to, Register base, int32_t offset);
  void store(unsigned bytes, Register base, int32_t offset, Register from);
  void store_number(unsigned bytes, Register base, int32_t offset, int32_t number);
  void atomic_add(Register base, int32_t offset, Register from);  // u64
  // If the u64 there is r0, `from` goes there; r0 becomes what was there.
  void compare_exchange(Register base, int32_t offset, Register from);
  void call(BpfHelper helper);
  void jump(Label to);
  void jump_if(BpfCondition condition, Register left, int32_t right, Label to);
  void jump_if(BpfCondition condition, Register left, Register right, Label to);
  void exit();

  void map(Register to, BpfMap map);
  // The address of the only value of an array, and so many bytes behind.
  void map_value(Register to, BpfMap map, uint32_t offset);

  size_t size() const { return instructions_.size(); }
  // Fills the program's instructions, patches and parts; every label that was jumped to must be bound. False: a jump is longer
  // than the 32,767 instructions that it can be.
  [[nodiscard]] bool finish(BpfProgram& program) &&;

 private:
  struct Jump {
    size_t instruction;
    Label to;
  };

  void emit(uint8_t code, Register to, unsigned source, int32_t offset, int32_t number);
  void emit_wide(Register to, unsigned source, uint64_t number);

  std::vector<BpfInstruction> instructions_;
  std::vector<Jump> jumps_;
  std::vector<size_t> labels_;
  std::vector<BpfPatch> patches_;
  std::vector<BpfPart> parts_;
};

}  // namespace uproar
