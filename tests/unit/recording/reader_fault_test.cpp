// A recording that was cut, flipped, reordered or forged: never a crash, never a changed record, and what is
// gone is said to be gone.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "recording/columns/column_encoder.h"
#include "recording/metadata/metadata.h"
#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;
using test::Row;

Bytes typical() {
  return test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer); });
}

std::vector<Row> rows_of(const Bytes& file) {
  return test::rows_of(*test::open_bytes(file));
}

// Is `part` a part of `whole`, in the same order?
bool is_part(const std::vector<Row>& part, const std::vector<Row>& whole) {
  auto at = whole.begin();
  for (const Row& row : part) {
    at = std::find(at, whole.end(), row);
    if (at == whole.end()) return false;
    ++at;
  }
  return true;
}

// Records in the blocks that end within the first `size` bytes.
uint64_t records_within(const std::vector<MappedBlock>& blocks, size_t size) {
  uint64_t records = 0;
  for (const MappedBlock& place : blocks) {
    if (place.header.is(BlockType::Columns) && place.offset + place.header.block_bytes() <= size)
      records += place.header.count;
  }
  return records;
}

bool ends_at_block(const std::vector<MappedBlock>& blocks, size_t size) {
  return size == kFileHeaderBytes || std::any_of(blocks.begin(), blocks.end(), [&](const MappedBlock& place) {
           return place.offset + place.header.block_bytes() == size;
         });
}

void expect_truth_about_cut(const Bytes& file, const std::vector<MappedBlock>& blocks, size_t size,
                            const std::vector<Row>& whole) {
  auto reader = RecordingReader::from_bytes(Bytes(file.begin(), file.begin() + static_cast<ptrdiff_t>(size)),
                                            "cut.upr");
  if (size < kFileHeaderBytes) {
    EXPECT_FALSE(reader.ok());
    return;
  }
  ASSERT_TRUE(reader.ok());
  auto rows = test::rows_of(**reader);
  EXPECT_EQ(rows.size(), records_within(blocks, size)) << size;
  EXPECT_TRUE(is_part(rows, whole)) << size;
  EXPECT_EQ((*reader)->end().has_value(), size == file.size()) << size;
  if (ends_at_block(blocks, size)) {
    EXPECT_TRUE((*reader)->damage().empty()) << size;
  } else {
    ASSERT_EQ((*reader)->damage().size(), 1u) << size;
    EXPECT_EQ((*reader)->damage()[0].reason, "cut off inside a block");
    EXPECT_EQ((*reader)->damage()[0].offset + (*reader)->damage()[0].bytes, size);
  }
}

TEST(ReaderFault, CutAfterEveryByte) {
  Bytes file = typical();
  auto blocks = test::blocks_of(file);
  auto whole = rows_of(file);
  for (size_t size = 0; size <= file.size(); ++size) expect_truth_about_cut(file, blocks, size, whole);
}

TEST(ReaderFault, RandomCutsOfALargeFile) {
  std::mt19937 random(1);
  Bytes noise(4000);
  Bytes file = test::write_recording(
      [&](RecordingWriter& writer) {
        ASSERT_TRUE(writer.add_event(test::example_event("hit")).ok());
        for (uint32_t i = 0; i < 1300; ++i) {
          for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random());
          ASSERT_TRUE(writer.add_record(i % 4, i, 0, noise).ok());
        }
        ASSERT_TRUE(writer.finish({}).ok());
      },
      {1, 65536});
  ASSERT_GT(file.size(), 5'000'000u);
  auto blocks = test::blocks_of(file);
  auto whole = rows_of(file);
  for (int i = 0; i < 1000; ++i) expect_truth_about_cut(file, blocks, random() % file.size(), whole);
}

