#include "resolve/places/function_places.h"

#include <gtest/gtest.h>

#include "support/elf_oracle.h"

namespace uproar {
namespace {

std::unique_ptr<ElfFile> pie() {
  return std::move(*ElfFile::open(oracle::fixture("pie")));
}

TEST(FunctionPlaces, CodeIsWhatIsLoadedToBeRun) {
  const auto file = pie();
  const ast::Site site;
  FunctionPlaces places(site, *file);
  EXPECT_TRUE(places.is_in_code(oracle::address(file->path(), "main")));
  EXPECT_FALSE(places.is_in_code(0));
  EXPECT_FALSE(places.is_in_code(UINT64_MAX));
}

TEST(FunctionPlaces, ComeByAddressEachOnceAndTheFunctionBeforeAnInlinedCall) {
  const auto file = pie();
  ast::Site site;
  site.ref_counter = 0x40;
  FunctionPlaces places(site, *file);
  FoundPlace inlined;
  inlined.vaddr = 0x20;
  inlined.is_inlined = true;
  inlined.symbol = "inlined";
  places.add(inlined);
  ElfSymbol function;
  function.vaddr = 0x20;
  places.add(function, "itself");
  function.vaddr = 0x10;
  places.add(function, "before");
  auto found = places.finish({});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->front().symbol, "before");
  EXPECT_EQ(found->back().symbol, "itself");
  EXPECT_EQ(found->back().ref_counter, 0x40u);
  EXPECT_TRUE(places.empty());
}

TEST(FunctionPlaces, MoreThanTheMost) {
  const auto file = pie();
  ast::Site site;
  site.symbol = "f*";
  FunctionPlaces places(site, *file);
  ElfSymbol function;
  for (size_t i = 0; i <= kMaxSites; ++i) {
    EXPECT_EQ(places.is_full(), i == kMaxSites);
    function.vaddr = i;
    places.add(function, {});
  }
  auto found = places.finish({});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message, "f* means more than 262144 functions");
}

}  // namespace
}  // namespace uproar
