#include "convert/perf_data/site_maps.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

SiteInfo site(uint64_t offset) {
  SiteInfo info;
  info.path = "/nowhere/app";
  info.file_offset = offset;
  info.build_id = "0011";
  return info;
}

Event hit(uint64_t ip) {
  Event event;
  event.ip = ip;
  event.time_ns = 5;
  return event;
}

TEST(SiteMaps, ThePageOfThePlaceOfAFileThatIsNotHere) {
  SiteMaps maps;
  const auto map = maps.map_of({site(0x1169)}, hit(0x55c19a861169), 42);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->pid, 42);
  EXPECT_EQ(map->start, 0x55c19a861000u);
  EXPECT_EQ(map->page_offset, 0x1000u);
  EXPECT_EQ(map->length, 0x1000u);
  EXPECT_EQ(map->path, "/nowhere/app");
  EXPECT_EQ(map->build_id, "0011");
  EXPECT_EQ(map->time_ns, 5u);
  EXPECT_FALSE(maps.map_of({site(0x1169)}, hit(0x55c19a861169), 42)) << "was given";
  EXPECT_TRUE(maps.map_of({site(0x1169)}, hit(0x55c19a861169), 43)) << "another process";
  EXPECT_TRUE(maps.map_of({site(0x1169)}, hit(0x55c29a861169), 42)) << "mapped elsewhere, by another program";
}

TEST(SiteMaps, OnlyWhereOnePlaceCanBeMeant) {
  SiteMaps maps;
  EXPECT_TRUE(maps.map_of({site(0x1169), site(0x2170)}, hit(0x55c19a862170), 42));
  EXPECT_FALSE(maps.map_of({site(0x1169), site(0x2169)}, hit(0x55c19a861169), 42));
  EXPECT_FALSE(maps.map_of({site(0x1169)}, hit(0x55c19a861170), 42));
  EXPECT_FALSE(maps.map_of({site(0x1169)}, hit(0), 42));
  EXPECT_FALSE(maps.map_of({site(0x1169)}, hit(0xffffffff81000169), 42));
  Event second = hit(0x55c19a862169);
  second.place = 1;
  const auto map = maps.map_of({site(0x1169), site(0x2169)}, second, 43);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->page_offset, 0x2000u);
}

}  // namespace
}  // namespace uproar
