// An owning file descriptor, whole-file reading and writing on top of it, and what a folder holds.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace uproar {

// Closes its descriptor when it goes. Move-only; -1 means none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() {
    int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// open(2) with O_CLOEXEC added; the error names the path.
Result<Fd> open_file(const std::string& path, int flags, mode_t mode = 0600);

// The whole content. Fails with sys_errno set. `limit` bounds what is read; more than that is an error.
Result<std::string> read_file(const std::string& path, size_t limit = size_t{256} << 20);
Result<std::string> read_all(int fd, const std::string& name_for_errors, size_t limit = size_t{256} << 20);

// Names in a folder without "." and "..", sorted; empty if it cannot be listed.
std::vector<std::string> folder_names(const std::string& path);

// All bytes or an error (EINTR and short writes handled).
Result<void> write_all(int fd, std::string_view bytes, const std::string& name_for_errors);

}  // namespace uproar
