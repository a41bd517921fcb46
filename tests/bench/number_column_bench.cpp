// Columns of numbers of the kinds that recordings have, of a block's length.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "recording/columns/number_column.h"
#include "sample_records.h"

namespace uproar {
namespace {

constexpr size_t kRows = 8192;

enum Kind : int64_t { Same, Counter, Times, Few, Small, Any };

std::vector<uint64_t> column_of(int64_t kind) {
  bench::Chance chance;
  std::vector<uint64_t> values(kRows);
  uint64_t time = 1'000'000'000'000;
  for (size_t i = 0; i < kRows; ++i) {
    switch (kind) {
      case Same:
        values[i] = 4711;
        break;
      case Counter:
        values[i] = 100 + i;
        break;
      case Times:
        values[i] = time += 1900 + chance.below(64);
        break;
      case Few:
        values[i] = 0x7f0000001000 + 0x12340 * chance.below(12);
        break;
      case Small:
        values[i] = chance.below(100) * chance.below(100);
        break;
      default:
        values[i] = chance.next();
    }
  }
  return values;
}

void set_figures(benchmark::State& state, size_t bytes) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows));
  state.counters["bytes/value"] = static_cast<double>(bytes) / kRows;
}

void encode_numbers(benchmark::State& state) {
  const std::vector<uint64_t> values = column_of(state.range(0));
  NumberEncoder encoder;
  ByteWriter out;
  for (auto _ : state) {
    out.clear();
    encoder.encode(values, out);
  }
  set_figures(state, out.size());
}

void decode_numbers(benchmark::State& state) {
  NumberEncoder encoder;
  ByteWriter out;
  encoder.encode(column_of(state.range(0)), out);
  NumberDecoder decoder;
  std::vector<uint64_t> values(kRows);
  for (auto _ : state) {
    ByteReader in(out.view());
    if (!decoder.decode(in, values)) state.SkipWithError("the column cannot be read");
    benchmark::DoNotOptimize(values.data());
  }
  set_figures(state, out.size());
}

BENCHMARK(encode_numbers)->ArgName("kind")->DenseRange(Same, Any);
BENCHMARK(decode_numbers)->ArgName("kind")->DenseRange(Same, Any);

}  // namespace
}  // namespace uproar
