#include "replay/styles/json_text.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::string text(std::string_view bytes) {
  std::string out;
  append_json_text(bytes, out);
  return out;
}

std::string name(std::string_view bytes) {
  std::string out;
  append_json_name(bytes, out);
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(bytes, out);
  return out;
}

TEST(JsonText, PlainTextIsQuoted) {
  EXPECT_EQ(text(""), "\"\"");
  EXPECT_EQ(text("a b/~"), "\"a b/~\"");
}

TEST(JsonText, QuotesBackslashesAndControlsAreEscaped) {
  EXPECT_EQ(text("\"\\\n\t\r\x1b"), R"("\"\\\n\t\r\u001b")");
  EXPECT_EQ(text(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
}

TEST(JsonText, DeleteAndC1AreEscaped) {
  EXPECT_EQ(text("\x7f\xc2\x80\xc2\x9b\xc2\x9f"), R"("\u007f\u0080\u009b\u009f")");
  EXPECT_EQ(text("\xc2\xa0"), "\"\xc2\xa0\"");
}

TEST(JsonText, CharactersThatChangeALineAreEscaped) {
  EXPECT_EQ(text("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae\xe2\x81\xa6"), R"("\u2028\u2029\u202e\u2066")");
}

TEST(JsonText, OtherUtf8StaysAsItIs) {
  EXPECT_EQ(text("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST(JsonText, BytesThatAreNoUtf8AreBase64) {
  EXPECT_EQ(text("\xff"), R"({"bytes":"/w=="})");
  EXPECT_EQ(text("a\n\xc3"), R"({"bytes":"YQrD"})");
  EXPECT_EQ(text("\xed\xa0\x80"), R"({"bytes":"7aCA"})");
  EXPECT_EQ(text("\xc0\xaf"), R"({"bytes":"wK8="})");
}

TEST(JsonText, WhatStoodBeforeStays) {
  std::string out = "before";
  append_json_text("long enough to be taken back \xff", out);
  EXPECT_EQ(out.substr(0, 16), "before{\"bytes\":\"");
}

TEST(JsonName, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(name("a\xff\"z"), "\"a\xef\xbf\xbd\\\"z\"");
}

TEST(Base64, EveryPadding) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("\xfb\xff\xbf"), "+/+/");
}

}  // namespace
}  // namespace uproar
