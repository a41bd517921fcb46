// Hostile bytes in a perf buffer: its records one by one, and each through every parser.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "event/perf_ring.h"

namespace {

using namespace uproar;

uint64_t parsed(std::span<const uint8_t> record, const PerfLayout& layout) {
  static PerfSample sample;
  PerfTaskRecord task;
  PerfCommRecord comm;
  PerfMapRecord map;
  PerfLostRecord lost;
  uint64_t sum = perf_time(record, layout) + perf_event_id(record, layout);
  if (parse_perf_sample(record, layout, sample) == PerfStatus::Ok) {
    for (const uint8_t byte : sample.raw) sum += byte;
    for (const uint64_t address : sample.chain) sum += address;
  }
  if (parse_perf_task(record, layout, task) == PerfStatus::Ok) sum += static_cast<uint64_t>(task.pid);
  if (parse_perf_comm(record, layout, comm) == PerfStatus::Ok) sum += comm.comm.size();
  if (parse_perf_map(record, layout, map) == PerfStatus::Ok) {
    for (const char c : map.path) sum += static_cast<unsigned char>(c);
    for (const uint8_t byte : map.build_id) sum += byte;
  }
  if (parse_perf_lost(record, layout, lost) == PerfStatus::Ok) sum += lost.lost;
  return sum;
}

}  // namespace

// The first two bytes say where the reader is and how much there is; the rest is the ring.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  static volatile uint64_t sink;
  static std::vector<uint8_t> scratch;
  const std::span<const uint8_t> ring(data + 2, size - 2);
  const uint64_t from = data[0];
  const uint64_t to = from + static_cast<uint64_t>(data[1]) * 8;
  constexpr uint64_t kTime = PerfSampleBits::kTime | PerfSampleBits::kRaw;
  constexpr uint64_t kChain = kTime | PerfSampleBits::kTid | PerfSampleBits::kCallchain;
  for (const uint64_t sample_type : {kTime, kChain}) {
    PerfRingRecords records(ring, from, to, scratch);
    std::span<const uint8_t> record;
    uint64_t last = from;
    while (records.next(record)) {
      if (records.position() <= last || records.position() > to || record.size() != records.position() - last)
        std::abort();
      last = records.position();
      sink = sink + parsed(record, {sample_type, 0, true});
    }
  }
  return 0;
}
