#include "commands/output/json.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Json, KeysStayInTheirOrderOnOneLine) {
  Json json;
  json["z"] = 1;
  json["a"] = "two\nlines";
  EXPECT_EQ(to_line(json), "{\"z\":1,\"a\":\"two\\nlines\"}\n");
}

TEST(Json, WhateverTheBytesAreTheLineIsJson) {
  const std::string line = to_line(Json{{"path", "a\xff\x1b"}, {"name", "größe"}});
  EXPECT_EQ(line, "{\"path\":\"a\\ufffd\\u001b\",\"name\":\"gr\\u00f6\\u00dfe\"}\n");
  EXPECT_TRUE(Json::accept(line));
}

}  // namespace
}  // namespace uproar
