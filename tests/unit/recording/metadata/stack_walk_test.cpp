#include "recording/metadata/stack_walk.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace uproar {
namespace {

constexpr uint64_t kHypervisor = static_cast<uint64_t>(-32);
constexpr uint64_t kKernel = static_cast<uint64_t>(-128);
constexpr uint64_t kUser = static_cast<uint64_t>(-512);
constexpr uint64_t kGuest = static_cast<uint64_t>(-2048);

// "PROCESS:ADDRESS …" of a chain of process 7.
std::string walked(const std::vector<uint64_t>& chain, unsigned most_frames = 100) {
  std::string out;
  walk_stack(chain, 7, most_frames, [&](int32_t pid, uint64_t address) {
    out += std::to_string(pid) + ":" + std::to_string(address) + " ";
  });
  return out;
}

TEST(StackWalk, MarksSayWhoseTheAddressesAre) {
  EXPECT_EQ(walked({1, 2}), "7:1 7:2 ");
  EXPECT_EQ(walked({kKernel, 1, kUser, 2}), "-1:1 7:2 ");
}

TEST(StackWalk, GoesOnBehindTheHypervisorsMark) {
  EXPECT_EQ(walked({kHypervisor, 1, kKernel, 2, kUser, 3}), "-1:1 -1:2 7:3 ");
}

TEST(StackWalk, EndsAtOtherMarks) {
  EXPECT_EQ(walked({kUser, 1, kGuest, 2}), "7:1 ");
  EXPECT_EQ(walked({1, static_cast<uint64_t>(-4095), 2}), "7:1 ");
}

TEST(StackWalk, CountsFramesNotMarks) {
  EXPECT_EQ(walked({kKernel, 1, kUser, 2, 3}, 2), "-1:1 7:2 ");
  EXPECT_EQ(walked({1}, 0), "");
}

}  // namespace
}  // namespace uproar
