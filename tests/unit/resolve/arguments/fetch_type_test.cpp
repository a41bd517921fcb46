#include "resolve/arguments/fetch_type.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

ast::Type written(ast::Type::Kind kind, unsigned bits) {
  ast::Type type;
  type.kind = kind;
  type.bits = static_cast<decltype(type.bits)>(bits);
  return type;
}

TEST(FetchType, WhatIsWrittenIsTaken) {
  const ValueType type = written_type(written(ast::Type::Kind::Signed, 32));
  EXPECT_EQ(type.kind, ValueType::Kind::Signed);
  EXPECT_EQ(type.bits, 32);
  EXPECT_EQ(type.array_count, 0);
}

TEST(FetchType, CharactersHaveEightBitsAndStringsPointers) {
  EXPECT_EQ(written_type(written(ast::Type::Kind::Char, 0)).bits, 8);
  EXPECT_EQ(written_type(written(ast::Type::Kind::String, 0)).bits, 64);
  EXPECT_EQ(written_type(written(ast::Type::Kind::UserString, 0)).bits, 64);
}

TEST(FetchType, ArraysKeepTheirCount) {
  ast::Type type = written(ast::Type::Kind::Hex, 16);
  type.array_count = 7;
  EXPECT_EQ(written_type(type).array_count, 7);
}

TEST(FetchType, ArrayOfUnknownLengthIsNamed) {
  FoundValue value;
  value.shape.kind = ValueShape::Kind::Array;
  value.shape.name = "int []";
  const ShapeFault fault = shape_fault(value, "table");
  EXPECT_EQ(fault.message, "is an array of unknown length (int [])");
  EXPECT_EQ(fault.remedy, "choose an element: table[0]");
}

}  // namespace
}  // namespace uproar
