#include <gtest/gtest.h>

#include "support/trace_dat_files.h"

namespace uproar {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the files made by hand

TEST(TraceDatPages, LossesStandWhereThePagesTellThem) {
  const Imported got = import(version6(page({10'000'000'000}) + page({11'000'000'000}, kMissed | kStored, 7) +
                                       page({12'000'000'000}, kMissed)));
  ASSERT_TRUE(got.reader);
  EXPECT_EQ(got.outcome.lost, 7u);
  EXPECT_EQ(test::report(*got.reader),
            "cpus=1\n"
            "             a b-42    [000]    10.000000: hit:                  (1000) n=0\n"
            "CPU:0 [7 EVENTS DROPPED]\n"
            "             a b-42    [000]    11.000000: hit:                  (1000) n=0\n"
            "CPU:0 [EVENTS DROPPED]\n"
            "             a b-42    [000]    12.000000: hit:                  (1000) n=0\n");
}

TEST(TraceDatPages, DamagedPageIsToldAndTheNextIsRead) {
  std::string broken = page({11'000'000'000, 11'000'000'100});
  broken[16 + 28] = 0;  // the second event's length: in the next word, which is another
  const Imported got = import(version6(page({10'000'000'000}) + broken + page({12'000'000'000})));
  ASSERT_TRUE(got.reader);
  EXPECT_EQ(got.reader->totals().records, 3u);
  ASSERT_EQ(got.outcome.damage.size(), 1u);
  EXPECT_EQ(got.outcome.damage[0].bytes, 512u);
  EXPECT_EQ(got.outcome.damage[0].reason, describe(DecodeStatus::PageEventBeyondCommit));
}

TEST(TraceDatPages, RecordsWithoutAFormatStayWithoutTheirValues) {
  const Imported got = import(version6(page({1, 2}, 0, {}, 77) + page({3})));
  ASSERT_TRUE(got.reader);
  EXPECT_EQ(got.outcome.events, 3u);
  EXPECT_EQ(got.outcome.lost, 0u) << "they were recorded, so they are no losses";
  EXPECT_EQ(got.outcome.notes,
            std::vector<std::string>{"2 records are of event number 77, whose format the file does not have: "
                                     "their values are left out"});
  EXPECT_TRUE(got.reader->losses().empty());
  EXPECT_EQ(got.reader->events().back().schema.full_name(), "tracepoint_77");
}

TEST(TraceDatPages, ChunksThatCannotBeUnpackedAreToldAndTheNextIsRead) {
  const std::string first = chunk(page({1'000'000'000}));
  const std::string bomb = chunk(std::string(1 << 20, '\0'), 512);  // unpacks to more than it says
  std::string broken = chunk(page({2'000'000'000}));
  broken[12] ^= 0x55;
  const std::string huge = chunk("", 0xffffffff);
  const std::string last = chunk(page({3'000'000'000, 3'000'000'001}));
  const std::string bytes = version7(count(5) + first + bomb + broken + huge + last, formats_of_g());
  const Imported got = import(bytes);
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(got.outcome.events, 3u);
  ASSERT_EQ(got.outcome.damage.size(), 3u);
  EXPECT_EQ(got.outcome.damage[0].reason, "a chunk of pages cannot be unpacked");
  EXPECT_EQ(got.outcome.damage[1].reason, "a chunk of pages cannot be unpacked");
  EXPECT_EQ(got.outcome.damage[2].reason, "a chunk of pages of 4294967295 bytes");
  StoredRecord record;
  ASSERT_TRUE(got.reader->next(record));
  EXPECT_EQ(record.cpu, 3u);
}

TEST(TraceDatPages, PackedPagesThatEndInsideAChunkAreTold) {
  std::string bytes = version7(count(2) + chunk(page({1})) + chunk(page({2})), formats_of_g());
  bytes.resize(bytes.size() - 5);
  const Imported got = import(bytes);
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(got.outcome.events, 1u);
  ASSERT_EQ(got.outcome.damage.size(), 2u);
  EXPECT_EQ(got.outcome.damage[0].reason, "the file ends inside the pages of CPU 3");
  EXPECT_EQ(got.outcome.damage[1].reason, "the pages of CPU 3 end inside a packed chunk");
}

// As a file whose count of chunks was overwritten would have it.
TEST(TraceDatPages, ChunksThatNobodyAnnouncedAreTold) {
  const std::string second = chunk(page({2'000'000'000}));
  const Imported got = import(version7(count(1) + chunk(page({1'000'000'000})) + second, formats_of_g()));
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(got.outcome.events, 1u);
  ASSERT_EQ(got.outcome.damage.size(), 1u);
  EXPECT_EQ(got.outcome.damage[0].bytes, second.size());
  EXPECT_EQ(got.outcome.damage[0].reason,
            "the pages of CPU 3 have " + std::to_string(second.size()) + " bytes more than their chunks");
}

}  // namespace
}  // namespace uproar
