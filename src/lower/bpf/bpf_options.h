// How programs are to be made. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uproar {

// Tasks in the program; processes with all their threads, or threads. Numbers of the first pid namespace.
struct BpfTasks {
  bool everybody = true;
  std::vector<uint32_t> processes{};
  std::vector<uint32_t> threads{};
  bool by_map = false;   // the map Tasks has them, and may change while the program runs
  uint32_t but_not = 0;  // process whose hits are never wanted (the recorder); 0: none
};

struct BpfOptions {
  std::string machine = "x86_64";  // as uname spells it; aarch64
  bool sleepable = true;  // pages that are not resident are read in (kernel 6.0); else they are faults
  uint32_t cpus = 1;      // possible CPUs of the machine
  BpfTasks tasks{};
  enum class Stack : uint8_t {
    None,
    FramePointers,  // walked by the program
    Kernel,         // bpf_get_stack: where return probes are armed
    Copy,           // registers and the top of the stack, for the recorder to unwind
  };
  Stack stack = Stack::None;
  uint32_t stack_copy_bytes = 8192;
  // The perf link of a tracefs event that others read must give 1; 0 hides the event from them.
  bool keep_event_for_others = false;
  uint32_t most_instructions = 30000;  // of one program
};

}  // namespace uproar
