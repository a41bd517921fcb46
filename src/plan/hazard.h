// Something the user should know before a probe is armed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uproar {

enum class HazardKind : uint8_t {
  Other,
  InstructionNotChecked,   // nothing tells whether an instruction begins at the place
  RefCounterNotWritable,   // the kernel will never raise it
  ImmediateString,         // always (fault)
  GoReturn,                // a return probe in a Go program
  GoEntryTwice,            // a Go function that grows its stack begins again at its entry
  GoTailCall,              // a Go function that leaves by a jump
  ExceptionThroughReturn,  // a C++ exception or Rust panic crosses the return probe: the program ends
  ReturnInsideFunction,    // a return probe where the return address is not on top of the stack
  RedZone,                 // the optimised probe overwrites what the function keeps below its stack pointer
  EventTooLarge,           // the kernel refuses the definition
  StringLimits,            // long strings fault, and long events vanish
  DeepRecursion,           // at most 64 returns are pending for each thread
  SeccompReturn,           // kernels whose return probes are a system call that a filter forbids
  FileOffsetMeaning,       // @+OFF that reads something else than meant
};

struct Hazard {
  enum class Level : uint8_t {
    Detail,   // part of how it works: for explain, no warning
    Note,     // a warning
    Refused,  // not armed; where `overridable`, a person may insist (--force)
  };
  Level level = Level::Note;
  std::string message;
  std::string remedy;
  HazardKind kind = HazardKind::Other;
  bool overridable = false;
};

using Hazards = std::vector<Hazard>;

}  // namespace uproar
