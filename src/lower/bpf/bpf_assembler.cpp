#include "lower/bpf/bpf_assembler.h"

#include <linux/bpf.h>

#include <limits>
#include <utility>

#include "base/result.h"

namespace uproar {
namespace {

constexpr size_t kUnbound = std::numeric_limits<size_t>::max();
constexpr int32_t kCompareExchange = 0xf0 | BPF_FETCH;  // BPF_CMPXCHG

uint8_t code_of(unsigned code) {
  return static_cast<uint8_t>(code);
}

unsigned size_code(unsigned bytes) {
  switch (bytes) {
    case 1:
      return BPF_B;
    case 2:
      return BPF_H;
    case 4:
      return BPF_W;
    default:
      break;
  }
  CHECK(bytes == 8);
  return BPF_DW;
}

template <typename Enum>
unsigned bits_of(Enum value) {
  return static_cast<unsigned>(value);
}

}  // namespace

BpfAssembler::Label BpfAssembler::label() {
  labels_.push_back(kUnbound);
  return labels_.size() - 1;
}

void BpfAssembler::bind(Label label) {
  CHECK(labels_[label] == kUnbound);
  labels_[label] = instructions_.size();
}

void BpfAssembler::part(std::string name) {
  if (!parts_.empty() && parts_.back().first == instructions_.size()) parts_.pop_back();
  parts_.push_back({static_cast<uint32_t>(instructions_.size()), std::move(name)});
}

void BpfAssembler::emit(uint8_t code, Register to, unsigned source, int32_t offset, int32_t number) {
  CHECK(offset >= std::numeric_limits<int16_t>::min() && offset <= std::numeric_limits<int16_t>::max());
  instructions_.push_back(
      {code, static_cast<uint8_t>(source << 4 | bits_of(to)), static_cast<int16_t>(offset), number});
}

void BpfAssembler::emit_wide(Register to, unsigned source, uint64_t number) {
  emit(BPF_LD | BPF_DW | BPF_IMM, to, source, 0, static_cast<int32_t>(number));
  emit(0, Register::R0, 0, 0, static_cast<int32_t>(number >> 32));
}

void BpfAssembler::move(Register to, Register from) {
  emit(BPF_ALU64 | BPF_MOV | BPF_X, to, bits_of(from), 0, 0);
}

void BpfAssembler::set(Register to, uint64_t number) {
  const auto narrow = static_cast<int32_t>(number);
  if (static_cast<uint64_t>(int64_t{narrow}) == number) {
    emit(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, narrow);
  } else {
    emit_wide(to, 0, number);
  }
}

void BpfAssembler::apply(BpfOperation operation, Register to, Register from) {
  emit(code_of(BPF_ALU64 | BPF_X | bits_of(operation)), to, bits_of(from), 0, 0);
}

void BpfAssembler::apply(BpfOperation operation, Register to, int32_t number) {
  emit(code_of(BPF_ALU64 | BPF_K | bits_of(operation)), to, 0, 0, number);
}

void BpfAssembler::load(unsigned bytes, Register to, Register base, int32_t offset) {
  emit(code_of(BPF_LDX | BPF_MEM | size_code(bytes)), to, bits_of(base), offset, 0);
}

void BpfAssembler::store(unsigned bytes, Register base, int32_t offset, Register from) {
  emit(code_of(BPF_STX | BPF_MEM | size_code(bytes)), base, bits_of(from), offset, 0);
}

void BpfAssembler::store_number(unsigned bytes, Register base, int32_t offset, int32_t number) {
  emit(code_of(BPF_ST | BPF_MEM | size_code(bytes)), base, 0, offset, number);
}

void BpfAssembler::atomic_add(Register base, int32_t offset, Register from) {
  emit(BPF_STX | BPF_ATOMIC | BPF_DW, base, bits_of(from), offset, BPF_ADD);
}

void BpfAssembler::compare_exchange(Register base, int32_t offset, Register from) {
  emit(BPF_STX | BPF_ATOMIC | BPF_DW, base, bits_of(from), offset, kCompareExchange);
}

void BpfAssembler::call(BpfHelper helper) {
  emit(BPF_JMP | BPF_CALL, Register::R0, 0, 0, static_cast<int32_t>(helper));
}

void BpfAssembler::jump(Label to) {
  jumps_.push_back({instructions_.size(), to});
  emit(BPF_JMP | BPF_JA, Register::R0, 0, 0, 0);
}

void BpfAssembler::jump_if(BpfCondition condition, Register left, int32_t right, Label to) {
  jumps_.push_back({instructions_.size(), to});
  emit(code_of(BPF_JMP | BPF_K | bits_of(condition)), left, 0, 0, right);
}

void BpfAssembler::jump_if(BpfCondition condition, Register left, Register right, Label to) {
  jumps_.push_back({instructions_.size(), to});
  emit(code_of(BPF_JMP | BPF_X | bits_of(condition)), left, bits_of(right), 0, 0);
}

void BpfAssembler::exit() {
  emit(BPF_JMP | BPF_EXIT, Register::R0, 0, 0, 0);
}

void BpfAssembler::map(Register to, BpfMap map) {
  patches_.push_back({static_cast<uint32_t>(instructions_.size()), map});
  emit_wide(to, BPF_PSEUDO_MAP_FD, 0);
}

void BpfAssembler::map_value(Register to, BpfMap map, uint32_t offset) {
  patches_.push_back({static_cast<uint32_t>(instructions_.size()), map});
  emit_wide(to, BPF_PSEUDO_MAP_VALUE, uint64_t{offset} << 32);
}

bool BpfAssembler::finish(BpfProgram& program) && {
  for (const Jump& jump : jumps_) {
    CHECK(labels_[jump.to] != kUnbound);
    const auto distance = static_cast<int64_t>(labels_[jump.to]) - static_cast<int64_t>(jump.instruction) - 1;
    if (distance < std::numeric_limits<int16_t>::min() || distance > std::numeric_limits<int16_t>::max())
      return false;
    instructions_[jump.instruction].offset = static_cast<int16_t>(distance);
  }
  if (!parts_.empty() && parts_.back().first == instructions_.size()) parts_.pop_back();
  program.instructions = std::move(instructions_);
  program.patches = std::move(patches_);
  program.parts = std::move(parts_);
  return true;
}

}  // namespace uproar