TEST(ReaderFault, EveryByteFlipped) {
  Bytes file = typical();
  auto whole = rows_of(file);
  for (size_t at = 0; at < file.size(); ++at) {
    for (unsigned mask : {1u << (at % 8), 0xffu}) {
      Bytes flipped = file;
      flipped[at] ^= static_cast<uint8_t>(mask);
      auto reader = RecordingReader::from_bytes(flipped, "flipped.upr");
      if (!reader.ok()) {
        // Only a version that is not ours keeps a file from being read.
        EXPECT_EQ(at / 2, 4u);
        EXPECT_NE(reader.error().message.find("newer uproar"), std::string::npos);
        continue;
      }
      auto rows = test::rows_of(**reader);
      ASSERT_TRUE(is_part(rows, whole)) << at;
      ASSERT_FALSE((*reader)->damage().empty()) << at;
      for (const Damage& damage : (*reader)->damage()) EXPECT_LE(damage.offset + damage.bytes, file.size());
      // One block costs its records, or those of the event that it defines.
      EXPECT_GE(rows.size(), whole.size() / 2) << at;
    }
  }
}

TEST(ReaderFault, FlippedByteNeverChangesMetadataInSilence) {
  Bytes file = typical();
  auto metadata_of = [](RecordingReader& reader) {
    std::string text = test::dump(reader);
    return text.substr(0, text.find("totals"));
  };
  std::string whole = metadata_of(*test::open_bytes(file));
  for (size_t at = kFileHeaderBytes; at < file.size(); ++at) {
    Bytes flipped = file;
    flipped[at] ^= 0x20;
    std::string text = metadata_of(*test::open_bytes(flipped));
    if (text == whole) continue;
    // Whole lines may be gone, none may be new; names of tasks and the session fall back to nothing.
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("tasks") || line.starts_with("session")) continue;
      EXPECT_NE(whole.find(line), std::string::npos) << at << ": " << line;
    }
  }
}

TEST(ReaderFault, EveryByteFlippedWithoutAnIndex) {
  Bytes file = test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer, false); });
  auto whole = rows_of(file);
  for (size_t at = kFileHeaderBytes; at < file.size(); ++at) {
    Bytes flipped = file;
    flipped[at] ^= 0xff;
    auto reader = test::open_bytes(flipped);
    auto rows = test::rows_of(*reader);
    ASSERT_TRUE(is_part(rows, whole)) << at;
    ASSERT_FALSE(reader->damage().empty()) << at;
    EXPECT_GE(rows.size(), whole.size() / 2) << at;
  }
}

TEST(ReaderFault, PieceMissingAnywhere) {
  Bytes file = typical();
  auto whole = rows_of(file);
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    size_t from = kFileHeaderBytes + random() % (file.size() - kFileHeaderBytes);
    size_t to = std::min<size_t>(file.size(), from + 1 + random() % 300);
    Bytes holed = file;
    holed.erase(holed.begin() + static_cast<ptrdiff_t>(from), holed.begin() + static_cast<ptrdiff_t>(to));
    auto reader = test::open_bytes(holed);
    auto rows = test::rows_of(*reader);
    ASSERT_TRUE(is_part(rows, whole)) << from << " " << to;
    if (rows.size() < whole.size()) {
      EXPECT_TRUE(!reader->damage().empty() || !reader->end()) << from << " " << to;
    }
  }
}

// The file in pieces, to be put together in another way.
std::vector<Bytes> pieces_of(const Bytes& file) {
  std::vector<Bytes> pieces = {Bytes(file.begin(), file.begin() + kFileHeaderBytes)};
  for (const MappedBlock& place : test::blocks_of(file)) {
    auto begin = file.begin() + static_cast<ptrdiff_t>(place.offset);
    pieces.emplace_back(begin, begin + static_cast<ptrdiff_t>(place.header.block_bytes()));
  }
  return pieces;
}
Bytes joined(const std::vector<Bytes>& pieces) {
  Bytes file;
  for (const Bytes& piece : pieces) file.insert(file.end(), piece.begin(), piece.end());
  return file;
}

