// What the tests of the kernel folder share: a group of their own, and functions of this very program to
// probe.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/fd.h"
#include "kernel/tracefs/tracefs.h"
#include "kernel/tracefs/uprobe_events.h"

// The functions that are probed.
extern "C" int uproar_live_first(int value);
extern "C" int uproar_live_second(int value);

namespace uproar {

class KernelLive : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  Result<void> add(const std::string& line) { return add_uprobe_event(tracefs_, line, line); }
  // The listed event of that name in the test's group.
  std::optional<ListedEvent> listed(const std::string& group, const std::string& name);
  // perf_event_open of a tracefs event for this process.
  Fd open_perf(const std::string& event);

  Tracefs tracefs_{std::string()};
  std::string group_;
  std::string self_;
  std::string first_;
  std::string second_;
};

std::string hex(uint64_t value);
// File offset of a function of this program.
uint64_t offset_of(const void* function);

}  // namespace uproar
