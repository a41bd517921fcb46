// Definitions as the BPF programs that they become.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lower/bpf/lower_bpf.h"
#include "support/plan_of_text.h"

namespace uproar::test {

inline BpfPrograms lowered(const std::vector<std::string>& definitions, const BpfOptions& options = {}) {
  std::vector<ProbePlan> plans;
  std::vector<BpfEvent> events;
  for (const std::string& text : definitions) {
    auto plan = plan_of_text(text);
    EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : render(plan.error()));
    plans.push_back(std::move(*plan));
  }
  for (const ProbePlan& plan : plans) events.push_back({&plan, {}});
  auto made = lower_bpf(events, options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : render(made.error()));
  return std::move(*made);
}

}  // namespace uproar::test
