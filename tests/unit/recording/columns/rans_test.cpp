#include "recording/columns/rans.h"

#include <gtest/gtest.h>

#include <random>

namespace uproar {
namespace {

using Symbols = std::vector<uint16_t>;

std::vector<uint8_t> coded(const Symbols& symbols) {
  RansEncoder encoder;
  ByteWriter out;
  encoder.encode(symbols, out);
  return {out.view().begin(), out.view().end()};
}

bool comes_back(const Symbols& symbols) {
  auto bytes = coded(symbols);
  ByteReader in(bytes);
  RansDecoder decoder;
  Symbols back(symbols.size());
  return decoder.decode(in, back) && in.at_end() && !in.failed() && back == symbols;
}

TEST(Rans, OneSymbolAloneComesBack) {
  EXPECT_TRUE(comes_back({0}));
  EXPECT_TRUE(comes_back({kMaxSymbols - 1}));
}

TEST(Rans, OneValueTakesNoWords) {
  EXPECT_TRUE(comes_back(Symbols(100000, 77)));
  EXPECT_LT(coded(Symbols(100000, 77)).size(), 20u);
}

TEST(Rans, SkewedAndEvenAndWideAlphabetsComeBack) {
  std::mt19937 random(1);
  for (uint32_t alphabet : {2u, 3u, 256u, 1024u, 1025u, kMaxSymbols}) {
    for (size_t length : {1u, 2u, 3u, 1000u, 50001u}) {
      Symbols even(length), skewed(length);
      for (auto& symbol : even) symbol = static_cast<uint16_t>(random() % alphabet);
      for (auto& symbol : skewed) symbol = static_cast<uint16_t>(random() % 50 ? 0 : random() % alphabet);
      EXPECT_TRUE(comes_back(even)) << alphabet << " " << length;
      EXPECT_TRUE(comes_back(skewed)) << alphabet << " " << length;
    }
  }
}

TEST(Rans, TakesWhatTheEntropySays) {
  std::mt19937 random(2);
  Symbols symbols(100000);
  for (auto& symbol : symbols) symbol = static_cast<uint16_t>(random() % 16);
  EXPECT_NEAR(static_cast<double>(coded(symbols).size()), 50000, 200);
}

TEST(Rans, CutAnywhereIsReported) {
  std::mt19937 random(3);
  Symbols symbols(300);
  for (auto& symbol : symbols) symbol = static_cast<uint16_t>(random() % 9);
  auto bytes = coded(symbols);
  RansDecoder decoder;
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader in(std::span<const uint8_t>(bytes).first(size));
    Symbols back(symbols.size());
    EXPECT_FALSE(decoder.decode(in, back)) << size;
  }
}

TEST(Rans, MoreSymbolsThanWereCodedAreReported) {
  auto bytes = coded({1, 2, 3, 1, 2, 3, 3, 3});
  RansDecoder decoder;
  ByteReader in(bytes);
  Symbols back(9);
  EXPECT_FALSE(decoder.decode(in, back));
}

TEST(Rans, TablesThatAreNoneAreReported) {
  RansDecoder decoder;
  Symbols back(4);
  auto refused = [&](std::initializer_list<uint8_t> bytes) {
    std::vector<uint8_t> all(bytes);
    all.resize(all.size() + 32);
    ByteReader in(all);
    return !decoder.decode(in, back);
  };
  EXPECT_TRUE(refused({11, 1, 0, 0x80, 0x10}));              // other scale
  EXPECT_TRUE(refused({12, 1, 0, 0xff, 0x1f}));              // sums to less
  EXPECT_TRUE(refused({12, 1, 0, 0x81, 0x20}));              // sums to more
  EXPECT_TRUE(refused({12, 2, 0, 0x80, 0x20, 0, 0}));        // frequency 0
  EXPECT_TRUE(refused({12, 1, 0x80, 0x80, 1, 0x80, 0x20}));  // symbol beyond the limit
  // A distance that would lead back to a smaller symbol: 2^64 - 5.
  EXPECT_TRUE(refused(
      {12, 2, 9, 0x80, 0x10, 0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x80, 0x10}));
}

}  // namespace
}  // namespace uproar
