#include "binary/split/split_index.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

std::string words(std::initializer_list<uint32_t> list) {
  std::string bytes;
  for (uint32_t each : list) {
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(each >> (8 * i));
  }
  return bytes;
}

// Two columns, one unit with the id 7 in the second of two slots.
std::string index_of(uint32_t version, uint32_t second_column) {
  return words({version, 2, 1, 2, 0, 0, 7, 0, 0, 1, 1, second_column, 16, 32, 100, 200});
}

TEST(SplitIndex, BothVersionsTellWhereTheTablesOfAUnitAre) {
  for (uint32_t version : {2u, 5u}) {
    auto index = read_split_index(index_of(version, 5), false);
    ASSERT_TRUE(index) << version;
    auto row = index->row(7);
    ASSERT_TRUE(row);
    EXPECT_EQ(index->part(*row, SplitIndex::Table::Info).offset, 16u);
    EXPECT_EQ(index->part(*row, SplitIndex::Table::Info).size, 100u);
    EXPECT_EQ(index->part(*row, SplitIndex::Table::Locations).size, version == 2 ? 200u : 0u);
    EXPECT_EQ(index->part(*row, SplitIndex::Table::LocationLists).size, version == 5 ? 200u : 0u);
    EXPECT_EQ(index->part(*row, SplitIndex::Table::StringOffsets).size, 0u);
    EXPECT_FALSE(index->row(8));
  }
}

TEST(SplitIndex, AnUnknownVersionIsNone) {
  EXPECT_FALSE(read_split_index(index_of(3, 5), false));
}

TEST(SplitIndex, ATableThatEndsTooSoonIsNone) {
  const std::string whole = index_of(5, 5);
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_split_index(std::string_view(whole).substr(0, size), false)) << size;
}

TEST(SplitIndex, ARowBeyondTheTableIsRefused) {
  std::string bytes = index_of(5, 5);
  bytes[36] = 2;
  EXPECT_FALSE(read_split_index(bytes, false));
}

TEST(SplitIndex, CountsThatMakeNoSenseAreRefused) {
  EXPECT_FALSE(read_split_index(words({5, 0xffffffff, 1, 1}), false));
  EXPECT_FALSE(read_split_index(words({5, 1, 0xffffffff, 0xffffffff}), false));
}

}  // namespace
}  // namespace uproar
