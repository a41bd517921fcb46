#include "convert/trace_dat/binary_printf.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"

namespace uproar::trace_dat {
namespace {

std::string printed(std::string_view format, const ByteWriter& arguments, unsigned long_bytes = 8) {
  return print_binary(format, arguments.view(), long_bytes);
}

void put(std::string_view text, ByteWriter& out) {
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(BinaryPrintf, NumbersStandAtMultiplesOfFour) {
  ByteWriter arguments;
  arguments.u32(static_cast<uint32_t>(-5));
  arguments.u8('x');
  arguments.u8(0);
  arguments.u16(static_cast<uint16_t>(-2));
  arguments.u64(0xffffffff81000000);
  EXPECT_EQ(printed("n=%d c=%c h=%hd l=%lx", arguments), "n=-5 c=x h=-2 l=ffffffff81000000");
}

TEST(BinaryPrintf, TextsStandInPlaceAndWhatFollowsIsAligned) {
  ByteWriter arguments;
  put(std::string_view("abcde\0", 6), arguments);
  arguments.u16(0);
  arguments.u32(7);
  EXPECT_EQ(printed("%s:%u", arguments), "abcde:7");
  ByteWriter cut;
  put(std::string_view("abcde\0", 6), cut);
  EXPECT_EQ(printed("[%.2s]%%", cut), "[ab]%");
}

TEST(BinaryPrintf, WidthsFlagsAndPrecisions) {
  ByteWriter arguments;
  for (const uint32_t value : {7u, 7u, 7u, 0x1fu, 8u, 6u, 42u}) arguments.u32(value);
  EXPECT_EQ(printed("%3d|%-3d|%03d|%#x|%o|%*d", arguments), "  7|7  |007|0x1f|10|    42");
  ByteWriter negative;
  negative.u32(static_cast<uint32_t>(-7));
  EXPECT_EQ(printed("%05d", negative), "-0007");
}

TEST(BinaryPrintf, LongsAreThoseOfTheMachine) {
  ByteWriter arguments;
  arguments.u32(0xfffffffe);
  arguments.u64(0xfffffffffffffffd);
  EXPECT_EQ(printed("%ld %lld", arguments, 4), "-2 -3");
}

TEST(BinaryPrintf, PointersAreNumbersOrWhatTheKernelMadeOfThem) {
  ByteWriter arguments;
  arguments.u64(0x1234);
  arguments.u64(0x5678);
  put(std::string_view("10.0.0.1\0", 9), arguments);
  EXPECT_EQ(printed("%p %ps %pI4", arguments), "0x1234 0x5678 10.0.0.1");
}

TEST(BinaryPrintf, MissingArgumentsAndUnknownConversionsEndTheText) {
  EXPECT_EQ(printed("a %d b", ByteWriter()), "a …");
  EXPECT_EQ(printed("a %s", ByteWriter()), "a …");
  EXPECT_EQ(printed("a %", ByteWriter()), "a …");
  EXPECT_EQ(printed("a %y %d", ByteWriter()), "a …");
}

TEST(BinaryPrintf, HugeWidthsEnd) {
  ByteWriter arguments;
  std::string format;
  for (int i = 0; i < 4000; ++i) {
    arguments.u32(0x7fffffff);
    arguments.u32(1);
    format += "%*d%999999999999d";
  }
  EXPECT_EQ(printed(format, arguments).size(), size_t{64} << 10);
}

}  // namespace
}  // namespace uproar::trace_dat
