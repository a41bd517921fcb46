// What to record, with everything looked up: the order that `record` gives to the capture.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/probe_plan.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// For files: together with the tenth of a second between two looks at the ring it stays below a second.
inline constexpr uint64_t kFileFlushNs = 600'000'000;
// For pipes, where somebody may look on.
inline constexpr uint64_t kPipeFlushNs = 200'000'000;
// For recordings in memory, which nobody loses by a flush that is late; longer blocks are smaller.
inline constexpr uint64_t kMemoryFlushNs = 5'000'000'000;

struct RecordRequest {
  struct Probe {
    ProbePlan plan;
    std::string filter;  // kernel filter expression, empty: none
  };
  struct Existing {
    EventInfo event;  // group, name, sites and definition of an event that is there already
    std::string filter;
  };
  enum class Via { Tracefs, TracePipe, Perf, Bpf };

  std::vector<Probe> probes;
  std::vector<Existing> existing;
  Via via = Via::Tracefs;
  bool call_chains = false;  // -g, with the names of the places in them
  uint32_t copied_stack_bytes =
      0;                       // of these: the stack to copy, for unwinding by DWARF; 0: frame pointers tell
  bool names_at_once = false;  // these names are wanted with the records, not at the end
  std::vector<int32_t> processes;    // -p: all threads and what they start
  std::vector<int32_t> threads;      // -t: just these
  std::vector<std::string> command;  // -- COMMAND
  bool command_to_stderr = false;    // what it prints must not mix with the recording
  bool system_wide = false;          // -a: everything, even with a command
  std::vector<uint32_t> cpus;        // -C, empty: all
  uint64_t buffer_kb_per_cpu = 0;    // 0: what the back end thinks best
  std::optional<uint64_t> duration_ns;
  // Asked after each look at the rings, with how many records there are: true ends the recording. Null: never.
  std::function<bool(uint64_t records)> enough = {};
  uint64_t flush_ns = kFileFlushNs;  // between two flushes: what a killed recorder loses at most, and 0.1 s
  SessionInfo session;               // host, kernel, command line, …
  // The same for another back end, which is taken when that of `via` cannot define the events. Null: none is.
  std::shared_ptr<const RecordRequest> instead;
};

}  // namespace uproar
