// trace as far as it comes without a kernel.
#include <gtest/gtest.h>

#include "support/in_process.h"

namespace uproar {
namespace {

void expect_usage(const std::vector<std::string>& options, const std::string& error) {
  std::vector<std::string> all{"trace"};
  all.insert(all.end(), options.begin(), options.end());
  const Ran ran = run_in_process(all);
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err, "uproar: error: " + error);
  EXPECT_EQ(ran.out, "");
}

TEST(Trace, WhatIsAskedForWrongly) {
  expect_usage({}, "nothing to trace\n  help: name events with -e\n");
  expect_usage(
      {"-e", "a:b", "-o", "-"},
      "standard output gets the text of the events\n  help: record to a file beside it with -o FILE, or to "
      "standard output with uproar record -o -\n");
  expect_usage({"-e", "a:b", "-n", "0"}, "'0' is no number of events\n  help: write -n 10\n");
  expect_usage(
      {"-e", "a:b", "--style", "csv", "--show-lost-events"},
      "the style 'csv' has lines of events only\n  help: leave --show-… out, or print another style\n");
  expect_usage({"-e", "a:b", "--frobnicate"},
               "there is no option --frobnicate\n  help: uproar trace --help shows what there is\n");
}

}  // namespace
}  // namespace uproar
