// What tasks do, on its way into a recording. Hits need the kernel's uprobes: tests/live/perf_live_test.cpp.
#include "capture/perf/perf_records.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "kernel/proc/process_maps.h"
#include "support/collecting_sink.h"

namespace uproar {
namespace {

TEST(PerfRecords, NamesOfTasksReachTheRecording) {
  for (const bool chains : {false, true}) {
    PerfEventsRequest request;
    request.cpus = online_cpus();
    request.threads = {static_cast<int32_t>(::gettid())};
    request.wishes = {.call_chains = chains, .ring_bytes = perf_ring_bytes(64 * 1024)};
    auto perf = PerfEvents::open(request);
    if (!perf.ok()) GTEST_SKIP() << perf.error().message;
    test::CollectingSink sink;
    const std::vector<ArmedEvent> events;
    PerfRecords records(**perf, events, request.wishes, sink);
    ASSERT_TRUE((*perf)->watch_tasks().ok());
    char name[17] = {};
    ::prctl(PR_GET_NAME, name);
    ::prctl(PR_SET_NAME, "renamed");
    ::prctl(PR_SET_NAME, name);
    ASSERT_TRUE((*perf)->disable().ok());
    ASSERT_TRUE(records.drain(Drain::All).ok());
    ASSERT_TRUE(records.settle(1).ok());
    std::vector<std::string> names;
    for (const TaskInfo& task : sink.tasks) names.push_back(task.comm);
    EXPECT_EQ(names, (std::vector<std::string>{"renamed", name})) << chains;
    EXPECT_TRUE(sink.losses.empty());
  }
}

}  // namespace
}  // namespace uproar
