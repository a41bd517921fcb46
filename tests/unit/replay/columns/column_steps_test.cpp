#include "replay/columns/column_steps.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Value = ColumnStep::Value;

NumberPart numbers(const std::vector<uint64_t>& values, uint8_t size) {
  NumberPart part;
  for (const uint64_t value : values) {
    for (uint8_t i = 0; i < size; ++i) part.bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
  return part;
}

ColumnStep number_step(Value value, const NumberPart& part, uint8_t size, uint8_t sign_bits = 0) {
  ColumnStep step;
  step.value = value;
  step.number = &part;
  step.size = size;
  step.sign_bits = sign_bits;
  return step;
}

std::string written(const std::vector<ColumnStep>& steps, const TextStore& store, size_t row) {
  char out[1024];
  const char* end = write_steps(steps, store, row, out);
  return {out, static_cast<size_t>(end - out)};
}

std::string written(const ColumnStep& step, size_t row) {
  TextStore store;
  store.seal();
  return written(std::vector<ColumnStep>{step}, store, row);
}

TEST(ColumnSteps, NumbersAreThoseOfTheirRow) {
  const NumberPart part = numbers({1, 0xfffffffe, 3}, 4);
  EXPECT_EQ(written(number_step(Value::Unsigned, part, 4), 0), "1");
  EXPECT_EQ(written(number_step(Value::Unsigned, part, 4), 1), "4294967294");
  EXPECT_EQ(written(number_step(Value::Signed, part, 4), 1), "-2");
  EXPECT_EQ(written(number_step(Value::Hex, part, 4), 1), "fffffffe");
  EXPECT_EQ(written(number_step(Value::Unsigned, part, 4), 2), "3");
}

TEST(ColumnSteps, SignMayStandBelowTheHighestBit) {
  const NumberPart part = numbers({7, 3}, 8);
  EXPECT_EQ(written(number_step(Value::Signed, part, 8, 3), 0), "-1");
  EXPECT_EQ(written(number_step(Value::Signed, part, 8, 3), 1), "3");
}

TEST(ColumnSteps, CharactersAreBytes) {
  const NumberPart part = numbers({'a', 0xff}, 1);
  EXPECT_EQ(written(number_step(Value::Char, part, 1), 0), "a");
  EXPECT_EQ(written(number_step(Value::Char, part, 1), 1), "\xff");
}

TEST(ColumnSteps, NumberForAllRows) {
  NumberPart constant;
  constant.constant = true;
  constant.value = 5;
  EXPECT_EQ(number_at(constant, 4, 1000), 5u);
  EXPECT_EQ(number_at(numbers({1, 0x102}, 2), 2, 1), 0x102u);
}

// Also such that are longer than a chunk.
TEST(ColumnSteps, TextsStandBetweenTheValues) {
  const NumberPart part = numbers({1, 2}, 8);
  const std::string longest(3 * kTextChunk + 1, 'x');
  TextStore store;
  ColumnStep first = number_step(Value::Unsigned, part, 8);
  first.before = store.add(longest);
  ColumnStep last;
  last.before = store.add("\n");
  const std::vector<TextStore::Text> texts = {store.add("one"), store.add("")};
  const std::vector<uint32_t> choice = {1, 0};
  ColumnStep text;
  text.value = Value::Text;
  text.texts = &texts;
  text.choice = choice.data();
  store.seal();
  EXPECT_EQ(written({first, text, last}, store, 0), longest + "1\n");
  EXPECT_EQ(written({first, text, last}, store, 1), longest + "2one\n");
}

TEST(ColumnSteps, NumberTellsWhichText) {
  const NumberPart part = numbers({1, 0}, 4);
  TextStore store;
  const std::vector<TextStore::Text> texts = {store.add(" area"), store.add(" draw")};
  store.seal();
  ColumnStep step = number_step(Value::NumberedText, part, 4);
  step.texts = &texts;
  EXPECT_EQ(written({step}, store, 0), " draw");
  EXPECT_EQ(written({step}, store, 1), " area");
}

class SizedText : public testing::Test {
 protected:
  // Eight bytes of the record, of which the column keeps `bytes`, and a length.
  static std::string shown(Value value, std::string_view bytes, uint64_t length) {
    TextColumn column;
    column.distinct = {bytes};
    column.choice = {0};
    const NumberPart lengths = numbers({length}, 8);
    ColumnStep step;
    step.value = value;
    step.column = &column;
    step.length = &lengths;
    step.field_bytes = 8;
    return written(step, 0);
  }
};

TEST_F(SizedText, HasAsManyBytesAsTheLengthSays) {
  EXPECT_EQ(shown(Value::SizedText, "abcdefgh", 3), "\"abc\"");
  EXPECT_EQ(shown(Value::SizedText, "abcdefgh", 8), "\"abcdefgh\"");
  EXPECT_EQ(shown(Value::SizedText, "abc", 0), "\"\"");
  EXPECT_EQ(shown(Value::SizedText, "a", 3), std::string("\"a\0\0\"", 5))
      << "zeros at the end are not stored";
}

TEST_F(SizedText, LongerThanTheFieldIsCutAndSaysSo) {
  EXPECT_EQ(shown(Value::SizedText, "abcdefgh", 9), "\"abcdefgh\"...");
  EXPECT_EQ(shown(Value::SizedText, "abcdefgh", UINT64_MAX), "\"abcdefgh\"...");
}

TEST_F(SizedText, BoundedTextEndsAtItsNul) {
  EXPECT_EQ(shown(Value::BoundedText, std::string_view("ab\0cd", 5), 5), "\"ab\"");
  EXPECT_EQ(shown(Value::BoundedText, "abcdefgh", 3), "\"abc\"");
  EXPECT_EQ(shown(Value::BoundedText, "abcdefgh", 100), "\"abcdefgh\"...");
  EXPECT_EQ(shown(Value::BoundedText, "abc", 100), "\"abc\"")
      << "its NUL is one of the zeros that are not stored";
}

}  // namespace
}  // namespace uproar
