#include "base/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace uproar {

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<Fd> open_file(const std::string& path, int flags, mode_t mode) {
  int fd;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return system_error("cannot open " + path, errno);
  return Fd(fd);
}

Result<std::string> read_all(int fd, const std::string& name_for_errors, size_t limit) {
  std::string content;
  size_t used = 0;
  for (;;) {
    if (content.size() - used < 4096)
      content.resize(content.size() + (content.size() / 2 < 65536 ? 65536 : content.size() / 2));
    ssize_t got = ::read(fd, content.data() + used, content.size() - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_error("cannot read " + name_for_errors, errno);
    }
    if (got == 0) break;
    used += static_cast<size_t>(got);
    if (used > limit) {
      return Error{name_for_errors + " is larger than " + std::to_string(limit) + " bytes", {}, {}, EFBIG};
    }
  }
  content.resize(used);
  return content;
}

Result<std::string> read_file(const std::string& path, size_t limit) {
  TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
  return read_all(fd.get(), path, limit);
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& name_for_errors) {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      return system_error("cannot write " + name_for_errors, errno);
    }
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

std::vector<std::string> folder_names(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(path, error);
  // increment() with an error code ends the walk; what was seen until then is kept, because tasks vanish
  // while /proc is read.
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace uproar
