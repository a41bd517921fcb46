#include "recording/sinks/rotating_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

namespace uproar {

namespace {

// A task's name stands before its first record, but blocks of different CPUs overlap by up to a flush.
constexpr uint64_t kOverlapNanoseconds = 2'000'000'000;
constexpr uint64_t kLeastStep = uint64_t{1} << 20;

std::string link_of(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

// The name that the file has now: whoever opened it may have renamed it since.
Result<std::string> current_name(int fd, const std::string& name) {
  std::array<char, PATH_MAX> target;
  ssize_t size = ::readlink(link_of(fd).c_str(), target.data(), target.size());
  if (size < 0) return system_error("cannot find the name of " + name, errno);
  std::string path(target.data(), static_cast<size_t>(size));
  struct stat named {};
  struct stat opened {};
  if (::fstat(fd, &opened) != 0 || ::stat(path.c_str(), &named) != 0 || named.st_ino != opened.st_ino ||
      named.st_dev != opened.st_dev) {
    return Error{name + " was removed while it was recorded",
                 {},
                 "a recording with a limit needs its name: leave the file where it is, or move it",
                 ENOENT};
  }
  return path;
}

// A file without a name in the folder of `path`, or with a temporary one where the file system knows no other
// (then `temporary` says which).
Result<Fd> unnamed_file(const std::string& path, std::string& temporary) {
  std::string folder = path.substr(0, path.rfind('/'));
  Fd fd(::open((folder.empty() ? "/" : folder).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd.valid()) return fd;
  temporary = path + ".XXXXXX";
  fd.reset(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid()) {
    temporary.clear();
    return system_error("cannot write beside " + path, errno);
  }
  return fd;
}

// One block as it stands in a file.
struct StoredBlock {
  BlockHeader header;
  std::vector<uint8_t> bytes;  // with its header

  std::span<const uint8_t> stored() const { return std::span(bytes).subspan(kBlockHeaderBytes); }
};

Result<void> read_at(int fd, uint64_t offset, std::span<uint8_t> out, const std::string& name) {
  while (!out.empty()) {
    ssize_t got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return system_error("cannot read " + name + " back", got < 0 ? errno : EIO);
    out = out.subspan(static_cast<size_t>(got));
    offset += static_cast<size_t>(got);
  }
  return {};
}

Result<void> read_block(int fd, uint64_t offset, const std::string& name, StoredBlock& out) {
  out.bytes.resize(kBlockHeaderBytes);
  TRY(read_at(fd, offset, out.bytes, name));
  if (parse_block_header(out.bytes, out.header) != BlockStatus::Ok)
    return Error{name + " was changed while it was recorded", {}, "let nothing else write to it", 0};
  out.bytes.resize(static_cast<size_t>(out.header.block_bytes()));
  return read_at(fd, offset + kBlockHeaderBytes, std::span(out.bytes).subspan(kBlockHeaderBytes), name);
}

}  // namespace

// The file that takes the place of the present one.
struct RotatingFile::Successor {
  std::string temporary;  // its name, empty: none
  std::unique_ptr<BlockFile> file;
  Segments segments;
  KeptHead head;
  std::deque<uint64_t> divisions;  // offsets in the present file where its segments begin
  uint64_t copied = 0;             // offset in the present file up to which it has all
  uint64_t removed = 0;            // records of the present file that it does not have
  std::future<int> sync;

  explicit Successor(uint64_t max_bytes) : segments(max_bytes) {}
  ~Successor() {
    if (sync.valid()) sync.wait();
    if (!temporary.empty()) ::unlink(temporary.c_str());
  }
};

RotatingFile::RotatingFile(Fd fd, std::string name, int compression_level, FsyncPolicy fsync,
                           uint64_t max_bytes)
    : BlockSink(compression_level),
      name_(std::move(name)),
      compression_level_(compression_level),
      fsync_(fsync),
      max_bytes_(std::max(max_bytes, kMinRotatingBytes)),
      file_(std::make_unique<BlockFile>(std::move(fd), name_, compression_level, fsync)),
      segments_(max_bytes_) {}
RotatingFile::~RotatingFile() = default;

const std::optional<Error>& RotatingFile::failure() const {
  return failure_ ? failure_ : file_->failure();
}

Error RotatingFile::fail(Error error) {
  successor_.reset();
  if (!failure_) failure_ = std::move(error);
  return *failure_;
}

Result<void> RotatingFile::start() {
  if (!file_->regular())
    return fail(Error{name_ + " is no regular file", {}, "a recording with a limit needs one: -o FILE", 0});
  TRY(file_->start());
  reading_.reset(::open(link_of(file_->descriptor()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!reading_.valid()) return fail(system_error("cannot read " + name_, errno));
  return {};
}

// With the index and the end that the file must have room for.
bool RotatingFile::fits(uint64_t bytes) const {
  return file_->bytes() + bytes + file_->end_bytes() <= max_bytes_;
}

Result<void> RotatingFile::put(BlockHeader header, std::span<const uint8_t> stored) {
  if (failure()) return *failure();
  const uint64_t bytes = kBlockHeaderBytes + stored.size();
  // Half the limit is copied while an eighth of it is added.
  Result<void> advanced = advance(std::max<uint64_t>(8 * bytes, std::min(max_bytes_ / 64, kLeastStep)));
  if (!advanced.ok()) return fail(std::move(advanced.error()));
  if (!fits(bytes)) {
    Result<void> replaced = advance(~uint64_t{0});
    if (replaced.ok()) replaced = replace();
    if (!replaced.ok()) return fail(std::move(replaced.error()));
    if (!fits(bytes)) {
      return fail(Error{"the limit of " + name_ + " is too small: what explains its events takes " +
                            std::to_string(file_->bytes()) + " bytes, and the next events " +
                            std::to_string(bytes),
                        {},
                        "give a larger one: --max-size",
                        0});
    }
  }
  const uint64_t offset = file_->bytes();
  TRY(file_->put(header, stored));
  segments_.add(header, offset, file_->bytes());
  return {};
}

Result<void> RotatingFile::flushed() {
  if (failure()) return *failure();
  segments_.flushed();
  return file_->flushed();
}

// Begins the second file when it is time, goes on with it, and lets it take over once it has all.
Result<void> RotatingFile::advance(uint64_t bytes) {
  const bool all = bytes == ~uint64_t{0};
  if (!successor_) {
    if (!all && file_->bytes() < max_bytes_ / 8 * 7) return {};
    TRY(begin_successor());
  }
  TRY(copy(bytes));
  if (all || successor_->copied < file_->bytes()) return {};
  TRY_ASSIGN(bool done, synced(false));
  return done ? replace() : Result<void>{};
}

Result<void> RotatingFile::begin_successor() {
  TRY_ASSIGN(std::string path, current_name(reading_.get(), name_));
  auto next = std::make_unique<Successor>(max_bytes_);
  TRY_ASSIGN(Fd fd, unnamed_file(path, next->temporary));
  struct stat status {};
  if (::fstat(file_->descriptor(), &status) == 0) {
    (void)::fchmod(fd.get(), status.st_mode & 07777);
    if (::fchown(fd.get(), status.st_uid, status.st_gid) != 0) errno = 0;  // as near as it may be
  }
  next->file = std::make_unique<BlockFile>(std::move(fd), name_, compression_level_, fsync_);
  TRY(next->file->start());
  size_t first_kept = segments_.first_kept(max_bytes_ / 2);
  TRY(take_head(*next, first_kept));
  successor_ = std::move(next);
  return {};
}

// What explains the records from segment `first_kept` on, written.
Result<void> RotatingFile::take_head(Successor& next, size_t first_kept) {
  const auto& segments = segments_.all();
  BlockUnpacker unpacker;
  StoredBlock block;
  std::vector<uint8_t> raw;
  for (size_t i = 0; i < first_kept; ++i) {
    for (uint64_t offset : segments[i].metadata) {
      TRY(read_block(reading_.get(), offset, name_, block));
      if (unpacker.unpack(block.header, block.stored(), raw) == BlockStatus::Ok)
        next.head.add(block.header, raw);
    }
    for (const auto& [cpu, records] : segments[i].records) {
      next.head.remove_records(cpu, records.count, records.last_ns);
      next.removed += records.count;
    }
  }
  uint64_t oldest_ns = ~uint64_t{0};
  for (size_t i = first_kept; i < segments.size(); ++i) {
    oldest_ns = std::min(oldest_ns, segments[i].first_ns);
    next.divisions.push_back(segments[i].offset);
  }
  if (oldest_ns != ~uint64_t{0}) next.head.shorten(oldest_ns - std::min(oldest_ns, kOverlapNanoseconds));
  next.copied = first_kept < segments.size() ? segments[first_kept].offset : file_->bytes();

  // The head is written through a sink that notes where its blocks are.
  class Noting final : public BlockSink {
   public:
    Noting(Successor& next, int level) : BlockSink(level), next_(next) {}
    Result<void> start() override { return {}; }
    Result<void> put(BlockHeader header, std::span<const uint8_t> stored) override {
      const uint64_t offset = next_.file->bytes();
      TRY(next_.file->put(header, stored));
      next_.segments.add(header, offset, next_.file->bytes());
      return {};
    }
    Result<void> end(const EndSummary&) override { return {}; }
    const std::optional<Error>& failure() const override { return next_.file->failure(); }
    uint64_t bytes() const override { return next_.file->bytes(); }

   private:
    Successor& next_;
  };
  Noting noting(next, compression_level_);
  return next.head.write(noting);
}

Result<void> RotatingFile::copy(uint64_t bytes) {
  Successor& next = *successor_;
  StoredBlock block;
  uint64_t from = next.file->bytes();
  while (next.copied < file_->bytes() && next.file->bytes() - from < bytes) {
    TRY(read_block(reading_.get(), next.copied, name_, block));
    if (!next.divisions.empty() && next.copied >= next.divisions.front()) {
      next.segments.divide();
      next.divisions.pop_front();
    }
    next.copied += block.header.block_bytes();
    if (block.header.is(BlockType::Index)) continue;  // the new file has its own
    const uint64_t offset = next.file->bytes();
    TRY(next.file->put(block.header, block.stored()));
    next.segments.add(block.header, offset, next.file->bytes());
  }
  // The disk can begin at once, so that the sync in the end is short.
  if (fsync_ != FsyncPolicy::Never) {
    (void)::sync_file_range(next.file->descriptor(), static_cast<off_t>(from),
                            static_cast<off_t>(next.file->bytes() - from), SYNC_FILE_RANGE_WRITE);
  }
  return {};
}

// Before the new file takes the name, it must be on the disk: a power cut could otherwise cost both.
Result<bool> RotatingFile::synced(bool wait) {
  if (fsync_ == FsyncPolicy::Never) return true;
  Successor& next = *successor_;
  if (!next.sync.valid()) {
    next.sync = std::async(std::launch::async,
                           [fd = next.file->descriptor()] { return ::fdatasync(fd) == 0 ? 0 : errno; });
  }
  if (!wait && next.sync.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return false;
  if (int problem = next.sync.get(); problem != 0 && problem != EINVAL && problem != ENOSYS)
    return system_error("cannot write " + name_ + " to the disk", problem);
  return true;
}

Result<void> RotatingFile::replace() {
  TRY(synced(true));
  TRY(copy(~uint64_t{0}));
  Successor& next = *successor_;
  TRY_ASSIGN(std::string path, current_name(reading_.get(), name_));
  if (next.temporary.empty()) {
    std::string named = path + ".new-" + std::to_string(::getpid());
    (void)::unlink(named.c_str());
    if (::linkat(AT_FDCWD, link_of(next.file->descriptor()).c_str(), AT_FDCWD, named.c_str(),
                 AT_SYMLINK_FOLLOW) != 0) {
      return system_error("cannot write " + named, errno);
    }
    next.temporary = named;
  }
  if (::rename(next.temporary.c_str(), path.c_str()) != 0)
    return system_error("cannot replace " + path, errno);
  next.temporary.clear();
  // By its name: a descriptor that was opened without one never learns it.
  Fd reading(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reading.valid()) return system_error("cannot read " + name_, errno);
  if (fsync_ == FsyncPolicy::Flush) {
    std::string folder = path.substr(0, path.rfind('/'));
    Fd opened(::open((folder.empty() ? "/" : folder).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.valid()) (void)::fsync(opened.get());
  }
  removed_ += next.removed;
  file_ = std::move(next.file);
  reading_ = std::move(reading);
  segments_ = std::move(next.segments);
  successor_.reset();
  return {};
}

Result<void> RotatingFile::end(const EndSummary& summary) {
  if (failure()) return *failure();
  successor_.reset();
  EndSummary kept = summary;
  uint64_t removed = std::min(removed_, summary.events);
  kept.events -= removed;
  kept.lost += removed;
  return file_->end(kept);
}

}  // namespace uproar
