// DwarfUnits: what stands in a unit, and the names that it has there.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/compile.h"
#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

std::vector<std::string> names(const std::vector<Dwarf_Die>& dies) {
  std::vector<std::string> found;
  for (Dwarf_Die die : dies) found.push_back(name_of(die));
  std::sort(found.begin(), found.end());
  return found;
}
bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::binary_search(names.begin(), names.end(), name);
}

TEST(DwarfContents, EachThingStandsInItsList) {
  DwarfFixture fixture("o1");
  const DwarfUnit* unit = fixture.units.at(fixture.entry(oracle::kArea));
  ASSERT_NE(unit, nullptr);
  const UnitContents& contents = fixture.units.contents(*unit);
  EXPECT_TRUE(has(names(contents.functions), "area"));
  EXPECT_TRUE(has(names(contents.functions), "run"));  // of a class
  EXPECT_TRUE(has(names(contents.types), "Item"));
  EXPECT_TRUE(has(names(contents.variables), "total"));
  EXPECT_FALSE(has(names(contents.functions), "total"));
  EXPECT_EQ(&contents, &fixture.units.contents(*unit));  // walked once
}

TEST(DwarfContents, ScopesAreNestedAndInOrder) {
  DwarfFixture fixture("o1");
  const DwarfUnit* unit = fixture.units.at(fixture.entry(oracle::kArea));
  const auto& scopes = fixture.units.contents(*unit).scopes;
  ASSERT_FALSE(scopes.empty());
  for (size_t i = 0; i < scopes.size(); ++i) {
    EXPECT_LT(scopes[i].begin, scopes[i].end);
    if (i > 0) EXPECT_LT(scopes[i - 1].begin, scopes[i].begin);
    if (scopes[i].parent == SIZE_MAX) continue;
    ASSERT_LT(scopes[i].parent, i);
    EXPECT_LE(scopes[scopes[i].parent].begin, scopes[i].begin);
    EXPECT_LE(scopes[i].end, scopes[scopes[i].parent].end);
  }
}

// Types in functions are only looked for when somebody needs them.
TEST(DwarfContents, WhatStandsInFunctionsIsForTheDeepWalk) {
  Workshop shop;
  shop.put("d.cc",
           "int f(int n) { struct Inner { int a; }; Inner i{n}; return i.a; } int main() { return f(1); }");
  if (!shop.run("c++ -g -O0 d.cc -o prog")) GTEST_SKIP() << "no C++ compiler";
  auto file = ElfFile::open(shop.path("prog"));
  ASSERT_TRUE(file.ok());
  auto dwarf = DwarfFile::open(**file, {});
  ASSERT_TRUE(dwarf.ok());
  DwarfUnits units(**dwarf);
  bool shallow = false;
  bool deep = false;
  for (const auto& unit : units.all()) {
    shallow |= has(names(units.contents(*unit).types), "Inner");
    deep |= has(names(units.deep_contents(*unit).types), "Inner");
  }
  EXPECT_FALSE(shallow);
  EXPECT_TRUE(deep);
}

TEST(DwarfContents, ScopesAreShownAsFarAsTheyAreWritten) {
  Workshop shop;
  shop.put("n.cc",
           "namespace app { namespace { int hidden(int n) { return n + 1; } } inline namespace v1 {\n"
           "int area(int n) { return hidden(n); } } } int main() { return app::area(1); }");
  if (!shop.run("c++ -g -O0 n.cc -o prog")) GTEST_SKIP() << "no C++ compiler";
  auto file = ElfFile::open(shop.path("prog"));
  ASSERT_TRUE(file.ok());
  auto dwarf = DwarfFile::open(**file, {});
  ASSERT_TRUE(dwarf.ok());
  DwarfUnits units(**dwarf);
  size_t seen = 0;
  for (const auto& unit : units.all()) {
    for (Dwarf_Die die : units.contents(*unit).functions) {
      if (name_of(die) == "hidden") {
        EXPECT_EQ(units.qualified_name(die), "app::(anonymous namespace)::hidden");
        EXPECT_EQ(units.qualified_name(die, ScopesShown::Named), "app::hidden");
        ++seen;
      }
      if (name_of(die) == "area") {
        EXPECT_EQ(units.qualified_name(die, ScopesShown::Named), "app::v1::area");
        EXPECT_EQ(units.qualified_name(die, ScopesShown::Written), "app::area");
        ++seen;
      }
    }
  }
  EXPECT_EQ(seen, 2u);
}

TEST(DwarfContents, UnitsWithoutCaseAreThoseOfTheirLanguages) {
  DwarfFixture cxx("o1");
  EXPECT_TRUE(cxx.units.without_case().empty());
  if (!oracle::exists(oracle::dwarf_fixture("fortran_o0"))) GTEST_SKIP() << "no gfortran";
  DwarfFixture fortran("fortran_o0");
  EXPECT_FALSE(fortran.units.without_case().empty());
}

}  // namespace
}  // namespace uproar
