#include "event/argument_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {
namespace {

// A record of `size` zeros with `text` at `offset`.
std::vector<uint8_t> record_with(size_t size, size_t offset, std::string_view text) {
  std::vector<uint8_t> record(size);
  std::copy(text.begin(), text.end(), record.begin() + static_cast<ptrdiff_t>(offset));
  return record;
}

Field field(Field::Kind kind, uint8_t size, uint32_t count, uint32_t offset) {
  Field out;
  out.kind = kind;
  out.size = size;
  out.count = count;
  out.offset = offset;
  return out;
}

TEST(ArgumentReader, NumbersByTheirKindAndSize) {
  ServedField served;
  served.field = field(Field::Kind::Signed, 2, 2, 8);
  Value values[2];
  bool inside = true;
  std::string converted;
  EXPECT_EQ(read_argument(served, record_with(12, 8, std::string_view("\xff\xff\x01\x00", 4)), values, inside,
                          converted),
            values + 2);
  EXPECT_EQ(values[0].bits, ~uint64_t{0});
  EXPECT_EQ(values[1].bits, 1u);
  EXPECT_TRUE(inside);
}

TEST(ArgumentReader, FieldsTheRecordEndsBeforeAreFaults) {
  ServedField served;
  served.field = field(Field::Kind::Unsigned, 8, 2, 8);
  Value values[2];
  bool inside = true;
  std::string converted;
  EXPECT_EQ(read_argument(served, std::vector<uint8_t>(20), values, inside, converted), values + 2);
  EXPECT_TRUE(values[0].fault);
  EXPECT_TRUE(values[1].fault);
}

TEST(ArgumentReader, StringOutsideTheRecordIsTold) {
  ServedField served;
  served.field = field(Field::Kind::String, 4, 0, 8);
  // 4 bytes at 12, of a record of 14.
  auto record = record_with(14, 8, std::string_view("\x0c\x00\x04\x00", 4));
  Value value;
  bool inside = true;
  std::string converted;
  read_argument(served, record, &value, inside, converted);
  EXPECT_FALSE(inside);
  record.resize(16);
  record[12] = 'a';
  record[13] = 'b';
  inside = true;
  read_argument(served, record, &value, inside, converted);
  EXPECT_TRUE(inside);
  EXPECT_EQ(value.text, "ab");
}

TEST(ArgumentReader, TextOfAFieldHasTheLengthThatItsHelperSays) {
  ServedField served;
  served.field = field(Field::Kind::FixedString, 1, 4, 8);
  served.length = field(Field::Kind::Unsigned, 8, 0, 16);
  auto record = record_with(24, 8, "abcd");
  Value value;
  bool inside = true;
  std::string converted;
  record[16] = 3;
  read_argument(served, record, &value, inside, converted);
  EXPECT_EQ(value.text, "abc");
  EXPECT_FALSE(value.cut);
  record[16] = 9;
  read_argument(served, record, &value, inside, converted);
  EXPECT_EQ(value.text, "abcd");
  EXPECT_TRUE(value.cut);
}

TEST(ArgumentReader, StringsGoOnWhereTheirBeginningSaysSo) {
  const Field start = field(Field::Kind::FixedString, 1, 4, 0);
  const auto record = record_with(8, 0, "abc");
  EXPECT_TRUE(goes_on(start, 2, record));
  EXPECT_FALSE(goes_on(start, 3, record)) << "its NUL stands there";
  EXPECT_FALSE(goes_on(start, 4, record)) << "nobody knows";
}

}  // namespace
}  // namespace uproar
