// What every import and every export of a foreign format has in common.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "recording/blocks/damage.h"

namespace uproar {

// How far a conversion has come.
struct ConversionProgress {
  uint64_t bytes = 0;        // of the input that were read
  uint64_t bytes_total = 0;  // 0: not known (a pipe)
  uint64_t events = 0;
};

// Called now and then, not for every event. False: stop here; what was converted so far is kept and the
// outcome says `stopped`. May be empty.
using ProgressFunction = std::function<bool(const ConversionProgress&)>;

struct ImportOutcome {
  uint64_t events = 0;
  uint64_t lost = 0;               // that the foreign file tells
  std::vector<Damage> damage;      // places in the foreign file; at most kMaxDamageTold, a last one sums up
  std::vector<std::string> notes;  // one line each, no full stop: what the file has and a recording does not
  bool stopped = false;            // by the progress function
};

struct ExportOutcome {
  uint64_t events = 0;
  uint64_t lost = 0;
  std::vector<std::string> notes;  // what the recording has and the foreign format does not
  bool stopped = false;
};

// A file that is wrong everywhere must not fill the memory with complaints.
inline constexpr size_t kMaxDamageTold = 1000;

}  // namespace uproar
