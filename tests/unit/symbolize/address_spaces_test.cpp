#include "symbolize/address_spaces.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

std::string at(const AddressSpaces& spaces, int32_t pid, uint64_t address) {
  const auto* mapping = spaces.find(pid, address);
  if (mapping == nullptr) return "none";
  return std::to_string(mapping->file) + "+" +
         std::to_string(address - mapping->start + mapping->page_offset);
}

TEST(AddressSpaces, LaterMapsCoverEarlierOnes) {
  AddressSpaces spaces;
  spaces.add(1, {1000, 2000, 0, 7});
  spaces.add(1, {1200, 1300, 5000, 8});
  EXPECT_EQ(at(spaces, 1, 999), "none");
  EXPECT_EQ(at(spaces, 1, 1100), "7+100");
  EXPECT_EQ(at(spaces, 1, 1200), "8+5000");
  EXPECT_EQ(at(spaces, 1, 1300), "7+300");
  EXPECT_EQ(at(spaces, 1, 2000), "none");
  spaces.add(1, {0, 5000, 0, 9});
  EXPECT_EQ(at(spaces, 1, 1250), "9+1250");
}

TEST(AddressSpaces, ChildKeepsWhatItsParentHadAtTheFork) {
  AddressSpaces spaces;
  spaces.add(1, {1000, 2000, 0, 7});
  spaces.fork(2, 1);
  const uint64_t version = spaces.version(2);
  EXPECT_EQ(version, spaces.version(1));
  spaces.add(1, {1000, 2000, 0, 8});
  EXPECT_EQ(at(spaces, 2, 1000), "7+0");
  EXPECT_EQ(at(spaces, 1, 1000), "8+0");
  EXPECT_EQ(spaces.version(2), version);
  spaces.exit(2);
  EXPECT_EQ(at(spaces, 2, 1000), "7+0");
}

TEST(AddressSpaces, ProcessesThatEndedAreForgottenLate) {
  AddressSpaces spaces;
  spaces.add(1, {1000, 2000, 0, 7});
  spaces.exit(1);
  for (int32_t pid = 2; pid < 2 + static_cast<int32_t>(AddressSpaces::kDeadKept); ++pid) {
    EXPECT_EQ(at(spaces, 1, 1000), "7+0");
    spaces.add(pid, {1000, 2000, 0, 8});
    spaces.exit(pid);
  }
  EXPECT_EQ(at(spaces, 1, 1000), "none");
  EXPECT_EQ(spaces.version(1), 0u);
}

TEST(AddressSpaces, EmptyMapsAndUnknownParentsAreNothing) {
  AddressSpaces spaces;
  spaces.add(1, {2000, 2000, 0, 7});
  EXPECT_EQ(at(spaces, 1, 2000), "none");
  spaces.add(1, {1000, 2000, 0, 7});
  spaces.fork(1, 99);  // a number used again, by the child of a process that nobody told of
  EXPECT_EQ(at(spaces, 1, 1000), "none");
}

}  // namespace
}  // namespace uproar
