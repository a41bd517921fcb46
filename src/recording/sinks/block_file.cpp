#include "recording/sinks/block_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "recording/metadata/metadata.h"

namespace uproar {

BlockFile::BlockFile(Fd fd, std::string name, int compression_level, FsyncPolicy fsync)
    : BlockSink(compression_level),
      fd_(std::move(fd)),
      name_(name == "-" ? "standard output" : std::move(name)),
      fsync_(fsync),
      packer_(compression_level) {
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
  return write_bytes(payload_.view(), {});
}

Result<void> BlockFile::put(BlockHeader header, std::span<const uint8_t> stored) {
  TRY(write_block(header, stored));
  if (index_.headers.size() >= kBlocksPerIndex) return write_index();
  return {};
}

Result<void> BlockFile::flushed() {
  TRY(check_still_there());
  return fsync_ == FsyncPolicy::Flush ? sync() : Result<void>{};
}

Result<void> BlockFile::end(const EndSummary& summary) {
  if (!index_.headers.empty() || !indexed_) TRY(write_index());
  payload_.clear();
  put_end(summary, index_.previous_offset, payload_);
  TRY(append_own(BlockType::End, 0));
  TRY(check_still_there());
  return fsync_ == FsyncPolicy::Never ? Result<void>{} : sync();
}

uint64_t BlockFile::end_bytes() const {
  return kBlockHeaderBytes + 8 + index_.headers.size() * kBlockHeaderBytes + kEndBlockBytes;
}

Result<void> BlockFile::write_index() {
  payload_.clear();
  put_index(index_, payload_);
  uint64_t offset = bytes_;
  TRY(append_own(BlockType::Index, static_cast<uint32_t>(index_.headers.size())));
  index_.previous_offset = offset;
  index_.headers.clear();
  indexed_ = true;
  return {};
}

// payload_ as a block of the file's own.
Result<void> BlockFile::append_own(BlockType type, uint32_t count) {
  if (failure_) return *failure_;
  BlockHeader header;
  header.type = static_cast<uint8_t>(type);
  header.count = count;
  std::span<const uint8_t> block = packer_.pack(header, payload_.view());
  return write_block(header, block.subspan(kBlockHeaderBytes));
}

Result<void> BlockFile::write_block(BlockHeader header, std::span<const uint8_t> stored) {
  if (failure_) return *failure_;
  header.sequence = sequence_;
  std::array<uint8_t, kBlockHeaderBytes> head;
  put_block_header(header, head);
  TRY(write_bytes(head, stored));
  ++sequence_;
  if (!header.is(BlockType::Index)) index_.headers.push_back(header);
  return {};
}

Result<void> BlockFile::write_bytes(std::span<const uint8_t> head, std::span<const uint8_t> tail) {
  TRY(check_still_there());
  const uint64_t size = head.size() + tail.size();
  while (!head.empty() || !tail.empty()) {
    iovec parts[2] = {{const_cast<uint8_t*>(head.data()), head.size()},
                      {const_cast<uint8_t*>(tail.data()), tail.size()}};
    ssize_t put = ::writev(fd_.get(), parts, 2);
    if (put > 0) {
      size_t of_head = std::min(head.size(), static_cast<size_t>(put));
      head = head.subspan(of_head);
      tail = tail.subspan(static_cast<size_t>(put) - of_head);
    } else if (put < 0 && errno == EAGAIN) {
      // Standard output may be a pipe that somebody else made non-blocking.
      pollfd waiting{fd_.get(), POLLOUT, 0};
      ::poll(&waiting, 1, -1);
    } else if (put == 0 || errno != EINTR) {
      return fail(put == 0 ? EIO : errno);
    }
  }
  bytes_ += size;
  return {};
}

// What is written behind the end of a file that was cut leaves a hole, and into one without a name nobody reads.
Result<void> BlockFile::check_still_there() {
  if (failure_) return *failure_;
  struct stat info {};
  if (!regular_ || ::fstat(fd_.get(), &info) != 0) return {};
  if (static_cast<uint64_t>(info.st_size) < base_ + bytes_) {
    failure_ = Error{name_ + " was cut to " + std::to_string(info.st_size) + " bytes while it was written",
                     {},
                     "leave the file alone until the recording has ended (no copytruncate of logrotate): "
                     "--max-size keeps it small",
                     ESTALE};
  } else if (had_name_ && info.st_nlink == 0) {
    failure_ = Error{name_ + " was removed, or replaced by another file, while it was written",
                     {},
                     "leave the file where it is until the recording has ended, or move it",
                     ESTALE};
  }
  had_name_ = had_name_ || info.st_nlink > 0;
  return failure_ ? Result<void>(*failure_) : Result<void>();
}

// A failed sync may have dropped what it should have written: trying again would tell nothing.
Result<void> BlockFile::sync() {
  if (failure_) return *failure_;
  if (!regular_ || synced_bytes_ == bytes_) return {};
  if (::fdatasync(fd_.get()) != 0 && errno != EINVAL && errno != ENOSYS) {
    failure_ = system_error("cannot write " + name_ + " to the disk", errno);
    return *failure_;
  }
  synced_bytes_ = bytes_;
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

}  // namespace uproar
