// A whole block of records to columns and back, before zstd and after it.
#include <benchmark/benchmark.h>

#include "recording/blocks/row_block.h"
#include "recording/columns/column_encoder.h"
#include "sample_records.h"

namespace uproar {
namespace {

constexpr uint32_t kRows = 4096;

void fill(BlockBuilder& block) {
  bench::LoopRecords records(4000);
  block.clear();
  for (uint32_t i = 0; i < kRows; ++i) {
    const auto& record = records.next();
    block.add(record.time_ns, 0, record.bytes(), {});
  }
}

void set_figures(benchmark::State& state, size_t bytes) {
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["bytes/record"] = static_cast<double>(bytes) / kRows;
}

void collect_records(benchmark::State& state) {
  BlockBuilder block;
  for (auto _ : state) fill(block);
  set_figures(state, block.raw_bytes());
}

void encode_block(benchmark::State& state) {
  BlockBuilder block;
  fill(block);
  ColumnEncoder encoder;
  encoder.add_event(bench::loop_event().schema);
  ByteWriter out;
  for (auto _ : state) {
    out.clear();
    encoder.encode(block, out);
  }
  set_figures(state, out.size());
}

void decode_block(benchmark::State& state) {
  BlockBuilder block;
  fill(block);
  ColumnEncoder encoder;
  encoder.add_event(bench::loop_event().schema);
  ByteWriter out;
  encoder.encode(block, out);
  BlockHeader header = block.header(0);
  RowDecoder decoder;
  RowBlock rows;
  for (auto _ : state) {
    if (decoder.decode(header, out.view(), rows) != RecordStatus::Ok)
      state.SkipWithError("the block cannot be read");
    benchmark::DoNotOptimize(rows.rows());
  }
  set_figures(state, out.size());
}

BENCHMARK(collect_records);
BENCHMARK(encode_block);
BENCHMARK(decode_block);

}  // namespace
}  // namespace uproar
