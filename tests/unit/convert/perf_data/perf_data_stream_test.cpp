#include "convert/perf_data/perf_data_stream.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "base/byte_writer.h"

namespace uproar {
namespace {

std::string record(uint32_t type, std::string_view body, uint16_t size = 0) {
  ByteWriter out;
  out.u32(type);
  out.u16(0);
  out.u16(size != 0 ? size : static_cast<uint16_t>(8 + body.size()));
  return std::string(out.view().begin(), out.view().end()) + std::string(body);
}

std::string pack(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), 0);
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1));
  return out;
}

// "TYPE:BODY " for each record, then what was damaged.
std::string read(const std::string& bytes, uint64_t largest_unpacked = 0) {
  auto input = ByteInput::from_bytes(std::string_view(bytes), "x");
  auto stream = PerfDataStream::create(*input, 0, ~uint64_t{0});
  stream->set_largest_unpacked(largest_unpacked);
  std::string out;
  PerfRawRecord raw;
  for (;;) {
    auto more = stream->next(raw);
    if (!more.ok()) return out + more.error().message;
    if (!*more) break;
    const std::string body(raw.bytes.begin() + 8, raw.bytes.end());
    out += std::to_string(raw.header.type) + ":" + body + " ";
  }
  for (const Damage& damage : stream->take_damage())
    out +=
        "[" + std::to_string(damage.offset) + "+" + std::to_string(damage.bytes) + " " + damage.reason + "]";
  return out;
}

const std::string kThree = record(3, "aaaaaaaa") + record(9, "bbbbbbbbcccccccc") + record(68, "");

TEST(PerfDataStream, RecordsInOrder) {
  EXPECT_EQ(read(kThree), "3:aaaaaaaa 9:bbbbbbbbcccccccc 68: ");
}

TEST(PerfDataStream, FileCutAnywhereKeepsWholeRecords) {
  for (size_t size = 0; size <= kThree.size(); ++size) {
    std::string expected;
    size_t whole = 0;
    if (size >= 16) expected += "3:aaaaaaaa ", whole = 16;
    if (size >= 40) expected += "9:bbbbbbbbcccccccc ", whole = 40;
    if (size >= 48) expected += "68: ", whole = 48;
    if (size != whole)
      expected += "[" + std::to_string(whole) + "+" + std::to_string(size - whole) +
                  " the file is cut off inside a record]";
    EXPECT_EQ(read(kThree.substr(0, size)), expected);
  }
}

TEST(PerfDataStream, ReadingGoesOnBehindARecordWithoutSize) {
  EXPECT_EQ(
      read(record(3, "aaaaaaaa") + record(9, "xxxxxxxxyyyyyyyy", 4) + kThree),
      "3:aaaaaaaa 3:aaaaaaaa 9:bbbbbbbbcccccccc 68: [16+24 a record of type 9 tells a size of 4 bytes]");
}

TEST(PerfDataStream, ZerosToTheEnd) {
  EXPECT_EQ(read(kThree + std::string(100'000, 0)),
            "3:aaaaaaaa 9:bbbbbbbbcccccccc 68: [48+100000 a record of type 0 tells a size of 0 bytes]");
}

TEST(PerfDataStream, CompressedRecords) {
  EXPECT_EQ(read(record(81, pack(kThree)) + record(4, "")), "3:aaaaaaaa 9:bbbbbbbbcccccccc 68: 4: ");
}

TEST(PerfDataStream, InnerRecordMayBeSplit) {
  EXPECT_EQ(read(record(81, pack(kThree.substr(0, 20))) + record(81, pack(kThree.substr(20)))),
            "3:aaaaaaaa 9:bbbbbbbbcccccccc 68: ");
}

TEST(PerfDataStream, NewerCompressedRecordTellsItsSize) {
  const std::string packed = pack(kThree);
  ByteWriter size;
  size.u64(packed.size());
  const std::string head(size.view().begin(), size.view().end());
  EXPECT_EQ(read(record(83, head + packed + std::string(5, 0))), "3:aaaaaaaa 9:bbbbbbbbcccccccc 68: ");
}

TEST(PerfDataStream, CompressedDataCutOff) {
  const std::string packed = pack(kThree.substr(0, 30));
  EXPECT_EQ(read(record(81, packed)), "3:aaaaaaaa [0+0 a record is cut off in the compressed data]");
}

TEST(PerfDataStream, DamagedCompression) {
  const std::string text = read(record(81, "this is not zstd") + record(4, ""));
  EXPECT_EQ(
      text,
      "4: [0+0 compressed data is damaged (Unknown frame descriptor); what is compressed behind it cannot be "
      "read]");
}

TEST(PerfDataStream, BombIsStoppedWhereTheFileSaysSo) {
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += record(68, "");
  const std::string text = read(record(81, pack(many)), 4096);
  EXPECT_NE(text.find("compressed data becomes more than the file announces"), std::string::npos);
}

TEST(PerfDataStream, CompressedInsideCompressed) {
  EXPECT_EQ(read(record(81, pack(kThree + record(81, pack(kThree))))),
            "3:aaaaaaaa 9:bbbbbbbbcccccccc 68: [0+0 a record inside compressed data makes no sense; what is "
            "compressed behind it cannot be read]");
}

}  // namespace
}  // namespace uproar
