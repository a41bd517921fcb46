#include "capture/perf/perf_backend.h"

#include <gtest/gtest.h>

#include "kernel/ownership.h"
#include "support/fake_folder.h"

namespace uproar {
namespace {

RecordRequest request_of_one() {
  RecordRequest request;
  RecordRequest::Probe probe;
  probe.plan.group = "mine";
  probe.plan.event = "work";
  probe.plan.sites.resize(1);
  probe.plan.sites[0].path = "/bin/t";
  request.probes.push_back(probe);
  return request;
}

TEST(PerfBackend, DefinesItsEventsAndRemovesThese) {
  FakeFolder fake;
  fake.put("uprobe_events", "");
  fake.make("instances");
  const RecordRequest request = request_of_one();
  const Tracefs tracefs(fake.root());
  auto backend = make_perf_backend(tracefs, request);
  EXPECT_EQ(backend->via(), "perf");
  const Result<void> defined = backend->define();
  if (!defined.ok()) GTEST_SKIP() << defined.error().message;
  EXPECT_NE(fake.get("uprobe_events").find("p:" + temporary_group(this_process()) + "/work /bin/t:0x0"),
            std::string::npos);
  // The folder makes no format of it.
  EXPECT_FALSE(backend->schemas().ok());
  EXPECT_TRUE(backend->remove().ok());
  EXPECT_TRUE(fake.get("uprobe_events").ends_with("-:" + temporary_group(this_process()) + "/work\n"));
  EXPECT_TRUE(backend->remove().ok());
}

TEST(PerfBackend, CallChainsAreTakenWhereTheyAreAskedFor) {
  FakeFolder fake;
  fake.put("uprobe_events", "");
  fake.make("instances");
  RecordRequest request = request_of_one();
  const std::string format = "events/" + temporary_group(this_process()) + "/work/format";
  fake.put(format,
           "name: work\nID: 1835\nformat:\n"
           "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
           "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
           "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
           "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
           "\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n\n"
           "print fmt: \"(%lx)\", REC->__probe_ip\n");
  const Tracefs tracefs(fake.root());
  for (const bool chains : {false, true}) {
    request.call_chains = chains;
    auto backend = make_perf_backend(tracefs, request);
    const Result<void> defined = backend->define();
    if (!defined.ok()) GTEST_SKIP() << defined.error().message;
    const auto events = backend->schemas();
    ASSERT_TRUE(events.ok()) << events.error().message;
    EXPECT_EQ(events->front().has_stacks, chains);
    EXPECT_EQ(events->front().schema.name, "work");
    EXPECT_TRUE(backend->remove().ok());
  }
}

}  // namespace
}  // namespace uproar
