// What the text of a trace says about the addresses in its call chains, as maps and names of a recording.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "convert/text/stack_lines.h"
#include "recording/record_sink.h"

namespace uproar {

// The text tells of single addresses where they are, and nothing of what lies between: every address has a
// map of its own, one byte long. Addresses stay as the text has them (perf's are those in the file).
class StackMaps {
 public:
  // The sink must outlive it.
  explicit StackMaps(RecordSink& sink) : sink_(sink) {}

  // A chain of process `pid` (0: not told), the innermost first, as it was seen at `time_ns`. Appends its
  // addresses and marks to `stack`. Frames without an address are passed over.
  struct Frame {
    uint64_t address = 0;
    bool kernel = false, inlined = false;
    std::string symbol, file;
    uint64_t symbol_offset = kUnknownOffset;
  };
  Result<void> add(int32_t pid, uint64_t time_ns, const std::vector<Frame>& frames,
                   std::vector<uint64_t>& stack);

  // All names, in pieces.
  Result<void> write_names();
  // Whether there were more addresses than are kept: some have no name.
  bool overflowed() const { return addresses_ >= kMostAddresses; }

 private:
  static constexpr size_t kMostAddresses = size_t{1} << 20;

  Result<void> add_map(int32_t pid, uint64_t time_ns, uint64_t address, const std::string& file);
  void add_name(const Frame& frame, std::vector<std::string> inlined);

  RecordSink& sink_;
  std::unordered_map<uint64_t, std::unordered_map<int32_t, std::string>> files_;  // by address and process
  std::map<std::string, std::map<uint64_t, AddressName>> names_;                  // by file and address
  size_t addresses_ = 0;
};

}  // namespace uproar
