#include "binary/symbols/name_spelling.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(NameSpelling, OperatorsKeepTheirSigns) {
  EXPECT_EQ(without_template_arguments("A<int>::operator<< <char>"), "A::operator<< ");
  EXPECT_EQ(without_template_arguments("A<int>::operator->"), "A::operator->");
  EXPECT_EQ(without_template_arguments("f[abi:cxx11]"), "f");
  EXPECT_EQ(without_template_arguments("a<b"), "a");
}

TEST(NameSpelling, BracketsOfRust) {
  EXPECT_EQ(without_template_arguments("<app::Foo as core::fmt::Display>::fmt"), "app::Foo::fmt");
  EXPECT_EQ(without_template_arguments("app::max::<i32>"), "app::max");
}

TEST(NameSpelling, TheLastIdentifierIsOutsideOfBrackets) {
  EXPECT_EQ(last_identifier("app::area(double, int)"), "area");
  EXPECT_EQ(last_identifier("app::Box::get() const"), "get");
  EXPECT_EQ(last_identifier("app::Box::operator<"), "Box");
  EXPECT_EQ(last_identifier("<app::Foo as Trait>::run"), "run");
}

TEST(NameSpelling, WhatStandsBehindTheParameters) {
  EXPECT_EQ(without_qualifiers("get()const&"), "get()");
  EXPECT_EQ(without_qualifiers("const"), "const");
  EXPECT_EQ(start_of_parameters("f(int(*)(int))"), 1u);
  EXPECT_EQ(start_of_parameters("f"), std::string::npos);
}

}  // namespace
}  // namespace uproar
