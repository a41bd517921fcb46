#include "resolve/arguments/variable_fetch.h"

#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using Kind = ValueShape::Kind;
using Operation = FetchOperation::Kind;

// Values as debug information may find them, in a file for x86-64.
struct Fetching {
  Fetching() : file(std::move(*ProbedFile::open(oracle::dwarf_fixture("o1")))) {}
  Result<FetchArgument> fetch(const FoundValue& value, const ast::Type* type = nullptr,
                              bool is_result = false) {
    const WrittenVariable written{"item->it", {{2, 10}, text}, is_result};
    return variable_fetch(written, value, type, {text, file, file.elf().segments()[0], place, is_return},
                          "it");
  }

  std::string text = "p item->it";
  ProbedFile file;
  FoundPlace place;
  bool is_return = false;
};

ValueLocation in_register(uint32_t number) {
  ValueLocation made;
  made.kind = ValueLocation::Kind::Register;
  made.dwarf_register = number;
  return made;
}
ValueLocation behind(uint32_t number, std::vector<int64_t> displacements) {
  ValueLocation made = in_register(number);
  made.kind = ValueLocation::Kind::Memory;
  made.displacements = std::move(displacements);
  return made;
}
FoundValue number(const ValueLocation& place, uint64_t size = 4) {
  FoundValue value;
  value.place = place;
  value.shape.kind = Kind::Signed;
  value.shape.is_signed = true;
  value.shape.size = size;
  value.shape.name = "int";
  return value;
}

TEST(VariableFetch, EachDisplacementIsARead) {
  Fetching here;
  auto made = here.fetch(number(behind(5, {8, 16})));
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->name, "it");
  EXPECT_EQ(made->type.source_name, "int");
  ASSERT_EQ(made->operations.size(), 3u);
  EXPECT_EQ(made->operations[0].name, "di");
  EXPECT_EQ(made->operations[1].kind, Operation::Dereference);
  EXPECT_EQ(made->operations[1].number, 8);
  EXPECT_EQ(made->operations[2].number, 16);
}

TEST(VariableFetch, WhatCannotBeHadIsToldWithAWayOut) {
  Fetching here;
  FoundValue value = number({});
  value.place.why = "was optimised out";
  auto made = here.fetch(value);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message, "item->it was optimised out");
  EXPECT_NE(made.error().remedy.find("FUNC:LINE"), std::string::npos);
  EXPECT_NE(here.fetch(value, nullptr, true).error().remedy, made.error().remedy);  // of a result
}

TEST(VariableFetch, AtTheReturnRegistersHoldSomethingElse) {
  Fetching here;
  here.is_return = true;
  auto made = here.fetch(number(in_register(5)));
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message.find("belongs to the function's beginning"), std::string::npos);
  made = here.fetch(number(in_register(0)), nullptr, true);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->operations.at(0).kind, Operation::ReturnValue);
}

TEST(VariableFetch, AWrittenStringIsWhatTheValuePointsAt) {
  Fetching here;
  ast::Type string;
  string.kind = ast::Type::Kind::String;
  auto made = here.fetch(number(in_register(5), 8), &string);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->type.kind, ValueType::Kind::String);
  ASSERT_EQ(made->operations.size(), 2u);
  EXPECT_EQ(made->operations[1].kind, Operation::Dereference);
}

TEST(VariableFetch, ATextHasItsLength) {
  Fetching here;
  FoundValue value;
  value.shape.kind = Kind::SizedString;
  value.shape.length_size = 4;
  value.shape.name = "Text";
  value.place = value.text = behind(5, {0, 0});
  value.length = in_register(4);
  auto made = here.fetch(value);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->type.kind, ValueType::Kind::SizedString);
  ASSERT_EQ(made->length.size(), 1u);
  EXPECT_EQ(made->length[0].name, "si");
  EXPECT_EQ(made->length_bits, 32);
}

TEST(VariableFetch, BitsAreNoText) {
  Fetching here;
  FoundValue value = number(behind(5, {0}));
  value.shape.bit_size = 3;
  ast::Type string;
  string.kind = ast::Type::Kind::String;
  auto made = here.fetch(value, &string);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message.find("a number of some bits"), std::string::npos);
}

TEST(VariableFetch, WhatDecidesWhetherItIsThereIsFetchedToo) {
  Fetching here;
  FoundValue value = number(behind(5, {8}));
  VariantTest test;
  test.place = behind(5, {0});
  test.shape = number({}).shape;
  test.low = test.high = 2;
  value.variants = {test};
  auto made = here.fetch(value);
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->conditions.size(), 1u);
  EXPECT_EQ(made->conditions[0].high, 2u);
}

TEST(VariableFetch, BoundsOfTheRunningProgramBecomeParts) {
  Fetching here;
  FoundValue value = number(behind(5, {0}));
  value.shape.kind = Kind::Array;
  value.shape.element = Kind::Signed;
  value.shape.element_size = 4;
  value.shape.count = 64;
  value.window = 64;
  ArrayDimension dimension;
  dimension.last = NumberPlace{in_register(4), 8, true};
  value.dimensions = {dimension};
  auto made = here.fetch(value);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->type.array_count, 64u);
  ASSERT_EQ(made->array_parts.size(), 1u);
  EXPECT_EQ(made->array_parts[0].role, ArrayPart::Role::Last);
  EXPECT_EQ(made->array_parts[0].dimension, 1);
}

}  // namespace
}  // namespace uproar
