#include "kernel/proc/clocks.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <limits>
#include <optional>

#include "base/fd.h"

namespace uproar {
namespace {

constexpr int kTries = 8;

uint64_t now(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

// A perf event of this thread that records nothing but its renamings.
class RenameWatch {
 public:
  RenameWatch() : page_(static_cast<size_t>(::sysconf(_SC_PAGESIZE))) {
    perf_event_attr attr{};
    attr.size = sizeof attr;
    attr.type = PERF_TYPE_SOFTWARE;
    attr.config = PERF_COUNT_SW_DUMMY;
    attr.sample_type = PERF_SAMPLE_TIME;
    attr.sample_id_all = 1;
    attr.comm = 1;
    attr.exclude_kernel = 1;
    attr.exclude_hv = 1;
    event_.reset(static_cast<int>(::syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
    if (!event_.valid()) return;
    // The first page is the header, the second the data.
    void* map = ::mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_SHARED, event_.get(), 0);
    if (map != MAP_FAILED) header_ = static_cast<perf_event_mmap_page*>(map);
  }
  ~RenameWatch() {
    if (header_) ::munmap(header_, 2 * page_);
  }
  RenameWatch(const RenameWatch&) = delete;
  RenameWatch& operator=(const RenameWatch&) = delete;

  bool works() const { return header_ != nullptr; }

  // The time of the PERF_RECORD_COMM written since the last call.
  std::optional<uint64_t> take() {
    std::atomic_ref<__u64> head_of_kernel(header_->data_head);
    const uint64_t head = head_of_kernel.load(std::memory_order_acquire);
    std::optional<uint64_t> time;
    while (head - tail_ >= sizeof(perf_event_header)) {
      perf_event_header record{};
      copy_out(tail_, &record, sizeof record);
      if (record.size < sizeof record || record.size > head - tail_) break;
      // sample_id, here only the time, ends the record.
      if (record.type == PERF_RECORD_COMM && record.size >= sizeof record + sizeof(uint64_t)) {
        uint64_t stamp = 0;
        copy_out(tail_ + record.size - sizeof stamp, &stamp, sizeof stamp);
        time = stamp;
      }
      tail_ += record.size;
    }
    tail_ = head;
    std::atomic_ref<__u64>(header_->data_tail).store(tail_, std::memory_order_release);
    return time;
  }

 private:
  void copy_out(uint64_t position, void* to, size_t size) const {
    const auto* data = reinterpret_cast<const uint8_t*>(header_) + page_;
    auto* out = static_cast<uint8_t*>(to);
    for (size_t i = 0; i < size; ++i) out[i] = data[(position + i) % page_];
  }

  size_t page_;
  Fd event_;
  perf_event_mmap_page* header_ = nullptr;
  uint64_t tail_ = 0;
};

// The offset of another clock from CLOCK_MONOTONIC, as tight as it was measured.
struct Offset {
  int64_t value = 0;
  uint64_t spread = std::numeric_limits<uint64_t>::max();

  void offer(uint64_t before, uint64_t other, uint64_t after) {
    if (after - before >= spread) return;
    spread = after - before;
    value = static_cast<int64_t>(other - (before + spread / 2));
  }
};

Offset realtime_offset() {
  Offset best;
  for (int i = 0; i < kTries; ++i) {
    uint64_t before = now(CLOCK_MONOTONIC);
    uint64_t real = now(CLOCK_REALTIME);
    best.offer(before, real, now(CLOCK_MONOTONIC));
  }
  return best;
}

std::optional<Offset> perf_offset() {
  RenameWatch watch;
  char name[16] = {};
  if (!watch.works() || ::prctl(PR_GET_NAME, name) != 0) return std::nullopt;
  Offset best;
  bool any = false;
  for (int i = 0; i < kTries; ++i) {
    uint64_t before = now(CLOCK_MONOTONIC);
    ::prctl(PR_SET_NAME, name);
    uint64_t after = now(CLOCK_MONOTONIC);
    std::optional<uint64_t> stamp = watch.take();
    if (!stamp) continue;
    best.offer(before, *stamp, after);
    any = true;
  }
  return any ? std::optional(best) : std::nullopt;
}

}  // namespace

ClockReading read_clocks() {
  const Offset real = realtime_offset();
  const std::optional<Offset> perf = perf_offset();
  ClockReading reading;
  reading.monotonic_ns = now(CLOCK_MONOTONIC);
  reading.realtime_ns = reading.monotonic_ns + static_cast<uint64_t>(real.value);
  if (perf) reading.perf_ns = reading.monotonic_ns + static_cast<uint64_t>(perf->value);
  return reading;
}

}  // namespace uproar
