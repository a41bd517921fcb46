// Records to values, and values to the lines of perf script.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "event/record_decoder.h"
#include "replay/styles/perf_script.h"
#include "sample_records.h"

namespace uproar {
namespace {

constexpr size_t kRecords = 1024;

std::vector<bench::LoopRecord> some_records() {
  std::vector<bench::LoopRecord> records;
  bench::LoopRecords source(4000);
  for (size_t i = 0; i < kRecords; ++i) records.push_back(source.next());
  return records;
}

void fill(Event& event, const bench::LoopRecord& record) {
  event.time_ns = record.time_ns;
  event.cpu = 1;
  event.pid = 4000;
  event.comm = "loop";
}

void decode_values(benchmark::State& state) {
  const auto records = some_records();
  const EventInfo info = bench::loop_event();
  Event event;
  for (auto _ : state) {
    for (const auto& record : records) {
      fill(event, record);
      if (decode_record(info.schema, record.bytes(), event) != DecodeStatus::Ok)
        state.SkipWithError("a record cannot be read");
      benchmark::DoNotOptimize(event.values.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
}

void print_perf_script(benchmark::State& state) {
  const auto records = some_records();
  const std::vector<EventInfo> infos = {bench::loop_event()};
  const ShownEvents events(infos);
  std::vector<Event> decoded(kRecords);
  for (size_t i = 0; i < kRecords; ++i) {
    fill(decoded[i], records[i]);
    if (decode_record(events[0].schema(), records[i].bytes(), decoded[i]) != DecodeStatus::Ok)
      state.SkipWithError("a record cannot be read");
  }
  const auto printer = make_perf_script_printer(events, {});
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const Event& event : decoded) printer->take(event, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(out.size()));
}

BENCHMARK(decode_values);
BENCHMARK(print_perf_script);

}  // namespace
}  // namespace uproar