TEST(ReaderFault, DuplicateBlocksAreReadOnce) {
  Bytes file = typical();
  auto whole = rows_of(file);
  auto pieces = pieces_of(file);
  for (size_t i = 1; i < pieces.size(); ++i) {
    auto doubled = pieces;
    doubled.insert(doubled.begin() + static_cast<ptrdiff_t>(i), pieces[i]);
    auto reader = test::open_bytes(joined(doubled));
    EXPECT_EQ(test::rows_of(*reader), whole) << i;
    ASSERT_EQ(reader->damage().size(), 1u) << i;
    EXPECT_EQ(reader->losses().size(), 2u);
  }
}

TEST(ReaderFault, ReorderedBlocksGiveTheSameRecords) {
  Bytes file = typical();
  auto whole = rows_of(file);
  auto pieces = pieces_of(file);
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    auto mixed = pieces;
    std::shuffle(mixed.begin() + 1, mixed.end() - 1, random);
    auto reader = test::open_bytes(joined(mixed));
    EXPECT_TRUE(test::rows_of(*reader) == whole);
    EXPECT_TRUE(reader->damage().empty());
    EXPECT_EQ(reader->session().host, "db-7");
  }
}

TEST(ReaderFault, LostEventBlockDoesNotShiftTheOthers) {
  Bytes file = typical();
  auto whole = rows_of(file);
  for (const MappedBlock& place : test::blocks_of(file)) {
    if (!place.header.is(BlockType::Events)) continue;
    Bytes damaged = file;
    damaged[place.offset + kBlockHeaderBytes + 5] ^= 1;
    auto reader = test::open_bytes(damaged);
    ASSERT_EQ(reader->events().size(), 1u);
    std::string left = reader->events()[0].schema.name;
    auto rows = test::rows_of(*reader);
    EXPECT_EQ(rows.size(), 15u);
    EXPECT_TRUE(is_part(rows, whole));
    EXPECT_TRUE(std::all_of(rows.begin(), rows.end(), [&](const Row& row) { return row.event == left; }));
    ASSERT_GE(reader->damage().size(), 2u);
    EXPECT_NE(reader->damage().back().reason.find("records of an event whose definition is missing"),
              std::string::npos);
  }
}

// Appends a forged block, with checksums that hold, to a recording without an end.
class Forger {
 public:
  Forger() {
    file_ = test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer, false); });
  }

  // The header's sizes and checksum are set, then `change` may lie.
  std::unique_ptr<RecordingReader> open_with(BlockHeader header, const Bytes& raw,
                                             const std::function<void(BlockHeader&)>& change = {}) {
    header.sequence = static_cast<uint32_t>(test::blocks_of(file_).size());
    BlockPacker packer(1);
    auto run = packer.pack(header, raw);
    Bytes block(run.begin(), run.end());
    if (change) {
      change(header);
      put_block_header(header, std::span<uint8_t, kBlockHeaderBytes>(block.data(), kBlockHeaderBytes));
    }
    Bytes forged = file_;
    forged.insert(forged.end(), block.begin(), block.end());
    return test::open_bytes(forged);
  }

 private:
  Bytes file_;
};

BlockHeader header_of(BlockType type, uint32_t count) {
  BlockHeader header;
  header.type = static_cast<uint8_t>(type);
  header.count = count;
  if (type == BlockType::Records) header.cpu = 0;
  return header;
}

void expect_one_damage(RecordingReader& reader, const std::string& reason) {
  EXPECT_EQ(test::rows_of(reader).size(), 30u);
  ASSERT_EQ(reader.damage().size(), 1u);
  EXPECT_EQ(reader.damage()[0].reason, reason);
}

TEST(ReaderFault, UnknownBlockTypeIsPassedOver) {
  Forger forger;
  auto reader = forger.open_with(header_of(static_cast<BlockType>(99), 5), Bytes(2000, 'n'));
  EXPECT_EQ(test::rows_of(*reader).size(), 30u);
  EXPECT_TRUE(reader->damage().empty());
}

TEST(ReaderFault, UnknownCodecOfAKnownBlockIsReported) {
  Forger forger;
  auto reader = forger.open_with(header_of(BlockType::Tasks, 1), Bytes(10),
                                 [](BlockHeader& header) { header.codec = 9; });
  expect_one_damage(*reader, "block is packed in a way that this version does not know");
}

