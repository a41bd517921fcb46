#include "recording/columns/log_linear.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace uproar {
namespace {

TEST(LogLinear, EachNumberIsItsSymbolsFirstAndExtraBits) {
  for (unsigned mantissa_bits = 0; mantissa_bits <= kMaxMantissaBits; ++mantissa_bits) {
    const LogLinear scale(mantissa_bits);
    for (unsigned bit = 0; bit < 64; ++bit) {
      for (uint64_t value : {uint64_t{1} << bit, (uint64_t{1} << bit) - 1, (uint64_t{1} << bit) * 3 / 2}) {
        const uint32_t symbol = scale.symbol(value);
        ASSERT_LT(symbol, scale.symbols()) << value;
        const uint64_t rest = value - scale.first(symbol);
        const unsigned extra = scale.extra_bits(symbol);
        EXPECT_TRUE(extra == 64 || rest >> extra == 0) << mantissa_bits << " " << value;
        EXPECT_EQ(scale.is_own_symbol(value), extra == 0 && symbol == value);
      }
    }
  }
}

TEST(LogLinear, SymbolsAscendWithTheirNumbers) {
  const LogLinear scale(3);
  uint32_t previous = 0;
  for (uint64_t value = 1; value < 100'000; ++value) {
    const uint32_t symbol = scale.symbol(value);
    EXPECT_TRUE(symbol == previous || symbol == previous + 1) << value;
    previous = symbol;
  }
}

}  // namespace
}  // namespace uproar
