#include "resolve/places/find_lines.h"

#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

struct Finder {
  explicit Finder(const std::string& fixture)
      : file(std::move(*ProbedFile::open(oracle::dwarf_fixture(fixture)))) {}
  Result<FoundPlaces> find(ast::Site::Form form, const std::string& symbol, uint32_t line) {
    ast::Site site;
    site.form = form;
    site.symbol = symbol;
    site.line = line;
    site.span = {2, 6};
    return find_lines(site, text, file, hazards);
  }
  Result<FoundPlaces> in_file(const std::string& name, uint32_t line) {
    return find(ast::Site::Form::SourceLine, name, line);
  }
  Result<FoundPlaces> in_function(const std::string& name, uint32_t line) {
    return find(ast::Site::Form::FunctionLine, name, line);
  }

  std::string text = "p SITE";
  ProbedFile file;
  Hazards hazards;
};

TEST(FindLines, FirstLineOfAFunctionIsItsEntry) {
  Finder finder("o1");
  const uint64_t entry = oracle::address(oracle::dwarf_fixture("o1"), "_ZN4shop4areaEi");
  for (auto& found : {finder.in_file("shapes.cc", oracle::marked_line("area_int")),
                      finder.in_function("shop::area(int)", 0)}) {
    ASSERT_TRUE(found.ok()) << found.error().message;
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().vaddr, entry);
    EXPECT_EQ(found->front().symbol, "shop::area");
    EXPECT_EQ(found->front().function_vaddr, entry);
    EXPECT_TRUE(found->front().is_function_entry);
    EXPECT_FALSE(found->front().is_inlined);
  }
}

TEST(FindLines, LineInAFunctionIsNoEntry) {
  Finder finder("o0");
  auto found = finder.in_function("seven", 4);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->size(), 1u);
  EXPECT_FALSE(found->front().is_function_entry);
  EXPECT_EQ(found->front().vaddr,
            finder.in_file("shapes.cc", oracle::marked_line("seven_return"))->front().vaddr);
}

TEST(FindLines, InlinedLineHasSeveralPlaces) {
  Finder finder("o1");
  auto found = finder.in_function("inlined", 1);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->size(), 2u);
  EXPECT_TRUE(found->front().is_inlined);
  EXPECT_EQ(finder.hazards.size(), 1u);
}

TEST(FindLines, AnInlinedCallIsAPlace) {
  Finder finder("o1");
  auto info = finder.file.debug_info();
  ASSERT_TRUE(info.ok());
  auto calls = (*info)->instances("shop::inlined");
  ASSERT_TRUE(calls.ok());
  ASSERT_EQ(calls->size(), 2u);
  const FoundPlace place = place_of(calls->front(), calls->front().entry);
  EXPECT_TRUE(place.is_inlined);
  EXPECT_FALSE(place.is_function_entry);
  EXPECT_EQ(place.symbol, "shop::inlined");
  EXPECT_EQ(place.function_vaddr, oracle::address(oracle::dwarf_fixture("o1"), "_ZN4shop5twiceEi"));
}

TEST(FindLines, Errors) {
  Finder finder("o0");
  const std::string path = oracle::dwarf_fixture("o0");
  auto no_file = finder.in_file("shape.cc", 3);
  ASSERT_FALSE(no_file.ok());
  EXPECT_EQ(no_file.error().message, "the debug information of " + path + " knows no file shape.cc");
  EXPECT_EQ(no_file.error().remedy, "did you mean shapes.cc?");
  const uint32_t blank = oracle::marked_line("area_int") - 1;
  auto no_code = finder.in_file("shapes.cc", blank);
  ASSERT_FALSE(no_code.ok());
  EXPECT_EQ(no_code.error().message, "no code begins on line " + std::to_string(blank) + " of shapes.cc");
  EXPECT_EQ(no_code.error().remedy, "the next line that has code is shapes.cc:" + std::to_string(blank + 1));
  auto overloaded = finder.in_function("area", 1);
  ASSERT_FALSE(overloaded.ok());
  EXPECT_EQ(overloaded.error().message, "2 functions are called area");
  auto no_function = finder.in_function("nowhere", 1);
  ASSERT_FALSE(no_function.ok());
  EXPECT_EQ(no_function.error().message, "the debug information of " + path + " knows no function nowhere");
}

}  // namespace
}  // namespace uproar
