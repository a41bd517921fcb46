// A probe with everything resolved: plain data between what the user wrote and what a back end runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan/fetch.h"

namespace uproar {

// What the kernel has to do about the instruction at a site whenever it is hit.
enum class SiteCost : uint8_t {
  Unknown,
  Emulated,       // about 1 µs
  Optimised,      // about 0.5 µs on a kernel that can, else as Emulated
  SingleStepped,  // about 5 µs
  Refused,        // it does not take that instruction (only where nothing is known about its boundaries)
};

// One place in one file.
struct ProbeSite {
  std::string path;               // absolute, as the kernel is to open it (may be /proc/PID/root/…)
  uint64_t file_offset = 0;       // of the instruction
  uint64_t ref_counter = 0;       // file offset of the USDT semaphore (u16), 0: none
  std::string symbol;             // function the place belongs to, empty when unknown
  uint64_t symbol_offset = 0;     // distance of the place from the symbol's start
  bool offset_given = false;      // the user wrote SYMBOL+0xN: replay then shows the +0xN
  std::string instruction;        // "push %rbp"; empty when the bytes are none that is known
  std::string instruction_bytes;  // "f3 0f 1e fa", empty with `instruction`
  SiteCost cost = SiteCost::Unknown;
};

// Which file a plan was made for, so that a replaced binary is noticed.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  std::string build_id;  // lower-case hexadecimal, empty when the file has none
};

struct ProbePlan {
  bool is_return = false;
  std::string group;             // never empty ("uprobes" by default)
  std::string event;             // never empty
  std::vector<ProbeSite> sites;  // at least one; all share the arguments
  std::vector<FetchArgument> arguments;
  std::string definition;  // the user's text, as it was written
  FileIdentity file;
};

}  // namespace uproar
