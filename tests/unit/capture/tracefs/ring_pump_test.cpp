#include "capture/tracefs/ring_pump.h"

#include <gtest/gtest.h>

#include <optional>

#include "event/ring_page_writer.h"
#include "support/fake_folder.h"

namespace uproar {
namespace {

constexpr size_t kPage = 4096;

// Notes what comes, a line each: "CPU TIME FIRST_BYTE" and "lost CPU KIND COUNT".
class NotingSink : public RingSink {
 public:
  std::string text;
  int refuse_after = -1;  // so many records are taken
  Result<void> take(uint32_t cpu, uint64_t time_ns, std::span<const uint8_t> record) override {
    if (refuse_after-- == 0) return Error{"the disk is full", {}, {}, 0};
    text += std::to_string(cpu) + " " + std::to_string(time_ns) + " " + std::to_string(record[0]) + "\n";
    return {};
  }
  Result<void> lose(const LossInfo& loss) override {
    const char* kinds[] = {"overrun", "dropped", "no counter", "unreadable", "rotated"};
    text += "lost " + std::to_string(loss.cpu) + " " + kinds[static_cast<int>(loss.kind)] + " " +
            std::to_string(loss.count) + "\n";
    return {};
  }
};

// An instance with two CPUs whose rings are plain files.
class RingPumpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fake_.make("instances");
    auto made = Instance::create(Tracefs(fake_.root()), "i");
    ASSERT_TRUE(made.ok());
    instance_.emplace(std::move(*made));
    ring(0, {});
    ring(1, {});
    stats(0, 0, 0);
    stats(1, 0, 0);
  }
  void ring(int cpu, const std::vector<std::string>& pages) {
    std::string all;
    for (const std::string& page : pages) all += page;
    fake_.put("instances/i/per_cpu/cpu" + std::to_string(cpu) + "/trace_pipe_raw", all);
  }
  void stats(int cpu, uint64_t overrun, uint64_t dropped) {
    fake_.put("instances/i/per_cpu/cpu" + std::to_string(cpu) + "/stats",
              "entries: 0\noverrun: " + std::to_string(overrun) +
                  "\ncommit overrun: 0\ndropped events: " + std::to_string(dropped) + "\nread events: 0\n");
  }
  static std::string page(uint64_t first_ns, const std::vector<uint8_t>& records,
                          std::optional<uint64_t> lost = {}) {
    RingPageWriter writer(kPage);
    if (lost) writer.mark_lost(*lost);
    for (uint8_t kind : records) {
      const uint8_t bytes[16] = {kind};
      EXPECT_TRUE(writer.add(first_ns++, bytes));
    }
    auto taken = writer.take();
    return {taken.begin(), taken.end()};
  }
  std::string pumped(bool settle = false) {
    auto pump = RingPump::open(*instance_, sink_);
    EXPECT_TRUE(pump.ok());
    EXPECT_EQ((*pump)->poll_fds().size(), 2u);
    EXPECT_TRUE((*pump)->drain(Drain::All).ok());
    if (settle) {
      EXPECT_TRUE((*pump)->settle_losses(9000).ok());
    }
    return sink_.text;
  }

  FakeFolder fake_;
  std::optional<Instance> instance_;
  NotingSink sink_;
};

TEST_F(RingPumpTest, RecordsOfEachCpuComeInTheirOrder) {
  ring(0, {page(1000, {1, 2}), page(1500, {3})});
  ring(1, {page(1200, {4})});
  EXPECT_EQ(pumped(), "0 1000 1\n0 1001 2\n0 1500 3\n1 1200 4\n");
}

TEST_F(RingPumpTest, EmptyRingsGiveNothing) {
  EXPECT_EQ(pumped(true), "");
}

TEST_F(RingPumpTest, LossThatAPageTellsComesBeforeItsRecords) {
  ring(1, {page(1000, {1}), page(2000, {2}, 17)});
  EXPECT_EQ(pumped(), "1 1000 1\nlost 1 overrun 17\n1 2000 2\n");
}

TEST_F(RingPumpTest, FinalCountersTellOnlyWhatNoPageTold) {
  ring(0, {page(1000, {1}, 17)});
  stats(0, 20, 2);
  stats(1, 0, 5);
  EXPECT_EQ(pumped(true),
            "lost 0 overrun 17\n0 1000 1\nlost 0 overrun 3\nlost 0 dropped 2\nlost 1 dropped 5\n");
}

TEST_F(RingPumpTest, PageOfNobodyKnowsHowManyLossesIsSettledByTheCounters) {
  ring(0, {page(1000, {1}, 0)});
  stats(0, 4, 0);
  EXPECT_EQ(pumped(true), "0 1000 1\nlost 0 overrun 4\n");
}

TEST_F(RingPumpTest, DamagedPageIsToldAndTheNextIsRead) {
  std::string damaged = page(1000, {1});
  damaged[9] = '\xff';  // claims more bytes than a page has
  ring(0, {damaged, page(2000, {2})});
  EXPECT_EQ(pumped(), "lost 0 unreadable 0\n0 2000 2\n");
}

TEST_F(RingPumpTest, ErrorOfTheSinkEndsTheDrain) {
  ring(0, {page(1000, {1, 2, 3})});
  sink_.refuse_after = 1;
  auto pump = RingPump::open(*instance_, sink_);
  ASSERT_TRUE(pump.ok());
  EXPECT_EQ((*pump)->drain(Drain::All).error().message, "the disk is full");
}

TEST_F(RingPumpTest, SomeIsABoundedAmount) {
  // 32 MiB, of which 16 are taken at a time.
  std::string one = page(1000, {1});
  std::string many;
  for (int i = 0; i < 8192; ++i) many += one;
  ring(0, {many});
  auto pump = RingPump::open(*instance_, sink_);
  ASSERT_TRUE(pump.ok());
  ASSERT_TRUE((*pump)->drain(Drain::Some).ok());
  const size_t some = sink_.text.size();
  ASSERT_TRUE((*pump)->drain(Drain::All).ok());
  EXPECT_EQ(sink_.text.size(), 2 * some);
}

TEST_F(RingPumpTest, CpuWithoutARingIsAnError) {
  fake_.make("instances/i/per_cpu/cpu2");
  EXPECT_FALSE(RingPump::open(*instance_, sink_).ok());
}

}  // namespace
}  // namespace uproar
