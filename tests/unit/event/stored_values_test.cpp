#include "event/stored_values.h"

#include <gtest/gtest.h>

#include <vector>

namespace uproar {
namespace {

TEST(StoredValues, SignsAreExtended) {
  const uint8_t bytes[8] = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
  EXPECT_EQ(load_number(bytes, 1, true), static_cast<uint64_t>(-2));
  EXPECT_EQ(load_number(bytes, 1, false), 0xfeu);
  EXPECT_EQ(load_number(bytes, 4, true), static_cast<uint64_t>(-2));
  EXPECT_EQ(load_number(bytes, 8, true), 0x7ffffffffffffffeu);
  EXPECT_EQ(load_number(bytes, 3, false), 0u) << "no field has such a size";
}

TEST(StoredValues, SignsOfBitFields) {
  EXPECT_EQ(with_sign(0b111, 3), static_cast<uint64_t>(-1));
  EXPECT_EQ(with_sign(0b011, 3), 3u);
  EXPECT_EQ(with_sign(0b1111, 3), static_cast<uint64_t>(-1)) << "bits above are not the field's";
  EXPECT_EQ(with_sign(7, 0), 7u);
  EXPECT_EQ(with_sign(7, 64), 7u);
}

TEST(StoredValues, FieldsBehindTheRecordAreEmpty) {
  const std::vector<uint8_t> record(10);
  Field field;
  field.size = 4;
  field.offset = 6;
  EXPECT_EQ(bytes_of(field, record).size(), 4u);
  field.offset = 7;
  EXPECT_TRUE(bytes_of(field, record).empty());
  EXPECT_EQ(number_of(field, record), 0u);
  field.offset = ~uint32_t{0};
  EXPECT_TRUE(bytes_of(field, record).empty());
  EXPECT_GT(end_of(field), record.size()) << "it does not wrap around";
}

TEST(StoredValues, StringsEndAtTheirNul) {
  std::vector<uint8_t> record(8);
  record[4] = 'a';
  Value value;
  EXPECT_TRUE(read_string(record, 4 << 16 | 4, value));
  EXPECT_EQ(value.text, "a");
  EXPECT_TRUE(read_string(record, 4, value));
  EXPECT_TRUE(value.fault) << "a length of 0 is the kernel's fault";
  EXPECT_FALSE(read_string(record, 5 << 16 | 4, value));
}

}  // namespace
}  // namespace uproar
