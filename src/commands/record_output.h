// The file that `record` writes, and what becomes of the one that was there.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

// An existing regular file is kept as PATH.old, as perf does. Until keep() is called nothing is final: going
// away removes the new file and puts the old one back.
class RecordOutput {
 public:
  // "-" is standard output. The new file has mode 0600.
  static Result<RecordOutput> open(const std::string& path);
  RecordOutput(RecordOutput&& other) noexcept;
  RecordOutput& operator=(RecordOutput&&) = delete;
  ~RecordOutput();

  Fd take_descriptor() { return std::move(fd_); }
  void keep() { created_ = false; }

 private:
  RecordOutput() = default;
  std::string path_;
  Fd fd_;
  bool created_ = false;  // to be removed
  bool moved_old_ = false;
};

}  // namespace uproar
