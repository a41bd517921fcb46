#include "replay/value_text.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace uproar {
namespace {

// The text that an append function makes.
template <typename Append>
std::string made(Append append) {
  std::string out;
  append(out);
  return out;
}

template <typename... Arguments>
std::string printf_text(const char* format, Arguments... arguments) {
  char text[128];
  std::snprintf(text, sizeof text, format, arguments...);
  return text;
}

TEST(ValueText, NumbersEqualPrintf) {
  for (const uint64_t number : {uint64_t{0}, uint64_t{9}, uint64_t{10}, uint64_t{0xdeadbeef},
                                uint64_t{INT64_MAX}, uint64_t{INT64_MAX} + 1, UINT64_MAX}) {
    EXPECT_EQ(made([=](std::string& out) { append_decimal(number, out); }), printf_text("%lu", number));
    EXPECT_EQ(made([=](std::string& out) { append_signed(static_cast<int64_t>(number), out); }),
              printf_text("%ld", static_cast<int64_t>(number)));
    EXPECT_EQ(made([=](std::string& out) { append_hex(number, out); }), printf_text("%lx", number));
  }
}

TEST(ValueText, AlignedNumbersEqualPrintf) {
  for (const int32_t number : {0, 1, -1, 12345, 1234567, 12345678, INT32_MIN, INT32_MAX}) {
    EXPECT_EQ(made([=](std::string& out) { append_right(number, 5, out); }), printf_text("%5d", number));
    EXPECT_EQ(made([=](std::string& out) { append_left(number, 7, out); }), printf_text("%-7d", number));
  }
}

TEST(ValueText, CpuEqualsPrintf) {
  for (const uint32_t cpu : {0u, 9u, 10u, 99u, 100u, 999u, 1000u, 123456u, ~0u, ~0u - 8, ~0u - 9, ~0u - 98,
                             ~0u - 99, 0x80000000u}) {
    EXPECT_EQ(made([=](std::string& out) { append_cpu(cpu, out); }),
              printf_text("%03d", static_cast<int>(cpu)));
  }
}

TEST(ValueText, TimeEqualsPrintf) {
  for (const uint64_t seconds : {uint64_t{0}, uint64_t{12345}, uint64_t{123456}, UINT64_MAX}) {
    EXPECT_EQ(made([=](std::string& out) { append_time(seconds, 42, 6, out); }),
              printf_text("%5lu.%06lu", seconds, 42ul));
    EXPECT_EQ(made([=](std::string& out) { append_time(seconds, 999'999'999, 9, out); }),
              printf_text("%5lu.%09lu", seconds, 999'999'999ul));
  }
}

}  // namespace
}  // namespace uproar
