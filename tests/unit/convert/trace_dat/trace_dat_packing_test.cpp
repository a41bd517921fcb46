#include "convert/trace_dat/trace_dat_packing.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <vector>

namespace uproar::trace_dat {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes zlib_of(const Bytes& bytes) {
  Bytes out(::compressBound(bytes.size()));
  uLongf size = out.size();
  EXPECT_EQ(::compress(out.data(), &size, bytes.data(), bytes.size()), Z_OK);
  out.resize(size);
  return out;
}
Bytes zstd_of(const Bytes& bytes) {
  Bytes out;
  pack_zstd(bytes, 3, out);
  return out;
}

TEST(TraceDatPacking, NamesOfTheHeader) {
  EXPECT_EQ(packing_by_name(""), Packing::None);
  EXPECT_EQ(packing_by_name("none"), Packing::None);
  EXPECT_EQ(packing_by_name("zstd"), Packing::Zstd);
  EXPECT_EQ(packing_by_name("zlib"), Packing::Zlib);
  EXPECT_FALSE(packing_by_name("lz5"));
}

TEST(TraceDatPacking, EachGivesItsBytesBack) {
  const Bytes bytes(10'000, 7);
  Bytes out;
  EXPECT_TRUE(unpack(Packing::Zstd, zstd_of(bytes), bytes.size(), out));
  EXPECT_EQ(out, bytes);
  EXPECT_TRUE(unpack(Packing::Zlib, zlib_of(bytes), bytes.size(), out));
  EXPECT_EQ(out, bytes);
}

TEST(TraceDatPacking, ExactlyTheSizeThatIsTold) {
  const Bytes bytes(10'000, 7);
  Bytes out;
  for (size_t told : {bytes.size() - 1, bytes.size() + 1}) {
    EXPECT_FALSE(unpack(Packing::Zstd, zstd_of(bytes), told, out)) << told;
    EXPECT_FALSE(unpack(Packing::Zlib, zlib_of(bytes), told, out)) << told;
  }
}

TEST(TraceDatPacking, DamagedBytesGiveNothing) {
  Bytes out, packed = zstd_of(Bytes(10'000, 7));
  packed.pop_back();
  EXPECT_FALSE(unpack(Packing::Zstd, packed, 10'000, out));
  EXPECT_FALSE(unpack(Packing::Zstd, Bytes{1, 2, 3}, 10, out));
  EXPECT_FALSE(unpack(Packing::Zlib, Bytes{1, 2, 3}, 10, out));
}

// Sizes that so few bytes cannot become are refused before memory is taken for them.
TEST(TraceDatPacking, ImpossibleSizesTakeNoMemory) {
  Bytes out;
  EXPECT_FALSE(unpack(Packing::Zstd, zstd_of(Bytes(100, 7)), size_t{1} << 40, out));
  EXPECT_FALSE(unpack(Packing::Zlib, zlib_of(Bytes(100, 7)), size_t{1} << 40, out));
  EXPECT_LT(out.capacity(), size_t{1} << 20);
}

}  // namespace
}  // namespace uproar::trace_dat
