#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "event/text/trace_arguments.h"
#include "support/shown_arguments.h"

namespace uproar {
namespace {

using Kind = Field::Kind;

EventSchema schema_with(std::vector<Field> fields) {
  EventSchema schema;
  schema.fields = std::move(fields);
  return schema;
}

Field string_field(const std::string& name, uint16_t count = 0) {
  return {name, Kind::String, 4, count, 0};
}
Field s32_field(const std::string& name, uint16_t count = 0) {
  return {name, Kind::Signed, 4, count, 0};
}

std::string split(std::string_view text, const EventSchema& schema) {
  std::vector<TextArgument> arguments;
  switch (split_by_schema(text, schema, arguments)) {
    case SplitStatus::Complete:
      return shown_arguments(arguments);
    case SplitStatus::InsideString:
      return "inside";
    case SplitStatus::Mismatch:
      return "mismatch";
  }
  return "?";
}

TEST(SplitBySchema, EveryKind) {
  const EventSchema schema = schema_with({{"u", Kind::Unsigned, 1, 0, 0},
                                          s32_field("s"),
                                          {"x", Kind::Hex, 8, 0, 0},
                                          {"c", Kind::Char, 1, 0, 0},
                                          {"a", Kind::Hex, 1, 3, 0},
                                          {"one", Kind::Signed, 2, 1, 0},
                                          string_field("t"),
                                          string_field("l", 3),
                                          {"ca", Kind::Char, 1, 2, 0}});
  EXPECT_EQ(
      split(" u=255 s=-7 x=0x1f c='}' a={0x1,0x2,0xff} one={-1} t=\"hi\" l={\"a\",(fault),\"\"} ca={''',','}",
            schema),
      "u=255 s=-7 x=0x1f c='}' a={0x1,0x2,0xff} one={-1} t=[hi] l={[a],fault,[]} ca={''',','}");
}

TEST(SplitBySchema, NoArguments) {
  EXPECT_EQ(split("", schema_with({})), "");
  EXPECT_EQ(split(" n=1", schema_with({})), "mismatch");
}

TEST(SplitBySchema, HostileStringsComeBackWhole) {
  const EventSchema schema = schema_with({s32_field("n"), string_field("s"), s32_field("m")});
  for (const std::string hostile :
       {"", "\"", "\"\"", "a b", "\" m=5", "\" m=5 s=\"x\" m=6", " n=1 s=\"\" m=2", "(fault)",
        "\n    x-1 [000] ..... 1.0: e: (0x1) n=1 s=\"q\" m=1", "{\"a\",\"b\"}", "=", "\" m="}) {
    EXPECT_EQ(split(" n=-1 s=\"" + hostile + "\" m=42", schema), "n=-1 s=[" + hostile + "] m=42");
  }
}

TEST(SplitBySchema, HostileStringAtTheEndComesBackWhole) {
  const EventSchema schema = schema_with({s32_field("n"), string_field("s")});
  EXPECT_EQ(split(" n=1 s=\"a\" n=2 s=\"b\"", schema), "n=1 s=[a\" n=2 s=\"b]");
}

TEST(SplitBySchema, TwoStringsWithANumberBetween) {
  const EventSchema schema = schema_with({string_field("a"), s32_field("n"), string_field("b")});
  EXPECT_EQ(split(" a=\"x\" n=q\" n=5 b=\"y\"", schema), "a=[x\" n=q] n=5 b=[y]");
  // Two readings: the first string takes as little as it can.
  EXPECT_EQ(split(" a=\"x\" n=1 b=\"z\" n=5 b=\"y\"", schema), "a=[x] n=1 b=[z\" n=5 b=\"y]");
}

TEST(SplitBySchema, FaultTextInsideAStringIsText) {
  const EventSchema schema = schema_with({string_field("a"), string_field("b")});
  EXPECT_EQ(split(" a=(fault) b=\"(fault)\"", schema), "a=fault b=[(fault)]");
  EXPECT_EQ(split(" a=\"x\" b=(fault)", schema), "a=[x] b=fault");
}

TEST(SplitBySchema, StringArraysWithSeparatorsInThem) {
  const EventSchema schema = schema_with({string_field("l", 2), s32_field("n")});
  EXPECT_EQ(split(" l={\"a} n=4\",\"b\"} n=5", schema), "l={[a} n=4],[b]} n=5");
  EXPECT_EQ(split(" l={\"a\"} n=4\",\"b\"} n=5", schema), "l={[a\"} n=4],[b]} n=5");
  EXPECT_EQ(split(" l={\"a\"} n=5", schema), "inside");  // one element is missing: it may follow
}

TEST(SplitBySchema, NumbersMustFitTheirFields) {
  EXPECT_EQ(split(" u=256", schema_with({{"u", Kind::Unsigned, 1, 0, 0}})), "mismatch");
  EXPECT_EQ(split(" u=-1", schema_with({{"u", Kind::Unsigned, 1, 0, 0}})), "mismatch");
  EXPECT_EQ(split(" u=0x1", schema_with({{"u", Kind::Unsigned, 1, 0, 0}})), "mismatch");
  EXPECT_EQ(split(" s=-128", schema_with({{"s", Kind::Signed, 1, 0, 0}})), "s=-128");
  EXPECT_EQ(split(" s=-129", schema_with({{"s", Kind::Signed, 1, 0, 0}})), "mismatch");
  EXPECT_EQ(split(" s=128", schema_with({{"s", Kind::Signed, 1, 0, 0}})), "mismatch");
  EXPECT_EQ(split(" s=-9223372036854775808", schema_with({{"s", Kind::Signed, 8, 0, 0}})),
            "s=-9223372036854775808");
  EXPECT_EQ(split(" x=0x100", schema_with({{"x", Kind::Hex, 1, 0, 0}})), "mismatch");
}

TEST(SplitBySchema, OtherNamesCountsAndKindsAreAMismatch) {
  const EventSchema schema = schema_with({s32_field("a", 2), string_field("s")});
  for (const char* text : {" a={1,2}", " b={1,2} s=\"x\"", " a={1} s=\"x\"", " a={1,2,3} s=\"x\"",
                           " a=1 s=\"x\"", " a={1,2} s=5", " a={1,2 s=\"x\"", "", " ", " a={1,2} s="}) {
    EXPECT_EQ(split(text, schema), "mismatch") << text;
  }
}

TEST(SplitBySchema, OpenStringIsInside) {
  const EventSchema schema = schema_with({s32_field("n"), string_field("s"), s32_field("m")});
  EXPECT_EQ(split(" n=1 s=\"abc", schema), "inside");
  EXPECT_EQ(split(" n=1 s=\"", schema), "inside");
  EXPECT_EQ(split(" n=1 s=\"abc\"", schema), "inside");
  EXPECT_EQ(split(" n=1 s=\"abc\" m=", schema), "inside");
}

TEST(SplitBySchema, HostileTextCostsLinearTime) {
  const std::vector<Field> fields(60, string_field("s", 8));
  std::string text = " s={";
  while (text.size() < 60000) text += "\",\"} s={\"";
  const auto start = std::chrono::steady_clock::now();
  split(text, schema_with(fields));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(SplitBySchema, SchemaOfTooManyStringsIsAMismatch) {
  EXPECT_EQ(split(" s={\"", schema_with({string_field("s", 65535), string_field("t", 65535)})), "mismatch");
}

// As uproar's own text has it where the pointer in front of a number could not be followed.
TEST(SplitBySchema, FaultInThePlaceOfANumberEndsTheStringBefore) {
  const EventSchema schema = schema_with({string_field("s"), s32_field("n"), s32_field("m")});
  EXPECT_EQ(split(" s=\"\" n=(fault) m=-1", schema), "s=[] n=fault m=-1");
}

}  // namespace
}  // namespace uproar
