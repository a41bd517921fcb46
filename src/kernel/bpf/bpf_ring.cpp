#include "kernel/bpf/bpf_ring.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <utility>

namespace uproar {
namespace {

// kernel: include/uapi/linux/bpf.h BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT, BPF_RINGBUF_HDR_SZ
constexpr uint32_t kBusy = uint32_t{1} << 31;
constexpr uint32_t kDiscarded = uint32_t{1} << 30;
constexpr uint64_t kHeaderBytes = 8;
// kernel: kernel/bpf/ringbuf.c RINGBUF_MAX_RECORD_SZ limits records, map_alloc the size, to 32 bits.
constexpr size_t kLargest = size_t{1} << 31;

size_t page_bytes() {
  return static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

RingStep next_in_ring(const uint8_t* data, size_t size, uint64_t produced, uint64_t& taken,
                      std::span<const uint8_t>& record) {
  if (taken >= produced) return RingStep::Empty;
  const uint8_t* header = data + (taken & (size - 1));
  const uint32_t word = __atomic_load_n(reinterpret_cast<const uint32_t*>(header), __ATOMIC_ACQUIRE);
  if (word & kBusy) return RingStep::Busy;
  const uint64_t length = word & ~kDiscarded;
  const uint64_t whole = kHeaderBytes + (length + 7) / 8 * 8;
  if (whole > size || whole > produced - taken) return RingStep::Broken;
  taken += whole;
  if (word & kDiscarded) return RingStep::Discarded;
  record = {header + kHeaderBytes, static_cast<size_t>(length)};
  return RingStep::Record;
}

Result<BpfRing> BpfRing::create(const std::string& name, size_t bytes) {
  const size_t page = page_bytes();
  BpfRing ring;
  ring.size_ = std::bit_ceil(std::clamp(bytes, page, kLargest));
  BpfMapPlan plan;
  plan.kind = BpfMapPlan::Kind::Ring;
  plan.name = name;
  plan.entries = static_cast<uint32_t>(ring.size_);
  TRY_ASSIGN(ring.map_, create_map(plan));
  TRY_ASSIGN(ring.consumer_, BpfMapping::map(ring.map(), 0, page, true));
  TRY_ASSIGN(ring.producer_, BpfMapping::map(ring.map(), page, page + 2 * ring.size_, false));
  return ring;
}

uint64_t BpfRing::produced() const {
  return __atomic_load_n(reinterpret_cast<const uint64_t*>(producer_.data()), __ATOMIC_ACQUIRE);
}

Result<bool> BpfRing::next(std::span<const uint8_t>& record) {
  const uint64_t end = produced();
  for (;;) {
    switch (next_in_ring(producer_.data() + page_bytes(), size_, end, taken_, record)) {
      case RingStep::Record:
        return true;
      case RingStep::Discarded:
        continue;
      case RingStep::Empty:
      case RingStep::Busy:
        return false;
      case RingStep::Broken:
        return Error{"the BPF ring buffer holds a record that is longer than what was written",
                     {},
                     "record through tracefs: --via tracefs",
                     EBADMSG};
    }
  }
}

void BpfRing::release() {
  __atomic_store_n(reinterpret_cast<uint64_t*>(consumer_.data()), taken_, __ATOMIC_RELEASE);
}

size_t BpfRing::waiting() const {
  const uint64_t released =
      __atomic_load_n(reinterpret_cast<const uint64_t*>(consumer_.data()), __ATOMIC_RELAXED);
  return static_cast<size_t>(produced() - released);
}

}  // namespace uproar
