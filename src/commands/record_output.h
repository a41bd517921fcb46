// The file that `record` writes, and what becomes of the one that was there.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

// A new recording grows under a name of its own beside PATH, until keep() gives it its name; an existing
// regular file is then kept as PATH.old, as perf does. Going away without keep() removes the new file and has
// touched no other.
class RecordOutput {
 public:
  // "-" is standard output. The new file has mode 0600.
  static Result<RecordOutput> open(const std::string& path);
  RecordOutput(RecordOutput&& other) noexcept;
  RecordOutput& operator=(RecordOutput&&) = delete;
  ~RecordOutput();

  Fd take_descriptor() { return std::move(fd_); }
  // Only the first call does something.
  Result<void> keep();
  // Forces the folder onto the disk: the name survives a power cut, too.
  void sync_folder() const;

 private:
  RecordOutput() = default;
  std::string path_;
  std::string temporary_;  // empty: nothing to rename or remove
  Fd fd_;
};

}  // namespace uproar
