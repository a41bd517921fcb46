#include "kernel/bpf/bpf_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {
namespace {

constexpr size_t kSize = 64;
constexpr uint32_t kBusy = uint32_t{1} << 31;
constexpr uint32_t kDiscarded = uint32_t{1} << 30;

// A ring's data as the kernel maps them: the same bytes twice.
class Data {
 public:
  Data() : bytes_(2 * kSize) {}
  void put(size_t at, uint32_t header, std::string_view text = {}) {
    put_bytes(at, &header, sizeof header);
    put_bytes(at + 8, text.data(), text.size());
  }
  RingStep next(uint64_t produced) { return next_in_ring(bytes_.data(), kSize, produced, taken, record); }
  std::string text() const { return {record.begin(), record.end()}; }

  uint64_t taken = 0;
  std::span<const uint8_t> record;

 private:
  void put_bytes(size_t at, const void* bytes, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const uint8_t byte = static_cast<const uint8_t*>(bytes)[i];
      bytes_[(at + i) % kSize] = bytes_[(at + i) % kSize + kSize] = byte;
    }
  }
  std::vector<uint8_t> bytes_;
};

TEST(BpfRing, RecordsComeInOrderAndAreMultiplesOfEight) {
  Data data;
  data.put(0, 5, "hello");
  data.put(16, 8, "8letters");
  EXPECT_EQ(data.next(32), RingStep::Record);
  EXPECT_EQ(data.text(), "hello");
  EXPECT_EQ(data.next(32), RingStep::Record);
  EXPECT_EQ(data.text(), "8letters");
  EXPECT_EQ(data.next(32), RingStep::Empty);
  EXPECT_EQ(data.taken, 32U);
}

TEST(BpfRing, ARecordMayRunOverTheEnd) {
  Data data;
  data.taken = kSize * 3 + 48;
  data.put(48, 16, "over the end....");
  EXPECT_EQ(data.next(kSize * 3 + 72), RingStep::Record);
  EXPECT_EQ(data.text(), "over the end....");
}

TEST(BpfRing, WaitsForARecordThatIsStillWritten) {
  Data data;
  data.put(0, kBusy | 8);
  data.put(16, 8, "finished");
  EXPECT_EQ(data.next(32), RingStep::Busy);
  EXPECT_EQ(data.taken, 0U);
}

TEST(BpfRing, PassesOverWhatWasDiscarded) {
  Data data;
  data.put(0, kDiscarded | 8);
  data.put(16, 2, "ok");
  EXPECT_EQ(data.next(32), RingStep::Discarded);
  EXPECT_EQ(data.next(32), RingStep::Record);
  EXPECT_EQ(data.text(), "ok");
}

TEST(BpfRing, ALengthBeyondWhatWasProducedIsBroken) {
  Data data;
  data.put(0, 24, "");
  EXPECT_EQ(data.next(24), RingStep::Broken);
  data.put(0, 0x3fffffff);
  EXPECT_EQ(data.next(~uint64_t{0}), RingStep::Broken);
  EXPECT_EQ(data.taken, 0U);
}

TEST(BpfRing, AnEmptyRecordIsOne) {
  Data data;
  data.put(0, 0);
  EXPECT_EQ(data.next(8), RingStep::Record);
  EXPECT_TRUE(data.record.empty());
}

}  // namespace
}  // namespace uproar
