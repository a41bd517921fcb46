#include "lower/perf/perf_attribute.h"

#include <gtest/gtest.h>
#include <time.h>

namespace uproar {
namespace {

TEST(PerfAttribute, EveryHitIsASampleWithItsRecord) {
  const perf_event_attr attr = perf_sample_attribute(1835, {.ring_bytes = 1 << 20});
  EXPECT_EQ(attr.type, PERF_TYPE_TRACEPOINT);
  EXPECT_EQ(attr.config, 1835u);
  EXPECT_EQ(attr.sample_period, 1u);
  EXPECT_EQ(attr.sample_type, PERF_SAMPLE_TIME | PERF_SAMPLE_RAW);
  EXPECT_EQ(attr.read_format, PERF_FORMAT_LOST);
  EXPECT_EQ(attr.clockid, CLOCK_MONOTONIC);
  EXPECT_TRUE(attr.use_clockid);
  EXPECT_TRUE(attr.disabled);
  EXPECT_FALSE(attr.inherit);
  EXPECT_TRUE(attr.watermark);
  EXPECT_EQ(attr.wakeup_watermark, 1u << 18);
}

TEST(PerfAttribute, CallChainsAreOfUserSpaceAndNeedTheProcess) {
  const perf_event_attr attr = perf_sample_attribute(1, {.call_chains = true, .follow = true});
  EXPECT_TRUE(attr.sample_type & PERF_SAMPLE_CALLCHAIN);
  EXPECT_TRUE(attr.sample_type & PERF_SAMPLE_TID);
  EXPECT_TRUE(attr.exclude_callchain_kernel);
  EXPECT_TRUE(attr.inherit);
}

TEST(PerfAttribute, MapsAreToldWhereTheyAreNeeded) {
  EXPECT_FALSE(perf_task_attribute({}).mmap2);
  const perf_event_attr attr = perf_task_attribute({.call_chains = true});
  EXPECT_TRUE(attr.mmap && attr.mmap2 && attr.build_id && attr.comm && attr.comm_exec && attr.task);
  EXPECT_EQ(attr.type, PERF_TYPE_SOFTWARE);
  EXPECT_EQ(attr.config, PERF_COUNT_SW_DUMMY);
}

// Records of both lie in one buffer: what stands behind them has to be the same.
TEST(PerfAttribute, RecordsOfBothEndAlike) {
  constexpr uint64_t kInTheTail = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ID |
                                  PERF_SAMPLE_STREAM_ID | PERF_SAMPLE_CPU | PERF_SAMPLE_IDENTIFIER;
  for (const bool chains : {false, true}) {
    const PerfWishes wishes{.call_chains = chains};
    EXPECT_EQ(perf_sample_attribute(1, wishes).sample_type & kInTheTail,
              perf_task_attribute(wishes).sample_type & kInTheTail);
    EXPECT_EQ(perf_layout(wishes).sample_type, perf_sample_attribute(1, wishes).sample_type);
    EXPECT_TRUE(perf_layout(wishes).sample_id_all);
  }
}

}  // namespace
}  // namespace uproar
