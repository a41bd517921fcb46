#include "event/array_fields.h"

#include <gtest/gtest.h>

#include <cstring>

namespace uproar {
namespace {

// A field of 16 numbers of 4 bytes, and behind it what helpers say.
struct Record {
  std::vector<uint8_t> bytes = std::vector<uint8_t>(64);
  Field field{"a", Field::Kind::Signed, 4, 16, 0};

  Field number(int64_t value) {
    const Field made{"h", Field::Kind::Signed, 8, 0, static_cast<uint32_t>(bytes.size())};
    bytes.resize(bytes.size() + 8);
    std::memcpy(bytes.data() + made.offset, &value, 8);
    return made;
  }
  std::vector<uint32_t> offsets(const ArrayFields& array) const {
    return array_elements(array, field, bytes).offsets;
  }
};

TEST(ArrayFields, AsManyElementsAsThereAreIndices) {
  Record record;
  ArrayFields array;
  array.dimensions.resize(1);
  array.dimensions[0].first = record.number(-1);
  array.dimensions[0].last = record.number(1);
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{0, 4, 8}));
  array.dimensions[0].last = record.number(-2);
  EXPECT_TRUE(record.offsets(array).empty());
  EXPECT_FALSE(array_elements(array, record.field, record.bytes).cut);
  array.dimensions[0].last = record.number(INT64_MAX);
  EXPECT_EQ(record.offsets(array).size(), 16u);
  EXPECT_TRUE(array_elements(array, record.field, record.bytes).cut);
}

TEST(ArrayFields, StepsCountBytesOrSpans) {
  Record record;
  ArrayFields array;
  array.dimensions.resize(1);
  array.dimensions[0].first = record.number(1);
  array.dimensions[0].last = record.number(3);
  array.dimensions[0].step = record.number(8);
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{0, 8, 16}));
  array.dimensions[0].span = record.number(3);
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{0, 24, 48}));
  array.dimensions[0].step = record.number(-1);
  array.dimensions[0].span = record.number(4);
  array.skip = record.number(-8);
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{8, 4, 0})) << "a section that runs backwards";
}

TEST(ArrayFields, FurtherDimensionsLieBehindTheNearerOnes) {
  Record record;
  ArrayFields array;
  array.dimensions.resize(2);
  for (auto& each : array.dimensions) {
    each.first = record.number(1);
    each.last = record.number(2);
  }
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{0, 4, 8, 12}));
  array.dimensions[1].step = record.number(20);
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{0, 4, 20, 24}));
  array.dimensions[1].index = record.number(2);
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{20, 24}));
  EXPECT_FALSE(array.is_one_element());
  array.dimensions[0].at = record.number(1);
  EXPECT_EQ(record.offsets(array), (std::vector<uint32_t>{24}));
  EXPECT_TRUE(array.is_one_element());
}

TEST(ArrayFields, IndicesThatAreNoneHaveNoElement) {
  for (int64_t index : {int64_t{1}, int64_t{5}, INT64_MIN, INT64_MAX}) {
    Record record;
    ArrayFields array;
    array.dimensions.resize(1);
    array.dimensions[0].first = record.number(2);
    array.dimensions[0].last = record.number(4);
    array.dimensions[0].index = record.number(index);
    EXPECT_TRUE(record.offsets(array).empty()) << index;
  }
}

TEST(ArrayFields, LengthsOfTexts) {
  EXPECT_EQ(length_between(3, 7), 5u);
  EXPECT_EQ(length_between(1, 0), 0u);
  EXPECT_EQ(length_between(INT64_MIN, INT64_MAX), 0u) << "wraps to a length that nothing has";
  EXPECT_EQ(length_between(5, -3), 0u);
}

}  // namespace
}  // namespace uproar
