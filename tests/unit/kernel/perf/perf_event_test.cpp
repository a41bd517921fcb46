// A perf event of this process itself, which any user may have where perf_event_paranoid is not above 2.
#include "kernel/perf/perf_event.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lower/perf/perf_attribute.h"

namespace uproar {
namespace {

TEST(PerfEvent, ABufferTellsWhatTheTaskDoes) {
  const PerfWishes wishes{.ring_bytes = perf_ring_bytes(1)};
  perf_event_attr attr = perf_task_attribute(wishes);
  attr.exclude_kernel = 1;
  cpu_set_t before, one;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  CPU_ZERO(&one);
  CPU_SET(::sched_getcpu(), &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  auto event = PerfEvent::open(attr, static_cast<int32_t>(::gettid()),
                               static_cast<uint32_t>(::sched_getcpu()), "tasks");
  if (!event.ok()) GTEST_SKIP() << event.error().message;
  auto ring = PerfRing::map(*event, wishes.ring_bytes);
  ASSERT_TRUE(ring.ok()) << ring.error().message;
  ASSERT_TRUE(event->enable().ok());
  char name[17] = {};
  ::prctl(PR_GET_NAME, name);
  ::prctl(PR_SET_NAME, "perf_event_test");
  ::prctl(PR_SET_NAME, name);
  ASSERT_TRUE(event->disable().ok());
  ::sched_setaffinity(0, sizeof before, &before);

  std::vector<std::string> names;
  PerfRingRecords records = ring->records();
  std::span<const uint8_t> record;
  while (records.next(record)) {
    PerfCommRecord comm;
    if (read_perf_header(record).type != static_cast<uint32_t>(PerfRecordType::Comm)) continue;
    ASSERT_EQ(parse_perf_comm(record, perf_layout(wishes), comm), PerfStatus::Ok);
    EXPECT_EQ(comm.tid, ::gettid());
    EXPECT_GT(comm.at.time_ns, 0u);
    names.emplace_back(comm.comm);
  }
  EXPECT_EQ(records.status(), PerfStatus::Ok);
  EXPECT_EQ(names, (std::vector<std::string>{"perf_event_test", name}));
  ring->release(records.position());
  EXPECT_FALSE(ring->records().next(record));
  const auto count = event->count();
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->lost, 0u);
}

TEST(PerfEvent, ATaskThatIsNotThereIsTold) {
  perf_event_attr attr = perf_task_attribute({});
  const auto event = PerfEvent::open(attr, 0x7ffffff0, 0, "tasks");
  ASSERT_FALSE(event.ok());
  if (event.error().sys_errno != ESRCH) GTEST_SKIP() << event.error().message;
  EXPECT_EQ(event.error().message, "there is no thread 2147483632 any more");
}

TEST(PerfRingBytes, AreWholePagesAndAPowerOfTwo) {
  const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  EXPECT_EQ(perf_ring_bytes(1), page);
  EXPECT_EQ(perf_ring_bytes(page + 1), 2 * page);
  EXPECT_EQ(perf_ring_bytes(3 << 20), 4u << 20);
}

}  // namespace
}  // namespace uproar
