#include "recording/columns/text_column.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

std::vector<uint8_t> coded(const std::vector<std::string>& texts) {
  TextEncoder encoder;
  NumberEncoder numbers;
  ByteWriter out;
  // Twice: the second time with memory that was used.
  for (int i = 0; i < 2; ++i) {
    out.clear();
    for (const std::string& text : texts) encoder.add(text);
    encoder.encode(numbers, out);
    encoder.clear();
  }
  return {out.view().begin(), out.view().end()};
}

bool decoded(std::span<const uint8_t> bytes, size_t rows, std::vector<std::string>& out) {
  NumberDecoder numbers;
  TextDecoder decoder;
  TextColumn column;
  ByteReader in(bytes);
  if (!decoder.decode(in, rows, numbers, column) || in.failed() || !in.at_end()) return false;
  for (size_t row = 0; row < rows; ++row) out.emplace_back(column.text(row));
  return true;
}

std::vector<std::string> back(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  EXPECT_TRUE(decoded(coded(texts), texts.size(), out));
  return out;
}

TEST(TextColumn, TextsComeBack) {
  std::vector<std::string> many;
  for (int i = 0; i < 5000; ++i) many.push_back("text " + std::to_string(i * 7919 % 701));
  std::vector<std::string> keys;
  for (int i = 0; i < 3000; ++i) keys.push_back("key:" + std::to_string(1000000 + i * 7919 % 900000));
  std::vector<std::vector<std::string>> all = {
      {"", "", ""}, {"a"}, {"a", "b", "a", "a", "", "b"}, {std::string("\0x\0", 3), "\xff"}, many, keys};
  for (const auto& texts : all) EXPECT_EQ(back(texts), texts);
}

TEST(TextColumn, ManyTextsThenFewThenManyComeBack) {
  TextEncoder encoder;
  NumberEncoder numbers;
  for (int texts : {5000, 3, 0, 200, 5000}) {
    std::vector<std::string> all;
    for (int i = 0; i < texts; ++i) all.push_back(std::to_string(i));
    for (const std::string& text : all) encoder.add(text);
    ByteWriter out;
    encoder.encode(numbers, out);
    encoder.clear();
    std::vector<std::string> back;
    ASSERT_TRUE(decoded(out.view(), all.size(), back));
    EXPECT_EQ(back, all);
  }
}

TEST(TextColumn, OneTextTakesOnce) {
  EXPECT_LT(coded(std::vector<std::string>(10000, "hello, hello")).size(), 40u);
}

TEST(TextColumn, CutAnywhereIsReported) {
  std::vector<std::string> texts = {"one", "two", "one", "three", "", "two"};
  auto bytes = coded(texts);
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::vector<std::string> out;
    EXPECT_FALSE(decoded(std::span(bytes).first(size), texts.size(), out)) << size;
  }
}

TEST(TextColumn, WhatNoEncoderWritesIsReported) {
  std::vector<std::string> out;
  auto refused = [&](std::vector<uint8_t> bytes, size_t rows) { return !decoded(bytes, rows, out); };
  EXPECT_TRUE(refused({3, 0, 1, 0, 'a', 'b', 'c', 0, 0}, 2));  // more texts than rows
  EXPECT_TRUE(refused({1, 0, 1, 2, 'a', 0, 0}, 1));            // arrangement
  EXPECT_TRUE(refused({1, 0, 9, 0, 'a', 0, 0}, 1));            // length beyond the end
  EXPECT_TRUE(refused({1, 0, 1, 0, 'a', 0, 2}, 2));            // choice of one that has not come
  EXPECT_TRUE(refused({1, 0, 1, 0, 'a', 0, 0}, 2));            // one more than there are
  EXPECT_TRUE(refused({2, 0, 1, 0, 'a', 'b', 0, 1}, 2));       // one is never chosen
  EXPECT_TRUE(
      refused({1, 0, 0x80, 0x80, 0x80, 0x80, 0x10, 1}, 1));  // transposed, of bytes that are not there
}

}  // namespace
}  // namespace uproar
