#include "capture/cpu_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/number.h"

namespace uproar {
namespace {

// read(2) of trace_pipe_raw gives one sub-buffer at a time; the unread part of a page that is still being
// written comes as a page of its own (kernel: ring_buffer_read_page).
class RawReader : public CpuReader {
 public:
  RawReader(Fd fd, uint32_t cpu, size_t sub_buffer_bytes)
      : fd_(std::move(fd)), cpu_(cpu), buffer_(sub_buffer_bytes) {}

  Result<bool> next(std::span<const uint8_t>& sub_buffer) override {
    ssize_t got;
    do {
      got = ::read(fd_.get(), buffer_.data(), buffer_.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      if (errno == EAGAIN) return false;
      return system_error("cannot read the ring buffer of CPU " + std::to_string(cpu_), errno);
    }
    if (got == 0) return false;
    sub_buffer = std::span<const uint8_t>(buffer_).first(static_cast<size_t>(got));
    return true;
  }

  int poll_fd() const override { return fd_.get(); }
  uint32_t cpu() const override { return cpu_; }

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

Result<std::unique_ptr<CpuReader>> CpuReader::open(const Instance& instance, uint32_t cpu) {
  TRY_ASSIGN(Fd fd, open_file(instance.files().path("per_cpu/cpu" + std::to_string(cpu) + "/trace_pipe_raw"),
                              O_RDONLY | O_NONBLOCK));
  return std::unique_ptr<CpuReader>(new RawReader(std::move(fd), cpu, sub_buffer_bytes(instance)));
}

}  // namespace uproar
