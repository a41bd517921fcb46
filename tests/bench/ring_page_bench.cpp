// A full sub-buffer of the kernel, walked record by record.
#include <benchmark/benchmark.h>

#include <vector>

#include "base/byte_writer.h"
#include "event/ring_page.h"
#include "sample_records.h"

namespace uproar {
namespace {

constexpr size_t kPageData = 4096 - 16;

// As the ring has them: a header word with the length in words and the time since the record before.
std::vector<uint8_t> full_page(int64_t& count) {
  bench::LoopRecords records(4000);
  ByteWriter data;
  uint64_t last = 1'000'000'000'000;
  for (count = 0;; ++count) {
    const auto& record = records.next();
    const size_t words = (record.size + 3) / 4;
    if (data.size() + 4 + words * 4 > kPageData) break;
    data.u32(static_cast<uint32_t>(words | (record.time_ns - last) << 5));
    data.bytes(record.bytes());
    for (size_t i = record.size; i < words * 4; ++i) data.u8(0);
    last = record.time_ns;
  }
  ByteWriter page;
  page.u64(1'000'000'000'000);
  page.u64(data.size());
  page.bytes(data.view());
  while (page.size() < 4096) page.u8(0);
  return {page.view().begin(), page.view().end()};
}

void walk_ring_page(benchmark::State& state) {
  int64_t count = 0;
  const std::vector<uint8_t> bytes = full_page(count);
  RingPage::Record record;
  for (auto _ : state) {
    RingPage page(bytes);
    int64_t seen = 0;
    while (page.next(record)) {
      benchmark::DoNotOptimize(record.bytes.data());
      ++seen;
    }
    if (seen != count) state.SkipWithError("records are missing");
  }
  state.SetItemsProcessed(state.iterations() * count);
}

BENCHMARK(walk_ring_page);

}  // namespace
}  // namespace uproar
