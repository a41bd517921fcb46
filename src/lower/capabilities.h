// What this kernel and this user can do, as plain data: filled by kernel/features, judged by pure code.
#pragma once

#include <cstdint>
#include <string>

namespace uproar {

struct Capabilities {
  std::string kernel_release;  // 6.18.44
  std::string machine;         // x86_64
  bool tracefs_mounted = false;
  std::string tracefs_path;            // where
  bool tracefs_accessible = false;     // this user may list it
  bool uprobe_events_present = false;  // CONFIG_UPROBE_EVENTS
  bool uprobe_events_writable = false;
  bool instances_writable = false;
  bool ring_mmap = false;  // trace_pipe_raw can be mapped (6.10)
  bool event_fork_option = false;
  bool perf_uprobe_pmu = false;
  int perf_event_paranoid = -2;  // -2: not readable
  bool bpf_syscall = false;
  bool uprobe_multi = false;  // tried, where this user may; else known from the kernel's version (6.6)
  bool bpf_refused = false;   // capabilities are there, and still no program may be loaded
  std::string lockdown;       // none, integrity, confidentiality, empty: no lockdown LSM
  bool cap_sys_admin = false;
  bool cap_perfmon = false;
  bool cap_bpf = false;
  bool cap_dac_override = false;
  uint32_t cpus = 0;
};

}  // namespace uproar
