// A recording that comes through a pipe, as a file that grows: for replay/follow.h.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "base/fd.h"
#include "base/result.h"
#include "recording/reader.h"

namespace uproar {

// A thread of its own takes what comes, so that the writer never waits for whoever plays it, and keeps it in a file
// in memory.
class PipedRecording {
 public:
  static Result<std::unique_ptr<PipedRecording>> start(Fd pipe);
  // Also before the pipe's end.
  ~PipedRecording();
  PipedRecording(const PipedRecording&) = delete;
  PipedRecording& operator=(const PipedRecording&) = delete;

  // Of the file in memory; as long as this lives.
  const std::string& path() const { return path_; }
  // The pipe has its end, and all that came is in the file.
  bool is_over() const { return over_.load(std::memory_order_acquire); }

  // Waits until what explains the events is there, or the end of the pipe. Errors as RecordingReader::open says
  // them of `name`.
  Result<std::unique_ptr<RecordingReader>> open(const std::string& name) const;

 private:
  PipedRecording(Fd pipe, Fd memory, Fd stop);
  void take();

  Fd pipe_, memory_, stop_;
  std::string path_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace uproar
