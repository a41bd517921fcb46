#include "replay/digits.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

namespace uproar {
namespace {

template <typename Write, typename T>
std::string written(Write write, T number) {
  char text[kLongestNumber + 1];
  return std::string(text, write(number, text));
}

template <typename T>
std::string printf_text(const char* format, T number) {
  char text[64];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

// Around every power of two and of ten.
std::vector<uint64_t> edges() {
  std::vector<uint64_t> numbers = {0, UINT64_MAX};
  for (int bit = 0; bit < 64; ++bit) {
    for (int add = -1; add <= 1; ++add) numbers.push_back((uint64_t{1} << bit) + static_cast<uint64_t>(add));
  }
  uint64_t power = 1;
  for (int i = 0; i < 20; ++i, power *= 10) {
    for (int add = -1; add <= 1; ++add) numbers.push_back(power + static_cast<uint64_t>(add));
  }
  return numbers;
}

TEST(Digits, EqualPrintf) {
  for (const uint64_t number : edges()) {
    EXPECT_EQ(written(write_decimal, number), printf_text("%lu", number));
    EXPECT_EQ(written(write_signed, static_cast<int64_t>(number)),
              printf_text("%ld", static_cast<int64_t>(number)));
    EXPECT_EQ(written(write_hex, number), printf_text("%lx", number));
  }
}

TEST(Digits, FractionsHaveAllTheirDigits) {
  for (const uint32_t number : {0u, 1u, 9u, 99u, 100u, 12345u, 999999u}) {
    EXPECT_EQ(written(write_six_digits, number), printf_text("%06u", number));
  }
  for (const uint32_t number : {0u, 1u, 999u, 1000u, 123456789u, 999999999u}) {
    EXPECT_EQ(written(write_nine_digits, number), printf_text("%09u", number));
  }
}

}  // namespace
}  // namespace uproar
