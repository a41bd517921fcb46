#include "capture/cpu_reader.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/fd.h"
#include "base/number.h"

namespace uproar {
namespace {

// kernel: include/uapi/linux/trace_mmap.h
constexpr unsigned long kTraceMmapIoctlGetReader = _IO('R', 0x20);

struct TraceBufferMeta {
  uint32_t meta_page_size;
  uint32_t meta_struct_len;
  uint32_t subbuf_size;
  uint32_t nr_subbufs;
  struct {
    uint64_t lost_events;
    uint32_t id;
    uint32_t read;
  } reader;
  uint64_t flags;
  uint64_t entries;
  uint64_t overrun;
  uint64_t read;
};

Result<Fd> open_raw(const Instance& instance, uint32_t cpu) {
  return open_file(instance.files().path("per_cpu/cpu" + std::to_string(cpu) + "/trace_pipe_raw"),
                   O_RDONLY | O_NONBLOCK);
}

// Owns one mapping.
class Mapping {
 public:
  Mapping() = default;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (address_ != MAP_FAILED) ::munmap(address_, length_);
  }
  bool map(int fd, size_t length, off_t offset) {
    address_ = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, fd, offset);
    length_ = length;
    return address_ != MAP_FAILED;
  }
  const uint8_t* data() const { return static_cast<const uint8_t*>(address_); }

 private:
  void* address_ = MAP_FAILED;
  size_t length_ = 0;
};

// The kernel swaps a full sub-buffer out of the ring for the reader and publishes, on the meta page, which
// one it is and how far it has been consumed. Asking for the reader page consumes everything committed on it
// so far.
class MappedReader : public CpuReader {
 public:
  static Result<std::unique_ptr<CpuReader>> open(Fd fd, uint32_t cpu) {
    auto reader = std::unique_ptr<MappedReader>(new MappedReader(std::move(fd), cpu));
    long page = ::sysconf(_SC_PAGESIZE);
    if (!reader->meta_map_.map(reader->fd_.get(), static_cast<size_t>(page), 0)) {
      return system_error("cannot map the ring buffer", errno);
    }
    const TraceBufferMeta meta = reader->meta();
    size_t data_bytes = size_t{meta.nr_subbufs} * meta.subbuf_size;
    if (meta.subbuf_size < 4096 || data_bytes == 0)
      return Error{"the mapped ring buffer has no sub-buffers", {}, {}, EPROTO};
    if (!reader->data_map_.map(reader->fd_.get(), data_bytes, meta.meta_page_size)) {
      return system_error("cannot map the ring buffer", errno);
    }
    reader->last_id_ = meta.reader.id;
    reader->last_read_ = meta.reader.read;
    return std::unique_ptr<CpuReader>(std::move(reader));
  }

  Result<bool> next(RingChunk& out) override {
    if (::ioctl(fd_.get(), kTraceMmapIoctlGetReader) < 0) {
      if (errno == EAGAIN || errno == EINTR) return false;
      return system_error("cannot advance the ring buffer of CPU " + std::to_string(cpu_), errno);
    }
    const TraceBufferMeta now = meta();
    uint32_t id = now.reader.id;
    uint32_t read = now.reader.read;
    uint32_t start = id == last_id_ ? last_read_ : 0;
    bool nothing_new = id == last_id_ && read == last_read_;
    last_id_ = id;
    last_read_ = read;
    if (nothing_new || read <= start) return false;
    if (id >= now.nr_subbufs)
      return Error{"the ring buffer names a sub-buffer that it does not have", {}, {}, EPROTO};
    out.sub_buffer = {data_map_.data() + size_t{id} * now.subbuf_size, now.subbuf_size};
    out.start = start;
    out.end = read;
    return true;
  }

  int poll_fd() const override { return fd_.get(); }
  uint32_t cpu() const override { return cpu_; }
  Method method() const override { return Method::Mapped; }

 private:
  MappedReader(Fd fd, uint32_t cpu) : fd_(std::move(fd)), cpu_(cpu) {}
  TraceBufferMeta meta() const {
    TraceBufferMeta copy;
    std::memcpy(&copy, meta_map_.data(), sizeof copy);
    return copy;
  }

  Fd fd_;
  uint32_t cpu_;
  Mapping meta_map_;
  Mapping data_map_;
  uint32_t last_id_ = 0;
  uint32_t last_read_ = 0;
};

// read(2) of trace_pipe_raw gives one sub-buffer at a time; the unread part of a page comes as a page of its
// own.
class CopyingReader : public CpuReader {
 public:
  CopyingReader(Fd fd, uint32_t cpu, size_t subbuf_bytes)
      : fd_(std::move(fd)), cpu_(cpu), buffer_(subbuf_bytes) {}

  Result<bool> next(RingChunk& out) override {
    ssize_t got;
    do {
      got = ::read(fd_.get(), buffer_.data(), buffer_.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      if (errno == EAGAIN) return false;
      return system_error("cannot read the ring buffer of CPU " + std::to_string(cpu_), errno);
    }
    if (got == 0) return false;
    out.sub_buffer = {buffer_.data(), static_cast<size_t>(got)};
    out.start = 0;
    out.end = static_cast<uint32_t>(got);
    return true;
  }

  int poll_fd() const override { return fd_.get(); }
  uint32_t cpu() const override { return cpu_; }
  Method method() const override { return Method::Read; }

 private:
  Fd fd_;
  uint32_t cpu_;
  std::vector<uint8_t> buffer_;
};

// Bytes of one sub-buffer of the instance (buffer_subbuf_size_kb, 6.8; before that always a page).
size_t sub_buffer_bytes(const Instance& instance) {
  size_t bytes = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  auto text = instance.files().read("buffer_subbuf_size_kb");
  if (!text.ok()) return bytes;
  std::string digits = text->substr(0, text->find_first_not_of("0123456789"));
  auto kilobytes = parse_decimal(digits);
  return kilobytes && *kilobytes * 1024 > bytes ? static_cast<size_t>(*kilobytes * 1024) : bytes;
}

}  // namespace

Result<std::unique_ptr<CpuReader>> CpuReader::open_with(const Instance& instance, uint32_t cpu,
                                                        Method method) {
  TRY_ASSIGN(Fd fd, open_raw(instance, cpu));
  if (method == Method::Mapped) return MappedReader::open(std::move(fd), cpu);
  return std::unique_ptr<CpuReader>(new CopyingReader(std::move(fd), cpu, sub_buffer_bytes(instance)));
}

Result<std::unique_ptr<CpuReader>> CpuReader::open(const Instance& instance, uint32_t cpu) {
  if (!getenv("UPM")) return open_with(instance, cpu, Method::Read);
  auto mapped = open_with(instance, cpu, Method::Mapped);
  if (mapped.ok()) return mapped;
  return open_with(instance, cpu, Method::Read);
}

}  // namespace uproar
