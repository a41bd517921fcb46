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
  std::string path;                 // absolute, as the kernel is to open it (may be /proc/PID/root/…)
  uint64_t file_offset = 0;         // of the instruction
  uint64_t ref_counter = 0;         // file offset of the USDT semaphore (u16), 0: none
  std::string symbol{};             // function the place belongs to, empty when unknown
  uint64_t symbol_offset = 0;       // distance of the place that was asked for from the symbol's start
  uint64_t slid_by = 0;             // file_offset is so far behind that place: a cheaper instruction
  std::string choice_reason{};      // why it slid or did not, for a person; empty where there was no choice
  bool offset_given = false;        // the user wrote SYMBOL+0xN: replay then shows the +0xN
  uint32_t argument_set = 0;        // index into ProbePlan::argument_sets
  std::string instruction{};        // "push %rbp"; empty when the bytes are none that is known
  std::string instruction_bytes{};  // "f3 0f 1e fa", empty with `instruction`
  SiteCost cost = SiteCost::Unknown;
};

// Which file a plan was made for, so that a replaced binary is noticed.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  std::string build_id;  // lower-case hexadecimal, empty when the file has none
};

// The other parts of a definition's text.
struct DefinitionSource {
  Span head;   // p:GROUP/EVENT, whatever there is of it
  Span group;  // GROUP
  Span event;  // EVENT
  Span place;  // PATH:SITE
};

struct ProbePlan {
  bool is_return = false;
  std::string group;             // never empty ("uprobes" by default)
  std::string event;             // never empty
  std::vector<ProbeSite> sites;  // at least one
  // What is fetched: one set for each way in which the places hold the values. At least one; names and types
  // agree in all of them, as the kernel demands of the probes of one event.
  std::vector<std::vector<FetchArgument>> argument_sets = {{}};
  std::string definition;  // the user's text, as it was written
  DefinitionSource source;
  FileIdentity file;

  const std::vector<FetchArgument>& arguments() const { return argument_sets.front(); }
};

}  // namespace uproar
