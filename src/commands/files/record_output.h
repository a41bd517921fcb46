// The file that `record` or `convert` writes, and what becomes of the one that was there.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

// A symbolic link means the file that it leads to. A new recording grows under a name of its own beside PATH, until keep() gives it its name; an existing
// regular file is then kept as PATH.old, as perf does. Going away without keep() removes the new file and has
// touched no other.
class RecordOutput {
 public:
  struct Options {
    std::string what = "a recording";
    bool is_text = false;  // may go to a terminal
    // How another output is chosen, for the remedies.
    std::string choose = "with -o FILE";
    std::string choose_instead = "give -o FILE";
  };
  // "-" is standard output. The new file has mode 0600.
  static Result<RecordOutput> open(const std::string& path, const Options& options);
  static Result<RecordOutput> open(const std::string& path) { return open(path, Options{}); }
  RecordOutput(RecordOutput&& other) noexcept;
  RecordOutput& operator=(RecordOutput&&) = delete;
  ~RecordOutput();

  Fd take_descriptor() { return std::move(fd_); }
  // The name under which the new file grows; empty: under its own, or it is no file.
  const std::string& temporary() const { return temporary_; }
  // Only the first call does something.
  Result<void> keep();
  // Forces the folder onto the disk: the name survives a power cut, too.
  void sync_folder() const;

 private:
  RecordOutput() = default;
  std::string path_;
  Options options_;
  std::string temporary_;  // empty: nothing to rename or remove
  Fd fd_;
};

}  // namespace uproar
