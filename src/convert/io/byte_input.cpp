#include "convert/io/byte_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/fd.h"

namespace uproar {

namespace {

constexpr size_t kChunk = size_t{1} << 20;

// One buffer that begins at `start_` of the input. Sequential reading fills it by whole chunks.
class FdInput final : public ByteInput {
 public:
  FdInput(Fd fd, std::string name, bool seekable, uint64_t size)
      : fd_(std::move(fd)), name_(std::move(name)), seekable_(seekable), size_(size) {}

  const std::string& name() const override { return name_; }
  bool can_seek() const override { return seekable_; }
  uint64_t size() const override { return size_; }

  Result<std::span<const uint8_t>> view(uint64_t offset, size_t count) override {
    if (count > kMaxView)
      return Error{fmt::format("{}: a piece of {} bytes is too large", name_, count), {}, {}};
    if (offset < start_ || offset > start_ + used_) {
      if (seekable_) {
        start_ = offset;
        used_ = 0;
      } else {
        TRY(skip_to(offset));
      }
    }
    const size_t inside = static_cast<size_t>(offset - start_);
    if (used_ - inside >= count) return std::span<const uint8_t>(buffer_.data() + inside, count);
    if (inside > 0) {
      std::memmove(buffer_.data(), buffer_.data() + inside, used_ - inside);
      used_ -= inside;
      start_ = offset;
    }
    const size_t wanted = std::max(count, kChunk);
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    TRY(fill(count));
    return std::span<const uint8_t>(buffer_.data(), std::min(count, used_));
  }

  Result<size_t> read_at(uint64_t offset, std::span<uint8_t> out) override {
    if (seekable_) return pread_all(offset, out);
    TRY_ASSIGN(const auto bytes, view(offset, out.size()));
    if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
    return bytes.size();
  }

 private:
  Error read_error() const { return system_error(name_, errno); }

  Result<size_t> pread_all(uint64_t offset, std::span<uint8_t> out) const {
    size_t have = 0;
    while (have < out.size()) {
      if (offset + have > static_cast<uint64_t>(INT64_MAX)) break;
      const ssize_t got =
          ::pread(fd_.get(), out.data() + have, out.size() - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return read_error();
      if (got == 0) break;
      have += static_cast<size_t>(got);
    }
    return have;
  }

  // Until the buffer has `count` bytes or the input ends; takes as much more as there is room for.
  Result<void> fill(size_t count) {
    if (seekable_) {
      TRY_ASSIGN(const size_t got, pread_all(start_ + used_, std::span<uint8_t>(buffer_).subspan(used_)));
      used_ += got;
      return {};
    }
    while (used_ < count) {
      const ssize_t got = ::read(fd_.get(), buffer_.data() + used_, buffer_.size() - used_);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return read_error();
      if (got == 0) break;
      used_ += static_cast<size_t>(got);
    }
    return {};
  }

  Result<void> skip_to(uint64_t offset) {
    if (offset < start_)
      return Error{fmt::format("{}: a pipe cannot be read backwards", name_),
                   {},
                   "save it to a file and convert that"};
    if (buffer_.size() < kChunk) buffer_.resize(kChunk);
    while (offset > start_ + used_) {
      start_ += used_;
      used_ = 0;
      TRY(fill(static_cast<size_t>(std::min<uint64_t>(offset - start_, buffer_.size()))));
      if (used_ == 0) {  // the input has ended before the place
        start_ = offset;
        return {};
      }
    }
    return {};
  }

  Fd fd_;
  std::string name_;
  bool seekable_;
  uint64_t size_;
  std::vector<uint8_t> buffer_;
  uint64_t start_ = 0;
  size_t used_ = 0;
};

class MemoryInput final : public ByteInput {
 public:
  MemoryInput(std::vector<uint8_t> bytes, std::string name)
      : bytes_(std::move(bytes)), name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  bool can_seek() const override { return true; }
  uint64_t size() const override { return bytes_.size(); }

  Result<std::span<const uint8_t>> view(uint64_t offset, size_t count) override {
    if (count > kMaxView)
      return Error{fmt::format("{}: a piece of {} bytes is too large", name_, count), {}, {}};
    if (offset >= bytes_.size()) return std::span<const uint8_t>{};
    return std::span<const uint8_t>(bytes_).subspan(
        static_cast<size_t>(offset), static_cast<size_t>(std::min<uint64_t>(count, bytes_.size() - offset)));
  }

  Result<size_t> read_at(uint64_t offset, std::span<uint8_t> out) override {
    if (offset >= bytes_.size()) return size_t{0};
    const auto count = static_cast<size_t>(std::min<uint64_t>(out.size(), bytes_.size() - offset));
    if (count > 0) std::memcpy(out.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  std::vector<uint8_t> bytes_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<ByteInput>> ByteInput::open(const std::string& path) {
  Fd fd;
  const bool standard = path == "-";
  if (standard) {
    fd = Fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!fd.valid()) return system_error("standard input", errno);
  } else {
    TRY_ASSIGN(fd, open_file(path, O_RDONLY));
  }
  const std::string name = standard ? "standard input" : path;
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) return system_error(name, errno);
  if (S_ISDIR(status.st_mode)) return Error{fmt::format("{} is a directory", name), {}, {}};
  const bool regular = S_ISREG(status.st_mode);
  // What was read of standard input before is not ours.
  const bool at_start = !standard || ::lseek(fd.get(), 0, SEEK_CUR) == 0;
  const bool seekable = regular && at_start;
  const uint64_t size = seekable ? static_cast<uint64_t>(status.st_size) : 0;
  return std::unique_ptr<ByteInput>(std::make_unique<FdInput>(std::move(fd), name, seekable, size));
}

std::unique_ptr<ByteInput> ByteInput::from_bytes(std::vector<uint8_t> bytes, std::string name) {
  return std::make_unique<MemoryInput>(std::move(bytes), std::move(name));
}

std::unique_ptr<ByteInput> ByteInput::from_bytes(std::string_view bytes, std::string name) {
  return from_bytes(std::vector<uint8_t>(bytes.begin(), bytes.end()), std::move(name));
}

}  // namespace uproar
