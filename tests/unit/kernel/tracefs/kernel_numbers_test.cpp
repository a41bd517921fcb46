#include "kernel/tracefs/kernel_numbers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "kernel/proc/pid_namespace.h"
#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(KernelNumbers, AreThoseOfTheFirstNamespace) {
  if (!is_initial_pid_namespace(own_pid_namespace())) GTEST_SKIP() << "needs the first PID namespace";
  FakeFolder fake;
  const TraceBuffer buffer(Tracefs(fake.root()), Tracefs(fake.root()));
  const auto numbers = kernel_numbers_of(buffer, {12, 34});
  ASSERT_TRUE(numbers.ok());
  EXPECT_EQ(*numbers, (std::vector<int32_t>{12, 34}));
}

TEST(KernelNumbers, KernelWithoutTheEventIsAnError) {
  FakeFolder fake;
  const TraceBuffer buffer(Tracefs(fake.root()), Tracefs(fake.root()));
  const auto numbers = kernel_numbers(buffer, {"/proc/self"});
  ASSERT_FALSE(numbers.ok());
  EXPECT_EQ(numbers.error().message, "there is no event oom/oom_score_adj_update");
}

}  // namespace
}  // namespace uproar
