#include "kernel/bpf/task_follower.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

TEST(TaskFollower, AKernelWithoutTypeInformationIsNamed) {
  const Result<TaskNumbers> numbers = find_task_numbers("/nonexistent/btf");
  ASSERT_FALSE(numbers.ok());
  EXPECT_EQ(render(numbers.error()),
            "error: cannot follow the children of a process: /nonexistent/btf does not say where the kernel "
            "keeps the number of a task\n"
            "  help: record the whole system (-a) or single threads (-t), or take --via tracefs\n");
}

TEST(TaskFollower, WhatIsNoTypeInformationSaysNothing) {
  const TemporaryFolder folder;
  std::ofstream(folder.path("btf")) << "none at all";
  EXPECT_FALSE(find_task_numbers(folder.path("btf")).ok());
}

}  // namespace
}  // namespace uproar
