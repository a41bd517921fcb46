#include "convert/trace_dat/page_spool.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "convert/trace_dat/trace_dat_packing.h"

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes written(const PageSpool& spool, size_t stream) {
  Bytes bytes;
  const auto output = ByteOutput::to_memory(bytes);
  EXPECT_TRUE(spool.write(stream, *output).ok());
  EXPECT_TRUE(output->flush().ok());
  EXPECT_EQ(bytes.size(), spool.bytes(stream));
  return bytes;
}

// Page `i` of 64 bytes is all `i`.
Bytes page(size_t i) {
  return Bytes(64, static_cast<uint8_t>(i));
}

TEST(PageSpool, StreamsComeBackApart) {
  auto spool = PageSpool::make(false);
  ASSERT_TRUE(spool.ok());
  const size_t one = spool->add_stream(), two = spool->add_stream(), none = spool->add_stream();
  for (size_t i = 0; i < 25; ++i) ASSERT_TRUE(spool->add(i % 2 == 0 ? one : two, page(i)).ok());
  ASSERT_TRUE(spool->finish().ok());
  const Bytes bytes = written(*spool, one);
  ASSERT_EQ(bytes.size(), 13u * 64);
  for (size_t i = 0; i < 13; ++i) EXPECT_EQ(bytes[i * 64], 2 * i);
  EXPECT_EQ(written(*spool, two).size(), 12u * 64);
  EXPECT_EQ(written(*spool, none).size(), 0u);
}

TEST(PageSpool, PackedByTheTen) {
  auto spool = PageSpool::make(true);
  ASSERT_TRUE(spool.ok());
  const size_t stream = spool->add_stream(), none = spool->add_stream();
  for (size_t i = 0; i < 25; ++i) ASSERT_TRUE(spool->add(stream, page(i)).ok());
  ASSERT_TRUE(spool->finish().ok());
  const Bytes bytes = written(*spool, stream);
  ByteReader in(bytes);
  ASSERT_EQ(in.u32(), 3u);
  Bytes all;
  for (size_t pages : {10, 10, 5}) {
    const uint32_t packed = in.u32(), unpacked = in.u32();
    EXPECT_EQ(unpacked, pages * 64);
    Bytes chunk;
    ASSERT_TRUE(trace_dat::unpack(trace_dat::Packing::Zstd, in.bytes(packed), unpacked, chunk));
    all.insert(all.end(), chunk.begin(), chunk.end());
  }
  EXPECT_TRUE(in.at_end());
  for (size_t i = 0; i < 25; ++i) EXPECT_EQ(all[i * 64], i);
  EXPECT_EQ(written(*spool, none).size(), 0u);
}

}  // namespace
}  // namespace uproar
