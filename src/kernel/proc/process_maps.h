// What code a process has in its memory, from /proc/PID/maps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {

struct ProcessMap {
  uint64_t start = 0, end = 0;
  uint64_t offset = 0;      // in the file
  uint32_t protection = 0;  // PROT_*
  bool shared = false;
  uint32_t major = 0, minor = 0;
  uint64_t inode = 0;
  std::string path;  // "//anon" for memory without a file, as perf calls it; "[vdso]" and the like
};

// The mappings that can be executed, ascending. Lines that make no sense are left out. Pure.
std::vector<ProcessMap> parse_code_maps(std::string_view maps);

// Those of a process; none if it has ended or may not be asked.
std::vector<ProcessMap> code_maps_of(int32_t pid, const std::string& proc = "/proc");

// The CPUs that run now; empty if the kernel does not say.
std::vector<uint32_t> online_cpus(const std::string& sys = "/sys");

}  // namespace uproar
