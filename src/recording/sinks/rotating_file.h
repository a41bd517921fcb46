// A recording on disk that keeps the newest records and stays below a limit.
#pragma once

#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "recording/sinks/block_file.h"
#include "recording/sinks/block_sink.h"
#include "recording/sinks/kept_head.h"
#include "recording/sinks/segments.h"

namespace uproar {

inline constexpr uint64_t kMinRotatingBytes = uint64_t{64} << 10;

// When the file comes near the limit, a second one grows beside it: a head that explains what is kept, and
// the newest half of the blocks, as they are. It has no name (O_TMPFILE, where the file system can) until it
// is whole; then it takes the old one's name by rename(2). What went is counted as lost, of the kind Rotated,
// by CPU.
//
// The second file is made bit by bit, with every block that is appended: no append copies much more than it
// writes, and a sync goes on beside it, so that the recorder is never kept from emptying the kernel's buffers
// for long.
//
// Crash states, besides those of RecordingWriter:
//   killed …                          | the name leads to            | besides
//   while the second file grows       | the old file, whole          | nothing, the second had no name
//   between its name and the rename   | the old file, whole          | the new one, whole, as NAME.new-PID
//   after the rename                  | the new file, whole          |
// While the second file grows, both together take up to 1.6 times the limit.
class RotatingFile final : public BlockSink {
 public:
  // `fd`: a regular file with a name, empty. `max_bytes` >= kMinRotatingBytes.
  RotatingFile(Fd fd, std::string name, int compression_level, FsyncPolicy fsync, uint64_t max_bytes);
  ~RotatingFile() override;

  Result<void> start() override;
  Result<void> put(BlockHeader header, std::span<const uint8_t> stored) override;
  Result<void> flushed() override;
  // Takes the removed records out of the events of the summary and adds them to the lost ones.
  Result<void> end(const EndSummary& summary) override;

  const std::optional<Error>& failure() const override;
  uint64_t bytes() const override { return file_->bytes(); }
  uint64_t records_removed() const override { return removed_; }

 private:
  struct Successor;

  Result<void> advance(uint64_t bytes);
  Result<void> begin_successor();
  Result<void> take_head(Successor& next, size_t first_kept);
  Result<void> copy(uint64_t bytes);
  Result<bool> synced(bool wait);
  Result<void> replace();
  bool fits(uint64_t bytes) const;
  Error fail(Error error);

  std::string name_;
  int compression_level_;
  FsyncPolicy fsync_;
  uint64_t max_bytes_;
  Fd reading_;  // the same file as file_'s
  std::unique_ptr<BlockFile> file_;
  Segments segments_;
  std::unique_ptr<Successor> successor_;
  uint64_t removed_ = 0;
  std::optional<Error> failure_;
};

}  // namespace uproar
