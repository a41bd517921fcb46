// A list of symbols as a just-in-time compiler writes it, where names of addresses are looked for.
#pragma once

#include <unistd.h>

#include <fstream>
#include <string>
#include <string_view>

namespace uproar::test {

// "START SIZE NAME" lines in hexadecimal; the file is gone at the end of the test.
class PerfMap {
 public:
  explicit PerfMap(std::string_view lines) : path_("/tmp/perf-" + std::to_string(::getpid()) + ".map") {
    std::ofstream(path_, std::ios::binary) << lines;
  }
  ~PerfMap() { ::unlink(path_.c_str()); }
  PerfMap(const PerfMap&) = delete;
  PerfMap& operator=(const PerfMap&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace uproar::test
