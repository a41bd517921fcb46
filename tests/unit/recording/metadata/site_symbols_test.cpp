#include "recording/metadata/site_symbols.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

SiteInfo site(uint64_t file_offset, std::string symbol, uint64_t symbol_offset = 0,
              bool offset_given = false) {
  SiteInfo info;
  info.file_offset = file_offset;
  info.symbol = std::move(symbol);
  info.symbol_offset = symbol_offset;
  info.offset_given = offset_given;
  return info;
}

TEST(SiteSymbols, OnlySiteNeedsNoMatch) {
  EXPECT_EQ(SiteSymbols({site(0xd5690, "readline")}).at(0), "readline");
}

TEST(SiteSymbols, OffsetIsShownOnlyIfGiven) {
  EXPECT_EQ(SiteSymbols({site(0x1004, "f", 4, false)}).at(0x1004), "f");
  EXPECT_EQ(SiteSymbols({site(0x101f, "f", 31, true)}).at(0x101f), "f+0x1f");
  EXPECT_EQ(SiteSymbols({site(0x1000, "f", 0, true)}).at(0x1000), "f+0x0");
}

TEST(SiteSymbols, LowTwelveBitsChoose) {
  const SiteSymbols symbols({site(0x2040, "b"), site(0x1030, "a"), site(0x3fff, "c")});
  EXPECT_EQ(symbols.at(0x560ec4a48030), "a");
  EXPECT_EQ(symbols.at(0x560ec4a48040), "b");
  EXPECT_EQ(symbols.at(0x560ec4a48fff), "c");
}

TEST(SiteSymbols, NoMatchIsUnknown) {
  const SiteSymbols symbols({site(0x2040, "b"), site(0x1030, "a")});
  EXPECT_EQ(symbols.at(0x560ec4a48041), "");
  EXPECT_EQ(symbols.at(0x560ec4a48000), "");
  EXPECT_EQ(symbols.at(0x560ec4a48fff), "");
}

TEST(SiteSymbols, DifferentNamesAtTheSamePageOffsetAreUnknown) {
  const SiteSymbols symbols({site(0x2040, "a"), site(0x1040, "b"), site(0x3040, "a"), site(0x1050, "c")});
  EXPECT_EQ(symbols.at(0x40), "");
  EXPECT_EQ(symbols.at(0x50), "c");
}

TEST(SiteSymbols, SameNameAtTheSamePageOffsetIsKnown) {
  EXPECT_EQ(SiteSymbols({site(0x2040, "a"), site(0x1040, "a")}).at(0x40), "a");
}

TEST(SiteSymbols, WithoutSitesNothingIsKnown) {
  EXPECT_EQ(SiteSymbols({}).at(0x40), "");
}

}  // namespace
}  // namespace uproar
