// Writes a .upr file: append-only, so that whatever stands in it stays readable.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "recording/metadata/session_info.h"
#include "recording/record_sink.h"
#include "recording/sinks/block_sink.h"

namespace uproar {

// Crash states. Every step appends whole checksummed blocks and never changes a byte that was written.
//   killed …                      | what the file has              | reader
//   before the header is written  | nothing                        | "is empty"
//   between two flushes           | all blocks up to the last flush | reads them, complete = false
//   inside a write                | a torn last block              | reads all before it, reports the tear
//   after finish()                | index and end block            | complete = true
// A writer that goes without finish() flushes what it can.
//
// When the disk is full, or the reader of a pipe has gone (the caller must ignore SIGPIPE), the call that met
// it gives an error that names the file, a regular file is cut back to its last whole block, and from then on
// every call but bytes_written() and records_written() gives the same error.
//
// Not thread-safe: one thread writes.
class RecordingWriter : public RecordSink {
 public:
  struct Options {
    int compression_level = 1;  // zstd
    size_t block_bytes =
        size_t{1} << 19;  // raw bytes after which a block of records is closed; each CPU has one
    FsyncPolicy fsync = FsyncPolicy::Never;
    uint64_t max_bytes = 0;  // the file keeps the newest records and stays below; 0: no limit
  };

  // block_bytes for so many CPUs: all their blocks together take 16 MiB at most, up to 2048 CPUs.
  static constexpr size_t block_bytes_for(uint32_t cpus) {
    return std::clamp<size_t>((size_t{8} << 20) / std::max(cpus, uint32_t{1}), 4096, size_t{1} << 19);
  }

  // Takes the descriptor (regular file, pipe or socket; it only ever appends). `name` is for messages.
  static Result<std::unique_ptr<RecordingWriter>> create(Fd fd, std::string name, Options options);
  static Result<std::unique_ptr<RecordingWriter>> create(Fd fd, std::string name) {
    return create(std::move(fd), std::move(name), Options{});
  }
  // To somewhere else; fsync and max_bytes are the sink's business.
  static Result<std::unique_ptr<RecordingWriter>> create(std::shared_ptr<BlockSink> sink, Options options);
  virtual Result<void> write_session(const SessionInfo& session) = 0;
  virtual Result<void> add_anchor(const ClockAnchor& anchor) = 0;

  // Told after each look at all rings: what happened before `until_ns` (CLOCK_MONOTONIC; UINT64_MAX: ever) has been
  // added; of a CPU with records since the look before, what lies up to the last of them. Whoever brings CPUs in order
  // as it goes needs it.
  virtual Result<void> looked(uint64_t /*until_ns*/) { return {}; }

  // Everything added so far is in the file (write(2) done; fsync as the policy says).
  virtual Result<void> flush() = 0;

  // flush, then index and end block. Nothing may be added afterwards.
  virtual Result<void> finish(const EndSummary& summary) = 0;

  virtual uint64_t bytes_written() const = 0;
  // Records added; after a failed write, those that are in the file.
  virtual uint64_t records_written() const = 0;
  // Of these, records that were removed again because there was no room for all.
  virtual uint64_t records_removed() const { return 0; }
};

}  // namespace uproar
