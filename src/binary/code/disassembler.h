// capstone, opened here and nowhere else. Only for the .cpp files of binary: no type of capstone leaves it.
#pragma once

#include <capstone.h>

#include <cstdint>
#include <span>
#include <string>

#include "binary/code/instruction_set.h"

namespace uproar {

// Owns a capstone handle and the one instruction that it decodes into.
class Disassembler {
 public:
  enum class Detail : uint8_t {
    None,
    Operands,       // in AT&T order on x86: the target last
    IntelOperands,  // in Intel's order: the target first
  };

  Disassembler(InstructionSet set, Detail detail);
  ~Disassembler();
  Disassembler(const Disassembler&) = delete;
  Disassembler& operator=(const Disassembler&) = delete;

  // The instruction at the front of `code`, which is taken off it; nullptr if there is none. Valid until the
  // next call.
  const cs_insn* next(std::span<const uint8_t>& code, uint64_t& vaddr);

  // AT&T text on x86; needs Detail::Operands.
  std::string text(const cs_insn& insn) const;

  // A group of capstone's (CS_GRP_…); needs operands.
  bool in_group(const cs_insn& insn, unsigned group) const { return cs_insn_group(handle_, &insn, group); }

  csh handle() const { return handle_; }
  InstructionSet set() const { return set_; }

 private:
  bool suffix_says_nothing(const cs_insn& insn) const;

  InstructionSet set_;
  csh handle_ = 0;
  cs_insn* instruction_ = nullptr;
};

// The disassembler of this thread: capstone indexes its tables anew for every handle, which takes longer than
// decoding a hundred instructions.
Disassembler& shared_disassembler(InstructionSet set, Disassembler::Detail detail);

}  // namespace uproar
