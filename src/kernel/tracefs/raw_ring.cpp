#include "kernel/tracefs/raw_ring.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/number.h"

namespace uproar {
namespace {

// What is there, 0 for nothing.
Result<size_t> read_some(int fd, void* bytes, size_t size, const std::string& what) {
  ssize_t got;
  do {
    got = ::read(fd, bytes, size);
  } while (got < 0 && errno == EINTR);
  if (got >= 0) return static_cast<size_t>(got);
  if (errno == EAGAIN) return size_t{0};
  return system_error("cannot read " + what, errno);
}

// Bytes of one sub-buffer (buffer_subbuf_size_kb, 6.8; before that always a page).
size_t sub_buffer_bytes(const Tracefs& files) {
  size_t bytes = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  auto text = files.read("buffer_subbuf_size_kb");
  if (!text.ok()) return bytes;
  std::string digits = text->substr(0, text->find_first_not_of("0123456789"));
  auto kilobytes = parse_decimal(digits);
  return kilobytes && *kilobytes * 1024 > bytes ? static_cast<size_t>(*kilobytes * 1024) : bytes;
}

}  // namespace

Result<RawRing> RawRing::open(const TraceBuffer& buffer, uint32_t cpu) {
  const std::string file = "per_cpu/cpu" + std::to_string(cpu) + "/trace_pipe_raw";
  TRY_ASSIGN(Fd fd, open_file(buffer.files().path(file), O_RDONLY | O_NONBLOCK));
  return RawRing(std::move(fd), cpu, sub_buffer_bytes(buffer.files()));
}

// read(2) of trace_pipe_raw gives one sub-buffer at a time; the unread part of a page that is still being
// written comes as a page of its own (kernel: ring_buffer_read_page).
Result<bool> RawRing::next(std::span<const uint8_t>& sub_buffer) {
  TRY_ASSIGN(size_t got, read_some(fd_.get(), bytes_.data(), bytes_.size(),
                                   "the ring buffer of CPU " + std::to_string(cpu_)));
  if (got == 0) return false;
  sub_buffer = std::span<const uint8_t>(bytes_).first(got);
  return true;
}

Result<TracePipe> TracePipe::open(const TraceBuffer& buffer) {
  TRY_ASSIGN(Fd fd, open_file(buffer.files().path("trace_pipe"), O_RDONLY | O_NONBLOCK));
  return TracePipe(std::move(fd));
}

Result<bool> TracePipe::next(std::string_view& text) {
  TRY_ASSIGN(size_t got, read_some(fd_.get(), text_.data(), text_.size(), "trace_pipe"));
  if (got == 0) return false;
  text = std::string_view(text_.data(), got);
  return true;
}

}  // namespace uproar
