#include "convert/io/byte_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace uproar {

namespace {

constexpr size_t kFlushAt = size_t{1} << 18;

std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class FdOutput final : public ByteOutput {
 public:
  FdOutput(Fd fd, std::string name, bool regular)
      : fd_(std::move(fd)), name_(std::move(name)), regular_(regular) {}

  const std::string& name() const override { return name_; }
  uint64_t position() const override { return flushed_ + buffer_.size(); }
  bool can_patch() const override { return regular_; }

  Result<void> append(std::span<const uint8_t> bytes) override {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    if (buffer_.size() >= kFlushAt) return flush();
    return {};
  }

  Result<void> patch(uint64_t offset, std::span<const uint8_t> bytes) override {
    CHECK(regular_ && bytes.size() <= position() && offset <= position() - bytes.size());
    TRY(flush());
    while (!bytes.empty()) {
      const ssize_t put = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return system_error(name_, put < 0 ? errno : ENOSPC);
      offset += static_cast<uint64_t>(put);
      bytes = bytes.subspan(static_cast<size_t>(put));
    }
    return {};
  }

  Result<void> flush() override {
    TRY(write_all(fd_.get(), as_text(buffer_), name_));
    flushed_ += buffer_.size();
    buffer_.clear();
    return {};
  }

 private:
  Fd fd_;
  std::string name_;
  bool regular_;
  std::vector<uint8_t> buffer_;
  uint64_t flushed_ = 0;
};

class MemoryOutput final : public ByteOutput {
 public:
  explicit MemoryOutput(std::vector<uint8_t>& bytes) : bytes_(bytes), base_(bytes.size()) {}

  const std::string& name() const override { return name_; }
  uint64_t position() const override { return bytes_.size() - base_; }
  bool can_patch() const override { return true; }
  Result<void> append(std::span<const uint8_t> bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }
  Result<void> patch(uint64_t offset, std::span<const uint8_t> bytes) override {
    CHECK(bytes.size() <= position() && offset <= position() - bytes.size());
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(base_ + offset));
    return {};
  }
  Result<void> flush() override { return {}; }

 private:
  std::vector<uint8_t>& bytes_;
  size_t base_;
  std::string name_ = "memory";
};

}  // namespace

std::unique_ptr<ByteOutput> ByteOutput::to_fd(Fd fd, std::string name) {
  struct stat status = {};
  // A file that is only appended to ignores the place of a write.
  const int flags = ::fcntl(fd.get(), F_GETFL);
  const bool regular = ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) && flags >= 0 &&
                       (flags & O_APPEND) == 0 && ::lseek(fd.get(), 0, SEEK_CUR) == 0;
  return std::make_unique<FdOutput>(std::move(fd), std::move(name), regular);
}

std::unique_ptr<ByteOutput> ByteOutput::to_memory(std::vector<uint8_t>& bytes) {
  return std::make_unique<MemoryOutput>(bytes);
}

}  // namespace uproar
