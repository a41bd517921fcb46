#include "recording/block_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "recording/metadata.h"

namespace uproar::upr {

BlockFile::BlockFile(Fd fd, std::string name, int compression_level)
    : fd_(std::move(fd)), name_(std::move(name)), packer_(compression_level) {
  struct stat info {};
  regular_ = ::fstat(fd_.get(), &info) == 0 && S_ISREG(info.st_mode);
  if (!regular_) return;
  bool appends = ::fcntl(fd_.get(), F_GETFL) & O_APPEND;
  off_t at = appends ? info.st_size : ::lseek(fd_.get(), 0, SEEK_CUR);
  regular_ = at >= 0;
  base_ = static_cast<uint64_t>(at);
}

Result<void> BlockFile::start() {
  payload_.clear();
  for (uint8_t byte : kFileMagic) payload_.u8(byte);
  payload_.u16(kFileVersion);
  payload_.u16(kFileHeaderBytes);
  payload_.u32(0);
  return write_bytes(payload_.view());
}

Result<void> BlockFile::append(BlockHeader header, std::span<const uint8_t> raw) {
  TRY(write_block(header, raw));
  if (index_.headers.size() >= kBlocksPerIndex) return write_index();
  return {};
}

Result<void> BlockFile::end(const EndSummary& summary) {
  if (!index_.headers.empty() || !indexed_) TRY(write_index());
  payload_.clear();
  put_end(summary, index_.previous_offset, payload_);
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::End);
  return write_block(header, payload_.view());
}

Result<void> BlockFile::write_index() {
  payload_.clear();
  put_index(index_, payload_);
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Index);
  header.count = static_cast<uint32_t>(index_.headers.size());
  uint64_t offset = bytes_;
  TRY(write_block(header, payload_.view()));
  index_.previous_offset = offset;
  index_.headers.clear();
  indexed_ = true;
  return {};
}

Result<void> BlockFile::write_block(BlockHeader header, std::span<const uint8_t> raw) {
  if (failure_) return *failure_;
  header.sequence = sequence_;
  std::span<const uint8_t> block = packer_.pack(header, raw);
  TRY(write_bytes(block));
  ++sequence_;
  if (!header.is(BlockType::Index)) index_.headers.push_back(header);
  return {};
}

Result<void> BlockFile::write_bytes(std::span<const uint8_t> bytes) {
  if (failure_) return *failure_;
  std::span<const uint8_t> left = bytes;
  while (!left.empty()) {
    ssize_t put = ::write(fd_.get(), left.data(), left.size());
    if (put > 0) {
      left = left.subspan(static_cast<size_t>(put));
    } else if (put < 0 && errno == EAGAIN) {
      // Standard output may be a pipe that somebody else made non-blocking.
      pollfd waiting{fd_.get(), POLLOUT, 0};
      ::poll(&waiting, 1, -1);
    } else if (put == 0 || errno != EINTR) {
      return fail(put == 0 ? EIO : errno);
    }
  }
  bytes_ += bytes.size();
  return {};
}

Error BlockFile::fail(int errno_value) {
  std::string remedy;
  if (errno_value == ENOSPC || errno_value == EDQUOT) {
    remedy = "make room or write elsewhere with -o; what was written before can be read";
  } else if (errno_value == EFBIG) {
    remedy = "raise the limit on the size of files (ulimit -f); what was written before can be read";
  } else if (errno_value == EPIPE) {
    remedy = "whoever read the recording has gone; write it to a file with -o";
  }
  failure_ = system_error("cannot write " + name_, errno_value, std::move(remedy));
  // If this fails as well, the file ends inside a block, which a reader reports and survives.
  if (regular_ && ::ftruncate(fd_.get(), static_cast<off_t>(base_ + bytes_)) != 0) regular_ = false;
  return *failure_;
}

}  // namespace uproar::upr
