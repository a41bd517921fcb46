#include "capture/tracefs/tracefs_backend.h"

#include <gtest/gtest.h>

#include "kernel/ownership.h"
#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(TracefsBackend, DefaultBufferIsBoundedInTotalAndPerCpu) {
  EXPECT_EQ(default_buffer_kb(1), 8u * 1024);
  EXPECT_EQ(default_buffer_kb(8), 8u * 1024);
  EXPECT_EQ(default_buffer_kb(16), 4u * 1024);
  EXPECT_EQ(default_buffer_kb(64), 1024u);
  EXPECT_EQ(default_buffer_kb(512), 1024u);
}

// A folder takes definitions but makes no instance with files: define() fails half-way.
TEST(TracefsBackend, WhatWasMadeBeforeAFailureIsRemoved) {
  FakeFolder fake;
  fake.put("uprobe_events", "");
  fake.make("instances");
  RecordRequest request;
  RecordRequest::Probe probe;
  probe.plan.group = "mine";
  probe.plan.event = "work";
  probe.plan.sites.resize(1);
  probe.plan.sites[0].path = "/bin/t";
  request.probes.push_back(probe);
  const Tracefs tracefs(fake.root());
  auto backend = make_tracefs_backend(tracefs, request);
  auto defined = backend->define();
  ASSERT_FALSE(defined.ok());
  EXPECT_NE(defined.error().message.find("trace_clock"), std::string::npos) << defined.error().message;
  EXPECT_TRUE(fake.has("instances/" + instance_name(this_process())));
  EXPECT_TRUE(backend->remove().ok());
  EXPECT_FALSE(fake.has("instances/" + instance_name(this_process())));
  EXPECT_TRUE(fake.get("uprobe_events").ends_with("-:" + temporary_group(this_process()) + "/work\n"));
  EXPECT_TRUE(backend->remove().ok());
}

TEST(TracefsBackend, RemovesNothingThatItDidNotMake) {
  FakeFolder fake;
  fake.put("uprobe_events", "");
  fake.make("instances/" + instance_name(this_process()));
  const Tracefs tracefs(fake.root());
  const RecordRequest request;
  {
    auto backend = make_tracefs_backend(tracefs, request);
    EXPECT_FALSE(backend->define().ok());  // the instance exists already
    EXPECT_TRUE(backend->remove().ok());
  }
  EXPECT_TRUE(fake.has("instances/" + instance_name(this_process())));
}

}  // namespace
}  // namespace uproar
