// Plans to BPF programs: all events of a recording share one program for each way of attaching (entry, return), or several
// where one would grow too long; a cookie says which code of it a site wants. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "lower/bpf/bpf_program.h"
#include "lower/tracefs/tracefs_arguments.h"
#include "plan/probe_plan.h"

namespace uproar {

// Tasks in the program; processes with all their threads, or threads. Numbers of the first pid namespace.
struct BpfTasks {
  bool everybody = true;
  std::vector<uint32_t> processes;
  std::vector<uint32_t> threads;
  bool by_map = false;   // the map Tasks has them, and may change while the program runs
  uint32_t but_not = 0;  // process whose hits are never wanted (the recorder); 0: none
};

struct BpfOptions {
  std::string machine = "x86_64";  // as uname spells it; aarch64
  bool sleepable = true;  // pages that are not resident are read in (kernel 6.0); else they are faults
  uint32_t cpus = 1;      // possible CPUs of the machine
  BpfTasks tasks;
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

struct BpfEvent {
  const ProbePlan* plan = nullptr;  // must outlive the call only
  std::string filter;               // the kernel's grammar (Documentation/trace/events.rst); empty: none
};

// Error, underlined in the plan's definition or in the filter: what BPF cannot do, with the remedy.
Result<BpfPrograms> lower_bpf(std::span<const BpfEvent> events, const BpfOptions& options);

// "  name of the part\n    12: r1 = *(u64 *)(r6 + 112)\n", every part with its instructions.
std::string bpf_text(const BpfProgram& program);

}  // namespace uproar
