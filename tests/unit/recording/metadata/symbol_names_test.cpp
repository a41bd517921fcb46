#include "recording/metadata/symbol_names.h"

#include <gtest/gtest.h>

#include "support/process_picture.h"

namespace uproar {
namespace {

using test::forked;
using test::map;
using test::name;

std::string described(const SymbolNames::Found& place) {
  if (place.map == nullptr) return "nothing";
  std::string text = place.map->path + " " + std::to_string(place.file_address);
  if (place.name != nullptr)
    text += " " + place.name->symbol + "+" + std::to_string(place.name->symbol_offset);
  return text;
}

TEST(SymbolNames, MapAndNameOfAnAddress) {
  const std::vector<MapInfo> maps = {map(7, 0, 1000, 100, 50, "/bin/a"), map(7, 0, 2000, 100, 0, "/lib/b")};
  const std::vector<AddressNames> names = {{"/bin/a", "", {name(60, "f", 4)}}};
  const SymbolNames symbols(maps, names, {});
  EXPECT_EQ(described(symbols.find(7, 5, 1010)), "/bin/a 60 f+4");
  EXPECT_EQ(described(symbols.find(7, 5, 1011)), "/bin/a 61");
  EXPECT_EQ(described(symbols.find(7, 5, 2099)), "/lib/b 99");
  EXPECT_EQ(described(symbols.find(7, 5, 2100)), "nothing");
  EXPECT_EQ(described(symbols.find(7, 5, 999)), "nothing");
  EXPECT_EQ(described(symbols.find(8, 5, 1010)), "nothing");
}

TEST(SymbolNames, LaterMapTakesThePlaceOfWhatItCovers) {
  const std::vector<MapInfo> maps = {map(7, 20, 1040, 20, 0, "/lib/late"), map(7, 0, 1000, 100, 0, "/bin/a")};
  const SymbolNames symbols(maps, {}, {});
  EXPECT_EQ(described(symbols.find(7, 19, 1050)), "/bin/a 50");
  EXPECT_EQ(described(symbols.find(7, 20, 1050)), "/lib/late 10");
  EXPECT_EQ(described(symbols.find(7, 20, 1070)), "/bin/a 70");
}

TEST(SymbolNames, ChildHasTheMapsOfItsParentAsTheyWere) {
  const std::vector<MapInfo> maps = {map(7, 0, 1000, 100, 0, "/bin/a"),
                                     map(7, 30, 1000, 100, 0, "/bin/later"),
                                     map(8, 40, 1000, 10, 0, "/bin/own")};
  const std::vector<TaskInfo> tasks = {forked(8, 7, 20)};
  const SymbolNames symbols(maps, {}, tasks);
  EXPECT_EQ(described(symbols.find(8, 35, 1050)), "/bin/a 50");
  EXPECT_EQ(described(symbols.find(8, 45, 1005)), "/bin/own 5");
  EXPECT_EQ(described(symbols.find(8, 45, 1050)), "/bin/a 50");
}

TEST(SymbolNames, NumberThatIsUsedAgainIsAnotherProcess) {
  const std::vector<MapInfo> maps = {map(7, 10, 1000, 100, 0, "/bin/first"),
                                     map(9, 0, 5000, 100, 0, "/bin/nine")};
  const std::vector<TaskInfo> tasks = {forked(7, 9, 50)};
  const SymbolNames symbols(maps, {}, tasks);
  EXPECT_EQ(described(symbols.find(7, 49, 1050)), "/bin/first 50");
  EXPECT_EQ(described(symbols.find(7, 50, 1050)), "nothing");
  EXPECT_EQ(described(symbols.find(7, 50, 5050)), "/bin/nine 50");
}

TEST(SymbolNames, ForksInACircleEnd) {
  const std::vector<MapInfo> maps = {map(1, 0, 10, 10, 0, "/a")};
  const std::vector<TaskInfo> tasks = {forked(7, 8, 5), forked(8, 7, 5), forked(9, 9, 5)};
  const SymbolNames symbols(maps, {}, tasks);
  EXPECT_EQ(described(symbols.find(7, 10, 1050)), "nothing");
  EXPECT_EQ(described(symbols.find(9, 10, 1050)), "nothing");
}

TEST(SymbolNames, AddressAtTheEndOfMemory) {
  const std::vector<MapInfo> maps = {map(7, 0, UINT64_MAX - 9, UINT64_MAX, 5, "/a")};
  const SymbolNames symbols(maps, {}, {});
  EXPECT_EQ(described(symbols.find(7, 1, UINT64_MAX)), "/a 14");
  EXPECT_EQ(described(symbols.find(7, 1, 0)), "nothing");
}

TEST(SymbolNames, MapsOfSingleAddressesAndWiderOnesCoverEachOther) {
  const std::vector<MapInfo> maps = {map(7, 0, 1000, 1, 0, "/one"), map(7, 20, 900, 200, 0, "/wide"),
                                     map(7, 30, 1000, 1, 0, "/again"), map(7, 0, 1001, 1, 0, "/next")};
  const SymbolNames symbols(maps, {}, {});
  EXPECT_EQ(described(symbols.find(7, 10, 1000)), "/one 0");
  EXPECT_EQ(described(symbols.find(7, 20, 1000)), "/wide 100");
  EXPECT_EQ(described(symbols.find(7, 30, 1000)), "/again 0");
  EXPECT_EQ(described(symbols.find(7, 10, 1001)), "/next 0");
  EXPECT_EQ(described(symbols.find(7, 10, 1002)), "nothing");
}

TEST(SymbolNames, StretchIsHowLongAnswersHold) {
  const std::vector<MapInfo> maps = {map(7, 0, 1000, 100, 0, "/a"), map(7, 30, 2000, 100, 0, "/b")};
  const std::vector<TaskInfo> tasks = {forked(7, 1, 50)};
  const SymbolNames symbols(maps, {}, tasks);
  const auto stretch = [&](uint64_t time_ns) {
    const SymbolNames::Stretch found = symbols.stretch(7, time_ns);
    return std::pair(found.first_ns, found.last_ns);
  };
  EXPECT_EQ(stretch(10), std::pair(uint64_t{0}, uint64_t{29}));
  EXPECT_EQ(stretch(30), std::pair(uint64_t{30}, uint64_t{49}));
  EXPECT_EQ(stretch(60), std::pair(uint64_t{50}, UINT64_MAX));
}

}  // namespace
}  // namespace uproar
