#include "capture/backends.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Backends, EachIsMadeWithoutTouchingTheKernel) {
  const Tracefs tracefs("/nonexistent");
  RecordRequest request;
  const Backends ring = make_backends(tracefs, request);
  EXPECT_EQ(ring.events->via(), "tracefs");
  EXPECT_NE(ring.tasks, nullptr);
  EXPECT_TRUE(ring.tasks->remove().ok());
}

TEST(Backends, TracePipeNamesTasksItself) {
  const Tracefs tracefs("/nonexistent");
  RecordRequest request;
  request.via = RecordRequest::Via::TracePipe;
  const Backends pipe = make_backends(tracefs, request);
  EXPECT_EQ(pipe.events->via(), "trace_pipe");
  EXPECT_EQ(pipe.tasks, nullptr);
}

}  // namespace
}  // namespace uproar
