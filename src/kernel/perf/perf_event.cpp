#include "kernel/perf/perf_event.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <utility>

namespace uproar {
namespace {

int open_event(perf_event_attr& attr, int32_t tid, uint32_t cpu) {
  return static_cast<int>(
      ::syscall(SYS_perf_event_open, &attr, tid, static_cast<int>(cpu), -1, PERF_FLAG_FD_CLOEXEC));
}

// A descriptor for each event, task and CPU is soon more than the usual 1024; as many as are allowed may be used.
bool raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return false;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

Error cannot_open(const std::string& name, int32_t tid, int error_number) {
  Error error = system_error("perf_event_open refuses " + name, error_number);
  switch (error_number) {
    case EMFILE:
      error.remedy =
          "each event takes a descriptor for each thread and CPU: raise the limit (ulimit -n), choose fewer "
          "events or CPUs, or record with --via tracefs";
      break;
    case EACCES:
    case EPERM:
      error.remedy = "be root, have CAP_PERFMON, or set kernel.perf_event_paranoid to -1";
      break;
    case EINTR:
      // kernel: kernel/trace/trace_uprobe.c probe_event_enable
      error.message = name + " is switched on in tracefs: a uprobe event serves ftrace or perf, not both";
      error.remedy = "switch it off there, or record it with --via tracefs";
      break;
    case ESRCH:
      error.message = fmt::format("there is no thread {} any more", tid);
      error.remedy = "record it while it runs";
      break;
    default:
      error.remedy = "record with --via tracefs";
  }
  return error;
}

Result<void> control(int fd, unsigned long request, unsigned long value, const char* what) {
  if (::ioctl(fd, request, value) == 0) return {};
  return system_error(std::string("cannot ") + what, errno);
}

size_t page_bytes() {
  static const auto bytes = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

}  // namespace

Result<PerfEvent> PerfEvent::open(perf_event_attr& attr, int32_t tid, uint32_t cpu, const std::string& name) {
  int fd = open_event(attr, tid, cpu);
  if (fd < 0 && errno == EMFILE && raise_descriptor_limit()) fd = open_event(attr, tid, cpu);
  if (fd < 0 && errno == EINVAL && (attr.read_format & PERF_FORMAT_LOST) != 0) {
    attr.read_format &= ~static_cast<uint64_t>(PERF_FORMAT_LOST);
    fd = open_event(attr, tid, cpu);
  }
  if (fd < 0) return cannot_open(name, tid, errno);
  return PerfEvent(Fd(fd), (attr.read_format & PERF_FORMAT_LOST) != 0);
}

Result<void> PerfEvent::enable() {
  return control(fd_.get(), PERF_EVENT_IOC_ENABLE, 0, "switch a perf event on");
}
Result<void> PerfEvent::disable() {
  return control(fd_.get(), PERF_EVENT_IOC_DISABLE, 0, "switch a perf event off");
}
Result<void> PerfEvent::set_filter(const std::string& filter) {
  return control(fd_.get(), PERF_EVENT_IOC_SET_FILTER, reinterpret_cast<unsigned long>(filter.c_str()),
                 "set the filter of a perf event");
}
Result<void> PerfEvent::write_to(const PerfEvent& event) {
  return control(fd_.get(), PERF_EVENT_IOC_SET_OUTPUT, static_cast<unsigned long>(event.fd()),
                 "lead a perf event to its buffer");
}

Result<PerfCount> PerfEvent::count() const {
  uint64_t values[2] = {};
  const size_t wanted = counts_lost_ ? sizeof values : sizeof values[0];
  const ssize_t got = ::read(fd_.get(), values, wanted);
  if (got < 0 || static_cast<size_t>(got) != wanted)
    return system_error("cannot read the counters of a perf event", got < 0 ? errno : EIO);
  return PerfCount{values[0], values[1]};
}

uint64_t perf_ring_bytes(uint64_t wanted) {
  return std::bit_ceil(std::max<uint64_t>(wanted, page_bytes()));
}

Result<PerfRing> PerfRing::map(const PerfEvent& event, uint64_t bytes) {
  const size_t size = bytes + page_bytes();
  void* const base = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, event.fd(), 0);
  if (base == MAP_FAILED) {
    Error error = system_error(fmt::format("cannot map a perf buffer of {} KiB", bytes / 1024), errno);
    error.remedy = error.sys_errno == EPERM
                       ? "smaller buffers (-m 512K), or a higher kernel.perf_event_mlock_kb"
                       : "smaller buffers: -m 512K";
    return error;
  }
  return PerfRing(base, size, {static_cast<const uint8_t*>(base) + page_bytes(), bytes});
}

PerfRing::PerfRing(PerfRing&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)),
      size_(other.size_),
      data_(other.data_),
      scratch_(std::move(other.scratch_)) {}

PerfRing::~PerfRing() {
  if (base_ != nullptr) ::munmap(base_, size_);
}

PerfRingRecords PerfRing::records() {
  // Pairs with the barrier behind the kernel's last write (kernel: kernel/events/ring_buffer.c perf_output_put_handle).
  const uint64_t head = __atomic_load_n(&page()->data_head, __ATOMIC_ACQUIRE);
  return {data_, page()->data_tail, head, scratch_};
}

void PerfRing::release(uint64_t position) {
  __atomic_store_n(&page()->data_tail, position, __ATOMIC_RELEASE);
}

}  // namespace uproar
