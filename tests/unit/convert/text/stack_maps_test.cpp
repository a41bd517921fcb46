#include "convert/text/stack_maps.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr uint64_t kKernel = static_cast<uint64_t>(-128);
constexpr uint64_t kUser = static_cast<uint64_t>(-512);

class Kept : public RecordSink {
 public:
  Result<uint32_t> add_event(const EventInfo&) override { return 0u; }
  Result<void> add_record(uint32_t, uint64_t, uint32_t, std::span<const uint8_t>,
                          std::span<const uint64_t>) override {
    return {};
  }
  Result<void> add_task(const TaskInfo&) override { return {}; }
  Result<void> add_map(const MapInfo& map) override {
    maps.push_back(map);
    return {};
  }
  Result<void> add_names(const AddressNames& more) override {
    names.push_back(more);
    return {};
  }
  Result<void> add_loss(const LossInfo&) override { return {}; }
  std::vector<MapInfo> maps;
  std::vector<AddressNames> names;
};

TEST(StackMaps, AddressesStayAndHaveMapsOfTheirOwn) {
  Kept kept;
  StackMaps maps(kept);
  std::vector<uint64_t> stack;
  const std::vector<StackMaps::Frame> frames = {
      {0xffffffff81000010, true, false, "deep", "[kernel.kallsyms]", 0x10},
      {0x27304, false, true, "inner", "", kUnknownOffset},
      {0x27304, false, false, "outer", "/bin/x", 0x84},
      {0x11c7, false, false, "", "/bin/x", kUnknownOffset},
  };
  ASSERT_TRUE(maps.add(7, 100, frames, stack).ok());
  EXPECT_EQ(stack, (std::vector<uint64_t>{kKernel, 0xffffffff81000010, kUser, 0x27304, 0x11c7}));
  ASSERT_EQ(kept.maps.size(), 3u);
  EXPECT_EQ(kept.maps[0].pid, -1);
  EXPECT_EQ(kept.maps[1].pid, 7);
  EXPECT_EQ(kept.maps[1].start, 0x27304u);
  EXPECT_EQ(kept.maps[1].time_ns, 0u);
  ASSERT_TRUE(maps.write_names().ok());
  ASSERT_EQ(kept.names.size(), 2u);
  EXPECT_EQ(kept.names[0].path, "/bin/x");
  ASSERT_EQ(kept.names[0].names.size(), 1u);
  EXPECT_EQ(kept.names[0].names[0].inlined, std::vector<std::string>{"inner"});
}

TEST(StackMaps, AnotherFileAtAnAddressHoldsFromWhereItWasSeen) {
  Kept kept;
  StackMaps maps(kept);
  std::vector<uint64_t> stack;
  const StackMaps::Frame first{0x1000, false, false, "a", "/bin/a", 0},
      second{0x1000, false, false, "b", "/bin/b", 0};
  ASSERT_TRUE(maps.add(0, 100, {first}, stack).ok());
  ASSERT_TRUE(maps.add(0, 200, {second}, stack).ok());
  ASSERT_TRUE(maps.add(0, 300, {second}, stack).ok());
  ASSERT_EQ(kept.maps.size(), 2u);
  EXPECT_EQ(kept.maps[1].time_ns, 200u);
}

TEST(StackMaps, AddressesThatWouldBeMarksArePassedOver) {
  Kept kept;
  StackMaps maps(kept);
  std::vector<uint64_t> stack;
  ASSERT_TRUE(maps.add(0, 1, {{~uint64_t{0}, true, false, "x", "y", 0}}, stack).ok());
  EXPECT_TRUE(stack.empty());
}

}  // namespace
}  // namespace uproar