TEST(ReaderFault, DecompressionBombIsRefused) {
  Forger forger;
  auto reader = forger.open_with(header_of(BlockType::Records, 1), Bytes(1 << 20),
                                 [](BlockHeader& header) { header.raw_bytes = 0xffffffff; });
  expect_one_damage(*reader, "block claims to hold more than 16 MiB");
}

TEST(ReaderFault, HugeRecordCountIsRefused) {
  Forger forger;
  auto reader = forger.open_with(header_of(BlockType::Records, ~uint32_t{0}), Bytes(100));
  expect_one_damage(*reader, "block header contradicts itself");
  EXPECT_EQ(reader->totals().records, 30u);
}

TEST(ReaderFault, HugeTaskCountIsRefused) {
  Forger forger;
  auto reader = forger.open_with(header_of(BlockType::Tasks, ~uint32_t{0}), Bytes(600));
  expect_one_damage(*reader, "content ends inside a value");
}

TEST(ReaderFault, ImpossibleCpuIsRefused) {
  Forger forger;
  auto header = header_of(BlockType::Records, 1);
  header.cpu = 0xfffffffe;
  auto reader = forger.open_with(header, Bytes{0, 0, 0});
  expect_one_damage(*reader, "block header contradicts itself");
}

TEST(ReaderFault, OverlongVarintInARecordIsReported) {
  Forger forger;
  auto reader = forger.open_with(header_of(BlockType::Records, 1), Bytes(20, 0xff));
  expect_one_damage(*reader, "a record runs past the end of its block");
}

TEST(ReaderFault, EventDefinedTwiceIsReported) {
  Forger forger;
  ByteWriter out;
  put_event(0, test::example_event("other"), out);
  auto reader = forger.open_with(header_of(BlockType::Event, 0), Bytes(out.view().begin(), out.view().end()));
  expect_one_damage(*reader, "event number 0 is defined a second time");
  EXPECT_EQ(reader->events()[0].schema.name, "hit");
}

TEST(ReaderFault, BlockInsideARecordIsNotTakenForABlock) {
  // A traced program can put anything into its strings; a torn file must not bring it to life.
  BlockBuilder forged;
  forged.add(1, 0, Bytes{0x66}, {});
  ColumnEncoder encoder;
  encoder.add_event(test::example_event("hit").schema);
  ByteWriter payload;
  encoder.encode(forged, payload);
  BlockPacker packer(1);
  BlockHeader header = forged.header(0);
  header.sequence = 3;
  auto run = packer.pack(header, payload.view());
  Bytes file = test::write_recording([&](RecordingWriter& writer) {
    ASSERT_TRUE(writer.add_event(test::example_event("hit")).ok());
    ASSERT_TRUE(writer.add_record(0, 10, 0, run).ok());
    ASSERT_TRUE(writer.add_record(0, 20, 0, Bytes(50)).ok());
  });
  for (size_t size = kFileHeaderBytes; size < file.size(); ++size) {
    auto reader = test::open_bytes(Bytes(file.begin(), file.begin() + static_cast<ptrdiff_t>(size)));
    EXPECT_EQ(test::rows_of(*reader).size(), 0u) << size;
  }
}

TEST(ReaderFault, ZerosAtTheEndAreReported) {
  Bytes file = test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer, false); });
  size_t size = file.size();
  file.resize(size + 5000);
  auto reader = test::open_bytes(file);
  EXPECT_EQ(test::rows_of(*reader).size(), 30u);
  ASSERT_EQ(reader->damage().size(), 1u);
  EXPECT_EQ(reader->damage()[0].offset, size);
  EXPECT_EQ(reader->damage()[0].reason, "no block begins here");
}

TEST(ReaderFault, DamagedFileHeaderIsReportedAndPassedOver) {
  Bytes file = typical();
  file[1] = 'X';
  auto reader = test::open_bytes(file);
  expect_one_damage(*reader, "file header is damaged");
}

}  // namespace
}  // namespace uproar
