#include "capture/tracefs/task_events.h"

#include <gtest/gtest.h>

#include "kernel/ownership.h"
#include "support/fake_folder.h"

namespace uproar {
namespace {

// What it makes of the kernel's records is tested in task_records_test, and with a kernel in tasks_live_test.
TEST(TaskEvents, WhatWasMadeBeforeAFailureIsRemoved) {
  FakeFolder fake;
  fake.make("instances");
  const Tracefs tracefs(fake.root());
  const std::string instance = "instances/" + instance_name(this_process()) + "-tasks";
  auto tasks = make_task_events(tracefs);
  EXPECT_TRUE(tasks->remove().ok());  // nothing was made yet
  EXPECT_FALSE(tasks->prepare().ok());
  EXPECT_TRUE(fake.has(instance));
  EXPECT_TRUE(tasks->remove().ok());
  EXPECT_FALSE(fake.has(instance));
}

}  // namespace
}  // namespace uproar
