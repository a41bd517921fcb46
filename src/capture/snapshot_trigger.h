// When a recording in memory is to be written down.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "recording/metadata/session_info.h"

namespace uproar {

struct SnapshotPlan {
  std::vector<std::string> at;  // events whose hit asks for it, NAME or GROUP/NAME; SIGUSR2 always does
  // Writes what is there; problems are the callee's to tell, the recording goes on.
  std::function<void()> write;
};

// A hit that follows a snapshot within ten seconds asks for none: an event that was thought rare cannot fill
// the disk.
class SnapshotTrigger {
 public:
  explicit SnapshotTrigger(const SnapshotPlan& plan) : plan_(plan) {}

  // Finds the plan's events among those of the recording. Errors: there is none of that name.
  Result<void> choose(const std::vector<EventInfo>& events);
  // After records were taken; `counts` are those so far, by event. True: write() now.
  bool due(bool asked, const std::vector<uint64_t>& counts, uint64_t now_ns);
  void write();
  // At the end of the recording: if a hit still waits for it, or nothing was ever written.
  void write_last();

 private:
  const SnapshotPlan& plan_;
  std::vector<size_t> chosen_;
  uint64_t seen_ = 0;  // hits of the chosen events so far
  uint64_t last_ns_ = 0;
  bool due_ = false;
  bool written_ = false;
};

}  // namespace uproar
