// How to get from a frame to that of its caller, as a file's .eh_frame or .debug_frame tells it.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace uproar {

// Of one register, or of the canonical frame address itself.
struct UnwindRule {
  enum class Kind : uint8_t {
    Undefined,   // nobody knows any more
    Same,        // as in the frame
    InMemory,    // at the frame address and `offset`
    Distance,    // the frame address and `offset`, or, of the frame address, register `number` and `offset`
    InRegister,  // in register `number`
    Expression,  // `operations`
  };
  Kind kind = Kind::Same;
  uint8_t number = 0;
  int64_t offset = 0;
  std::vector<Dwarf_Op> operations = {};
};

struct UnwindStep {
  UnwindRule frame_address;
  std::vector<UnwindRule> registers;  // by number
  uint8_t return_address = 0;         // number of the register that has it
  bool is_signal_frame = false;
};

class UnwindRules {
 public:
  // `path` as a process had it mapped, or a file of that build (hexadecimal; empty: not known) where perf looks for
  // one. nullptr: there is none that could tell. The files are read, not mapped: they may shrink meanwhile.
  static std::unique_ptr<UnwindRules> open(const std::string& path, const std::string& build_id);
  virtual ~UnwindRules() = default;

  // e_machine.
  virtual uint16_t machine() const = 0;
  // At an instruction. nullptr: the file says nothing of it. Holds until the next call.
  virtual const UnwindStep* at(uint64_t file_offset) = 0;
};

}  // namespace uproar
