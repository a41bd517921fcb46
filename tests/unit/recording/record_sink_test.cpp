#include "recording/record_sink.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

// Notes how long the call chains are that it is given.
class ChainLengths : public RecordSink {
 public:
  std::vector<size_t> lengths;
  Result<uint32_t> add_event(const EventInfo&) override { return uint32_t{0}; }
  using RecordSink::add_record;
  Result<void> add_record(uint32_t, uint64_t, uint32_t, std::span<const uint8_t>,
                          std::span<const uint64_t> stack) override {
    lengths.push_back(stack.size());
    return {};
  }
  Result<void> add_task(const TaskInfo&) override { return {}; }
  Result<void> add_map(const MapInfo&) override { return {}; }
  Result<void> add_names(const AddressNames&) override { return {}; }
  Result<void> add_loss(const LossInfo&) override { return {}; }
};

TEST(RecordSink, RecordWithoutACallChainHasAnEmptyOne) {
  ChainLengths sink;
  const uint8_t record[16] = {};
  const uint64_t stack[] = {1, 2};
  EXPECT_TRUE(sink.add_record(0, 1, 0, record).ok());
  EXPECT_TRUE(sink.add_record(0, 2, 0, record, stack).ok());
  EXPECT_EQ(sink.lengths, (std::vector<size_t>{0, 2}));
}

}  // namespace
}  // namespace uproar
