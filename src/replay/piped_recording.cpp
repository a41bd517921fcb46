#include "replay/piped_recording.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "recording/file_kind.h"

namespace uproar {
namespace {

constexpr int kLookMs = 30;  // between two looks at what has come

uint64_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
}

}  // namespace

Result<std::unique_ptr<PipedRecording>> PipedRecording::start(Fd pipe) {
  Fd memory(::memfd_create("recording", MFD_CLOEXEC));
  Fd stop(::eventfd(0, EFD_CLOEXEC));
  if (!memory.valid() || !stop.valid()) return system_error("cannot keep a recording in memory", errno);
  return std::unique_ptr<PipedRecording>(
      new PipedRecording(std::move(pipe), std::move(memory), std::move(stop)));
}

PipedRecording::PipedRecording(Fd pipe, Fd memory, Fd stop)
    : pipe_(std::move(pipe)),
      memory_(std::move(memory)),
      stop_(std::move(stop)),
      path_("/proc/self/fd/" + std::to_string(memory_.get())),
      thread_([this] { take(); }) {}

PipedRecording::~PipedRecording() {
  const uint64_t one = 1;
  (void)!::write(stop_.get(), &one, sizeof one);
  thread_.join();
}

void PipedRecording::take() {
  constexpr size_t kAtOnce = size_t{1} << 20;
  std::vector<char> bytes(kAtOnce);
  while (true) {
    pollfd waiting[2] = {{pipe_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) break;
    if (waiting[1].revents != 0) break;
    if (waiting[0].revents == 0) continue;
    const ssize_t got = ::read(pipe_.get(), bytes.data(), bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    if (!write_all(memory_.get(), {bytes.data(), static_cast<size_t>(got)}, path_).ok()) break;
  }
  over_.store(true, std::memory_order_release);
}

Result<std::unique_ptr<RecordingReader>> PipedRecording::open(const std::string& name) const {
  uint64_t size_before = 0;
  while (true) {
    const bool over = is_over();
    const uint64_t size = size_of(memory_.get());
    if (over || size > 0) {
      Result<std::unique_ptr<RecordingReader>> reader = RecordingReader::open(path_);
      if (!reader.ok() && (over || size >= kFileStartBytes)) {
        Error error = std::move(reader.error());
        if (const size_t at = error.message.find(path_); at != std::string::npos)
          error.message.replace(at, path_.size(), name);
        return error;
      }
      // The head comes in several blocks, one right behind the other.
      const bool rests = over || size == size_before;
      if (reader.ok() && (over || (rests && !(*reader)->events().empty()))) return reader;
    }
    size_before = size;
    ::poll(nullptr, 0, kLookMs);
  }
}

}  // namespace uproar
