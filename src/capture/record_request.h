// What to record, with everything looked up: the order that `record` gives to the capture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/probe_plan.h"
#include "recording/session_info.h"

namespace uproar {

struct RecordRequest {
  struct Probe {
    ProbePlan plan;
    std::string filter;  // kernel filter expression, empty: none
  };
  struct Existing {
    EventInfo event;  // group, name, sites and definition of an event that is there already
    std::string filter;
  };
  enum class Via { Tracefs, TracePipe };

  std::vector<Probe> probes;
  std::vector<Existing> existing;
  Via via = Via::Tracefs;
  std::vector<int32_t> processes;    // -p: all threads and what they start
  std::vector<int32_t> threads;      // -t: just these
  std::vector<std::string> command;  // -- COMMAND
  bool system_wide = false;          // -a: everything, even with a command
  std::vector<uint32_t> cpus;        // -C, empty: all
  uint64_t buffer_kb_per_cpu = 0;    // 0: default_buffer_kb()
  std::optional<uint64_t> duration_ns;
  SessionInfo session;  // host, kernel, command line, …
};

// 64 MiB shared by the CPUs, but at least 1 MiB and at most 8 MiB each.
uint64_t default_buffer_kb(uint32_t cpus);

}  // namespace uproar
