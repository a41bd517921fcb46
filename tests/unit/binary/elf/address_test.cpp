#include "binary/elf/address.h"

#include <gtest/gtest.h>

#include "support/elf_oracle.h"

namespace uproar {
namespace {

const std::vector<LoadSegment> kSegments = {
    {0x0, 0x400000, 0x600, false, false},
    {0x1000, 0x402000, 0x200, true, false},
    {0x1200, 0x403200, 0x100, false, true},
};

TEST(Address, OffsetIsTakenFromTheSegmentThatHoldsTheAddress) {
  EXPECT_EQ(file_offset_of(kSegments, 0x402000), 0x1000u);
  EXPECT_EQ(file_offset_of(kSegments, 0x4021ff), 0x11ffu);
  EXPECT_EQ(file_offset_of(kSegments, 0x403210), 0x1210u);
  EXPECT_FALSE(file_offset_of(kSegments, 0x402200));
  EXPECT_FALSE(file_offset_of(kSegments, 0x3fffff));
}

TEST(Address, AddressOfAnOffsetIsTheWayBack) {
  EXPECT_EQ(vaddr_of(kSegments, 0x1010), 0x402010u);
  EXPECT_EQ(vaddr_of(kSegments, 0x1200), 0x403200u);
  EXPECT_FALSE(vaddr_of(kSegments, 0x700));
  EXPECT_FALSE(vaddr_of(kSegments, UINT64_MAX));
}

TEST(Address, ExecutableSegmentIsPreferredWhereTwoOverlap) {
  std::vector<LoadSegment> overlapping = {{0, 0x1000, 0x400, false, true},
                                          {0x100, 0x5100, 0x100, true, false}};
  EXPECT_EQ(segment_at(overlapping, 0x150), &overlapping[1]);
  EXPECT_EQ(segment_at(overlapping, 0x250), &overlapping[0]);
  EXPECT_EQ(segment_at(overlapping, 0x400), nullptr);
}

TEST(Address, SegmentsAtTheEndOfTheAddressSpaceDoNotWrap) {
  std::vector<LoadSegment> last = {{0x1000, UINT64_MAX - 0xfff, 0xfff, true, false}};
  EXPECT_EQ(file_offset_of(last, UINT64_MAX - 1), 0x1ffeu);
  EXPECT_FALSE(file_offset_of(last, 0));
}

class AddressOfFixture : public testing::TestWithParam<const char*> {};

TEST_P(AddressOfFixture, AgreesWithTheSectionTable) {
  std::string path = oracle::fixture(GetParam());
  auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  for (const char* name : {"add_two", "add_three", "counter"}) {
    uint64_t vaddr = oracle::address(path, name);
    auto expected = oracle::offset_by_sections(path, vaddr);
    ASSERT_TRUE(expected) << name;
    EXPECT_EQ(file_offset_of((*file)->segments(), vaddr), expected) << name;
    EXPECT_EQ(vaddr_of((*file)->segments(), *expected), vaddr) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(, AddressOfFixture,
                         testing::Values("pie", "nonpie", "static", "libtarget.so.1", "libapart.so"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(Address, FixtureHasAddressesAndOffsetsApart) {
  std::string path = oracle::fixture("libapart.so");
  uint64_t code = oracle::address(path, "add_two");
  uint64_t data = oracle::address(path, "counter");
  uint64_t code_distance = code - *oracle::offset_by_sections(path, code);
  uint64_t data_distance = data - *oracle::offset_by_sections(path, data);
  EXPECT_NE(code_distance, 0u);
  EXPECT_NE(data_distance, code_distance);
}

}  // namespace
}  // namespace uproar
