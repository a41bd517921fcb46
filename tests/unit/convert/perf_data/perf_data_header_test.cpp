#include "convert/perf_data/perf_data_header.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "convert/perf_data/perf_data_encode.h"

namespace uproar {
namespace {

std::string complaint(const ByteWriter& bytes) {
  auto header = parse_perf_file_header(bytes.view(), "x");
  return header.ok() ? "" : header.error().message;
}

ByteWriter start(std::string_view magic, std::vector<uint64_t> words) {
  ByteWriter out;
  out.bytes({reinterpret_cast<const uint8_t*>(magic.data()), magic.size()});
  for (const uint64_t word : words) out.u64(word);
  return out;
}

TEST(PerfDataHeader, FaultsHaveNames) {
  EXPECT_EQ(complaint(ByteWriter()), "x is empty");
  EXPECT_EQ(complaint(start("ELF", {})), "x is not a perf.data file");
  EXPECT_EQ(complaint(start("2ELIFREP", {})), "x was written on a machine of the other byte order");
  EXPECT_EQ(complaint(start("PERFILE2", {})), "x is cut off inside its header (8 of 16 bytes)");
  EXPECT_EQ(complaint(start("PERFILE2", {104, 128})), "x is cut off inside its header (24 of 104 bytes)");
  EXPECT_EQ(complaint(start("PERFILE2", {99, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
            "x: its header tells a size of 99 bytes, not 104 or 16");
  EXPECT_EQ(complaint(start("PERFILE2", {104, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
            "x: its header tells a size of 16 bytes for an attribute");
  EXPECT_EQ(complaint(start("PERFILE2", {16})), "");
  auto pipe = parse_perf_file_header(start("PERFILE2", {16}).view(), "x");
  EXPECT_TRUE(pipe.value().pipe);
}

TEST(PerfDataHeader, AttributeKeepsItsBytes) {
  ByteWriter out;
  append_perf_attr({.config = 1234, .chains = true, .leads = true, .clock = 1}, out);
  const auto attr = parse_perf_attr(out.view());
  ASSERT_TRUE(attr);
  EXPECT_EQ(attr->type, 2u);
  EXPECT_EQ(attr->config, 1234u);
  EXPECT_TRUE(attr->layout.sample_id_all);
  EXPECT_TRUE(attr->has_chains());
  EXPECT_TRUE(attr->has_clock);
  EXPECT_EQ(attr->clock, 1);
  EXPECT_EQ(attr->bytes.size(), kPerfAttrBytes);
  EXPECT_FALSE(parse_perf_attr(out.view().first(63)));
}

}  // namespace
}  // namespace uproar
