// The options of `record` that say what becomes of events for which there is no room, and of the file.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "recording/writer.h"

namespace uproar {

class KeepingOptions {
 public:
  void declare(CLI::App& app);
  // Errors: what makes no sense, also with `output` (a path, or "-") and `from` (the file of --from, or
  // empty).
  Result<void> check(const std::string& output, const std::string& from);

  const RecordingWriter::Options& writer() const { return writer_; }
  bool syncs() const { return writer_.fsync != FsyncPolicy::Never; }
  bool syncs_at_once() const { return writer_.fsync == FsyncPolicy::Flush; }
  // 0: no snapshots, everything goes to the file.
  uint64_t snapshot_bytes() const { return snapshot_bytes_; }
  const std::vector<std::string>& snapshot_at() const { return snapshot_at_; }
  uint64_t flush_ns() const { return flush_ns_; }
  const std::string& max_size() const { return max_size_; }

 private:
  void divide_finely(uint64_t limit);

  std::string max_size_;
  std::string snapshot_;
  std::vector<std::string> snapshot_at_;
  std::string fsync_ = "end";
  RecordingWriter::Options writer_;
  uint64_t snapshot_bytes_ = 0;
  uint64_t flush_ns_ = 0;
};

}  // namespace uproar
