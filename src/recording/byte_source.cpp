#include "recording/byte_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace uproar {

namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(Fd fd, uint64_t size) : fd_(std::move(fd)), size_(size) {}

  uint64_t size() const override { return size_; }

  std::span<const uint8_t> read(uint64_t offset, size_t count, std::vector<uint8_t>& scratch) override {
    if (offset >= size_) return {};
    count = static_cast<size_t>(std::min<uint64_t>(count, size_ - offset));
    if (scratch.size() < count) scratch.resize(count);
    size_t have = 0;
    while (have < count) {
      ssize_t got =
          ::pread(fd_.get(), scratch.data() + have, count - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      have += static_cast<size_t>(got);
    }
    return {scratch.data(), have};
  }

 private:
  Fd fd_;
  uint64_t size_;
};

template <typename Bytes>
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(std::move(bytes)) {}

  uint64_t size() const override { return bytes_.size(); }

  std::span<const uint8_t> read(uint64_t offset, size_t count, std::vector<uint8_t>&) override {
    if (offset >= bytes_.size()) return {};
    count = static_cast<size_t>(std::min<uint64_t>(count, bytes_.size() - offset));
    return {reinterpret_cast<const uint8_t*>(bytes_.data()) + offset, count};
  }

 private:
  Bytes bytes_;
};

}  // namespace

std::unique_ptr<ByteSource> file_source(Fd fd, uint64_t size) {
  return std::make_unique<FileSource>(std::move(fd), size);
}
std::unique_ptr<ByteSource> memory_source(std::vector<uint8_t> bytes) {
  return std::make_unique<MemorySource<std::vector<uint8_t>>>(std::move(bytes));
}
std::unique_ptr<ByteSource> memory_source(std::string bytes) {
  return std::make_unique<MemorySource<std::string>>(std::move(bytes));
}

}  // namespace uproar
