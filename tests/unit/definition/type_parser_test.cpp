#include <gtest/gtest.h>

#include "definition/argument_parser.h"
#include "definition/parser.h"

namespace uproar {
namespace {

using Kind = ast::Type::Kind;

ast::Type type(const std::string& text) {
  auto parsed = parse_probe("p:e bash:f a=%di:" + text);
  EXPECT_TRUE(parsed.ok()) << render(parsed.error());
  return parsed.ok() ? *parsed->probe.arguments.at(0).type : ast::Type{};
}
std::string message(const std::string& text) {
  const auto parsed = parse_probe("p:e bash:f a=%di:" + text);
  return parsed.ok() ? "none" : parsed.error().message;
}
std::string remedy(const std::string& text) {
  const auto parsed = parse_probe("p:e bash:f a=%di:" + text);
  return parsed.ok() ? "none" : parsed.error().remedy;
}

TEST(TypeParser, NumbersOfEachWidth) {
  for (const uint32_t bits : {8u, 16u, 32u, 64u}) {
    EXPECT_EQ(type("u" + std::to_string(bits)).kind, Kind::Unsigned);
    EXPECT_EQ(type("s" + std::to_string(bits)).kind, Kind::Signed);
    EXPECT_EQ(type("x" + std::to_string(bits)).kind, Kind::Hex);
    EXPECT_EQ(type("x" + std::to_string(bits)).bits, bits);
  }
  for (const std::string text : {"u7", "u128", "U8", "u", "u8x"})
    EXPECT_EQ(message(text), "unknown type " + text);
}

TEST(TypeParser, OtherWordsAreOneKindEach) {
  EXPECT_EQ(type("char").kind, Kind::Char);
  EXPECT_EQ(type("string").kind, Kind::String);
  EXPECT_EQ(type("ustring").kind, Kind::UserString);
  EXPECT_EQ(type("symbol").kind, Kind::Symbol);
}

TEST(TypeParser, WordsOfOtherLanguagesAreTranslated) {
  EXPECT_EQ(remedy("int"), "write s32");
  EXPECT_EQ(remedy("uint64_t"), "write u64");
  EXPECT_EQ(remedy("char*"), "write string");
  EXPECT_EQ(remedy("double"), "floating point values can only be recorded as bits: x64");
  EXPECT_EQ(remedy("float"), "floating point values can only be recorded as bits: x32");
  EXPECT_EQ(message(""), "no type after the ':'");
}

TEST(TypeParser, Arrays) {
  EXPECT_EQ(type("u8[4]").array_count, 4u);
  EXPECT_EQ(type("u8[0x10]").array_count, 16u);
  EXPECT_FALSE(type("u8").array_count.has_value());
  EXPECT_EQ(message("u8[4"), "the array's bracket is not closed");
  EXPECT_EQ(message("u8[4]x"), "something follows the array");
  EXPECT_EQ(message("u8[]"), "the array's size is not a number");
  EXPECT_EQ(message("u8[-1]"), "the array's size is not a number");
  EXPECT_EQ(message("u8[4294967296]"), "the array's size is not a number");
  EXPECT_EQ(message("foo[4]"), "unknown type foo");
}

TEST(TypeParser, Bitfields) {
  const ast::Type field = type("b3@4/32");
  EXPECT_EQ(field.kind, Kind::Bitfield);
  EXPECT_EQ(field.bit_width, 3u);
  EXPECT_EQ(field.bit_offset, 4u);
  EXPECT_EQ(field.bits, 32u);
  for (const std::string text : {"b3", "b3@4", "b3/32", "b3@4/33", "b3@4/", "b@4/32", "b3@/32", "b3/4@32",
                                 "b4294967296@4/32", "b-1@4/32"})
    EXPECT_NE(message(text), "none") << text;
  EXPECT_EQ(message("b3@4/33"), "this bitfield cannot be read");
}

TEST(TypeParser, LengthsOfStrings) {
  const ast::Type sized = type("string(%si:u16)");
  EXPECT_EQ(sized.kind, Kind::String);
  EXPECT_EQ(std::get<ast::Register>(sized.length->form).name, "si");
  EXPECT_EQ(sized.length_type->bits, 16u);
  EXPECT_FALSE(static_cast<bool>(type("string(%si)").length_type));
  EXPECT_EQ(type("string(+8(%di):u32)").length_type->bits, 32u) << "the ':' behind the brackets";
}

TEST(TypeParser, LengthsThatAreNone) {
  EXPECT_EQ(message("string(%si"), "the bracket of the length is not closed");
  EXPECT_EQ(message("string()"), "no length within the brackets");
  EXPECT_EQ(message("string(:u8)"), "no length within the brackets");
  EXPECT_EQ(message("string(%si)x"), "something follows the string's length");
  EXPECT_EQ(message("string(%si)[2]"), "there are no arrays of strings with a length");
  EXPECT_EQ(message("string($params)"), "this is no length");
  EXPECT_EQ(message("string(+8(%di)x)"), "this is no length");
  for (const std::string text : {"string", "u8[2]", "b3@4/32", "char"})
    EXPECT_EQ(message("string(%si:" + text + ")"), "a length is one whole number") << text;
}

}  // namespace
}  // namespace uproar
