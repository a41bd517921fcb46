#include "resolve/places/find_usdt.h"

#include <gtest/gtest.h>

#include "binary/usdt/usdt_operand.h"
#include "support/temporary_folder.h"
#include "support/usdt_fixture.h"

namespace uproar {
namespace {

class FindUsdt : public UsdtFixture {};

TEST_F(FindUsdt, EveryLocationIsAPlaceOfItsOwn) {
  auto places = find("app", "item");
  ASSERT_TRUE(places.ok()) << places.error().message;
  ASSERT_EQ(places->size(), 2u);
  auto semaphore = oracle::offset_by_sections(path_, oracle::address(path_, "item_semaphore"));
  std::vector<std::string> functions;
  for (const FoundPlace& place : *places) {
    EXPECT_EQ(place.ref_counter, semaphore);
    EXPECT_EQ(place.usdt_probe, "app:item");
    EXPECT_EQ(split_usdt_arguments(place.usdt_arguments).size(), 5u);
    EXPECT_EQ(place.function_vaddr, oracle::address(path_, place.symbol));
    EXPECT_EQ(place.vaddr, place.function_vaddr + place.symbol_offset);
    EXPECT_FALSE(place.is_function_entry);
    functions.push_back(place.symbol);
  }
  std::sort(functions.begin(), functions.end());
  EXPECT_EQ(functions, (std::vector<std::string>{"even", "odd"}));
  EXPECT_TRUE(hazards_.empty());
}

TEST_F(FindUsdt, PatternsNameSeveralProbes) {
  EXPECT_EQ(find("app", "*")->size(), 6u);
  EXPECT_EQ(find("*", "[ps]*")->size(), 3u);
  EXPECT_EQ(find("a?p", "item")->size(), 2u);
}

TEST_F(FindUsdt, NearNamesAreOffered) {
  auto found = find("app", "itme");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(render(found.error()), "error: " + path_ + " has no USDT probe app:itme\n" +
                                       "  p x:%app:itme a=$arg1\n"
                                       "      ^~~~~~~~~\n"
                                       "  help: did you mean item?\n");
  EXPECT_EQ(find("app", "zzzzzzzz").error().remedy,
            "the probes of app are item, pair, scaled, start, watched");
  EXPECT_EQ(find("ap", "item").error().message, path_ + " has no USDT probes of the provider ap");
  EXPECT_EQ(find("ap", "item").error().remedy, "did you mean app?");
  EXPECT_EQ(find("x*", "item").error().remedy, "its providers are app");
  EXPECT_FALSE(find("app", "x*").ok());
}

TEST_F(FindUsdt, FileWithoutProbesSaysSo) {
  open(oracle::fixture("pie"));
  auto found = find("libc", "setjmp");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message, path_ + " has no USDT probes");
  EXPECT_FALSE(found.error().remedy.empty());
}

TEST_F(FindUsdt, StrippedProgramHasItsProbes) {
  const TemporaryFolder folder;
  const std::string stripped = folder.path("stripped");
  ASSERT_TRUE(oracle::lines_of("strip -o " + stripped + " " + path_ + " 2>&1").empty());
  open(stripped);
  auto places = find("app", "item");
  ASSERT_TRUE(places.ok());
  EXPECT_EQ(places->size(), 2u);
  EXPECT_EQ(places->front().symbol, "");
}

}  // namespace
}  // namespace uproar
