#include "capture/tracefs/event_source.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "event/ring_page.h"
#include "support/collecting_sink.h"
#include "support/fake_folder.h"
#include "support/kernel_fixture.h"

namespace uproar {
namespace {

// What Linux 6.18 recorded of the events of tests/fixtures/kernels/target.c, in an instance of plain files.
class EventSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fake_.make("instances");
    auto made = Instance::create(Tracefs(fake_.root()), "i");
    ASSERT_TRUE(made.ok());
    instance_.emplace(std::move(*made));
    for (const char* name : {"fx_scalars", "fx_strings", "fx_return"}) {
      ArmedEvent event;
      event.kernel_group = "uproar_fx";
      event.kernel_name = name;
      event.info.schema = kernel_.schema(std::string("uproar_fx:") + name);
      event.info.schema.group = "mine";
      event.info.schema.name = std::string("my_") + name;
      events_.push_back(std::move(event));
    }
  }
  void put(const std::string& file, const std::string& text) { fake_.put("instances/i/" + file, text); }

  KernelFixture kernel_{"6.18"};
  FakeFolder fake_;
  std::optional<Instance> instance_;
  std::vector<ArmedEvent> events_;
  test::CollectingSink sink_;
};

TEST_F(EventSourceTest, RingGivesTheRecordsOfItsEventsUnderTheirNumbers) {
  std::string pages;
  std::map<uint16_t, size_t> in_pages;
  for (const auto& bytes : kernel_.pages("all")) {
    pages.append(bytes.begin(), bytes.end());
    RingPage page(bytes);
    RingPage::Record record;
    while (page.next(record)) ++in_pages[static_cast<uint16_t>(record.bytes[0] | record.bytes[1] << 8)];
  }
  put("per_cpu/cpu0/trace_pipe_raw", pages);
  put("per_cpu/cpu0/stats", "overrun: 3\n");
  auto source = open_ring_source(*instance_, events_, sink_);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->poll_fds().size(), 1u);
  ASSERT_TRUE((*source)->drain(Drain::All).ok());
  ASSERT_TRUE((*source)->finish(9).ok());
  std::vector<size_t> taken(3);
  for (const auto& record : sink_.records) ++taken[record.event];
  for (size_t i = 0; i < events_.size(); ++i) {
    EXPECT_GT(taken[i], 0u);
    EXPECT_EQ(taken[i], in_pages[events_[i].info.schema.kernel_type]);
  }
  ASSERT_EQ(sink_.losses.size(), 1u);
  EXPECT_EQ(sink_.losses[0].count, 3u);
}

TEST_F(EventSourceTest, ProbeThatSlidIsRecordedWhereItWasAskedFor) {
  std::string pages;
  for (const auto& bytes : kernel_.pages("all")) pages.append(bytes.begin(), bytes.end());
  put("per_cpu/cpu0/trace_pipe_raw", pages);
  auto take = [&] {
    sink_.records.clear();
    auto source = open_ring_source(*instance_, events_, sink_);
    EXPECT_TRUE((*source)->drain(Drain::All).ok());
    return sink_.records.front().bytes;
  };
  const auto plain = take();
  for (ArmedEvent& event : events_) {
    event.info.sites.push_back({"/tmp/fixture", 0x1195, "", 0, false, ""});
    event.slid_by = {4};
  }
  auto slid = take();
  EXPECT_EQ(slid[8], plain[8] - 4);
}

TEST_F(EventSourceTest, PipeGivesTheSameEventsAndTheNamesOfTheirTasks) {
  put("trace_pipe", kernel_.text("trace"));
  auto source = open_pipe_source(*instance_, events_, sink_);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->poll_fds().size(), 1u);
  ASSERT_TRUE((*source)->drain(Drain::All).ok());
  ASSERT_TRUE((*source)->finish(9).ok());
  std::vector<size_t> taken(3);
  for (const auto& record : sink_.records) ++taken[record.event];
  for (size_t count : taken) EXPECT_GT(count, 0u);
  ASSERT_FALSE(sink_.tasks.empty());
  EXPECT_EQ(sink_.tasks[0].comm, "fx-1 [000] d");
}

TEST_F(EventSourceTest, LostLinesOfThePipeAreLosses) {
  put("trace_pipe", "CPU:1 [LOST 42 EVENTS]\n");
  auto source = open_pipe_source(*instance_, events_, sink_);
  ASSERT_TRUE((*source)->drain(Drain::All).ok());
  ASSERT_EQ(sink_.losses.size(), 1u);
  EXPECT_EQ(sink_.losses[0].count, 42u);
  EXPECT_EQ(sink_.losses[0].cpu, 1u);
}

TEST_F(EventSourceTest, InstanceWithoutItsFilesIsAnError) {
  EXPECT_FALSE(open_pipe_source(*instance_, events_, sink_).ok());
  fake_.make("instances/i/per_cpu/cpu0");
  EXPECT_FALSE(open_ring_source(*instance_, events_, sink_).ok());
}

TEST_F(EventSourceTest, FullDiskIsPassedOn) {
  put("trace_pipe", kernel_.text("trace"));
  auto source = open_pipe_source(*instance_, events_, sink_);
  sink_.full = true;
  EXPECT_EQ((*source)->drain(Drain::All).error().message, "the disk is full");
}

}  // namespace
}  // namespace uproar
