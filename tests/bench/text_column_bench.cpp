// Columns of texts: few different ones, and all different.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "recording/columns/text_column.h"
#include "sample_records.h"

namespace uproar {
namespace {

constexpr size_t kRows = 8192;

// The argument of the benchmark is how many are different, about.
std::vector<std::string> texts_of(int64_t distinct) {
  bench::Chance chance;
  std::vector<std::string> texts;
  for (size_t i = 0; i < kRows; ++i) {
    texts.push_back("key:" + std::to_string(100'000'000 + chance.below(static_cast<uint64_t>(distinct))));
  }
  return texts;
}

void encode(const std::vector<std::string>& texts, NumberEncoder& numbers, TextEncoder& encoder,
            ByteWriter& out) {
  out.clear();
  encoder.clear();
  for (const std::string& text : texts) encoder.add(text);
  encoder.encode(numbers, out);
}

void set_figures(benchmark::State& state, size_t bytes) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows));
  state.counters["bytes/text"] = static_cast<double>(bytes) / kRows;
}

void encode_texts(benchmark::State& state) {
  const std::vector<std::string> texts = texts_of(state.range(0));
  NumberEncoder numbers;
  TextEncoder encoder;
  ByteWriter out;
  for (auto _ : state) encode(texts, numbers, encoder, out);
  set_figures(state, out.size());
}

void decode_texts(benchmark::State& state) {
  const std::vector<std::string> texts = texts_of(state.range(0));
  NumberEncoder encoded_numbers;
  TextEncoder encoder;
  ByteWriter out;
  encode(texts, encoded_numbers, encoder, out);
  NumberDecoder numbers;
  TextDecoder decoder;
  TextColumn column;
  for (auto _ : state) {
    ByteReader in(out.view());
    if (!decoder.decode(in, kRows, numbers, column)) state.SkipWithError("the column cannot be read");
    benchmark::DoNotOptimize(column.choice.data());
  }
  set_figures(state, out.size());
}

BENCHMARK(encode_texts)->ArgName("distinct")->Arg(2)->Arg(200)->Arg(100'000'000);
BENCHMARK(decode_texts)->ArgName("distinct")->Arg(2)->Arg(200)->Arg(100'000'000);

}  // namespace
}  // namespace uproar
