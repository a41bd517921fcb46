// Perf events of this process itself, which any user may have where perf_event_paranoid is not above 2.
#include "capture/perf/perf_events.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/proc/process_maps.h"

namespace uproar {
namespace {

TEST(PerfEvents, ThreadsThatHaveEndedAreLeftOutUnlessAllHave) {
  PerfEventsRequest request;
  request.cpus = online_cpus();
  request.wishes.ring_bytes = perf_ring_bytes(4096);
  request.threads = {0x7ffffff0, static_cast<int32_t>(::gettid())};
  auto perf = PerfEvents::open(request);
  if (!perf.ok()) GTEST_SKIP() << perf.error().message;
  EXPECT_EQ((*perf)->cpus().size(), request.cpus.size());
  EXPECT_TRUE((*perf)->poll_fds().empty()) << "there are no events";
  request.threads = {0x7ffffff0};
  EXPECT_EQ(PerfEvents::open(request).error().sys_errno, ESRCH);
}

}  // namespace
}  // namespace uproar
