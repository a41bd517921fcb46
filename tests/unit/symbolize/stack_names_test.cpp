#include "symbolize/stack_names.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "support/perf_map.h"

namespace uproar {
namespace {

constexpr uint64_t kHypervisor = static_cast<uint64_t>(-32);
constexpr uint64_t kKernel = static_cast<uint64_t>(-128);
constexpr uint64_t kUser = static_cast<uint64_t>(-512);
constexpr uint64_t kGuest = static_cast<uint64_t>(-2048);
constexpr int32_t kKernelPid = -1;

MapInfo map_of(int32_t pid, const std::string& path) {
  MapInfo map;
  map.pid = pid;
  map.start = map.page_offset = 0x1000;
  map.length = 0x1000;
  map.path = path;
  return map;
}

// The names that are found, in the order of the addresses.
std::vector<std::string> found(StackNames& names) {
  std::vector<std::string> out;
  for (const AddressNames& file : names.look_up()) {
    for (const AddressName& name : file.names)
      out.push_back(name.symbol + "+" + std::to_string(name.symbol_offset));
  }
  return out;
}
using Texts = std::vector<std::string>;

class StackNamesTest : public testing::Test {
 protected:
  test::PerfMap file_{"1000 10 first\n1010 10 second\n1020 10 third\n"};
  StackNames names_;
};

TEST_F(StackNamesTest, EachPlaceOnceAscending) {
  names_.add_map(map_of(7, file_.path()));
  names_.add_chain(7, 0x1014, std::vector<uint64_t>{kUser, 0x1022, 0x1001});
  names_.add_chain(7, 0x1014, std::vector<uint64_t>{kUser, 0x1022, 0x1001});
  names_.add_chain(7, 0, std::vector<uint64_t>{kUser, 0x1001, 0x5000});
  EXPECT_EQ(found(names_), (Texts{"first+1", "second+4", "third+2"}));
  EXPECT_FALSE(names_.overflowed());
}

TEST_F(StackNamesTest, MarksChangeTheProcess) {
  names_.add_map(map_of(kKernelPid, file_.path()));
  names_.add_chain(7, 0, std::vector<uint64_t>{kKernel, 0x1001, kUser, 0x1011});
  EXPECT_EQ(found(names_), (Texts{"first+1"}));
}

// As perf does, and as replay prints the same chain.
TEST_F(StackNamesTest, ChainsGoOnBehindTheHypervisorsMark) {
  names_.add_map(map_of(kKernelPid, file_.path()));
  names_.add_map(map_of(7, file_.path()));
  names_.add_chain(7, 0, std::vector<uint64_t>{kHypervisor, 0x1001, kUser, 0x1011});
  EXPECT_EQ(found(names_), (Texts{"first+1", "second+1"}));
}

TEST_F(StackNamesTest, ChainsEndAtOtherMarks) {
  names_.add_map(map_of(7, file_.path()));
  names_.add_chain(7, 0, std::vector<uint64_t>{kUser, 0x1001, kGuest, 0x1011});
  EXPECT_EQ(found(names_), (Texts{"first+1"}));
}

TEST_F(StackNamesTest, AChildHasItsParentsMaps) {
  names_.add_map(map_of(7, file_.path()));
  names_.fork(8, 7);
  names_.add_chain(8, 0x1001, {});
  EXPECT_EQ(found(names_), (Texts{"first+1"}));
}

// For whoever wants the names with the chains.
TEST_F(StackNamesTest, PlacesAreToldOnce) {
  names_.add_map(map_of(7, file_.path()));
  names_.add_chain(7, 0x1014, {});
  EXPECT_EQ(names_.look_up(true).front().names.size(), 1u);
  EXPECT_TRUE(names_.look_up(true).empty());
  names_.add_chain(7, 0x1014, std::vector<uint64_t>{kUser, 0x1022});
  const auto more = names_.look_up();
  ASSERT_EQ(more.size(), 1u);
  EXPECT_EQ(more.front().names.front().symbol, "third");
  EXPECT_TRUE(names_.look_up().empty());
}

TEST_F(StackNamesTest, FilesThatAreGoneTellNothing) {
  names_.add_map(map_of(7, "/nowhere/at all"));
  names_.add_chain(7, 0x1001, {});
  EXPECT_EQ(found(names_), Texts{});
}

}  // namespace
}  // namespace uproar
