// What the tests of the kernel folder share: a group of their own, and functions to probe in a file of their
// own, so that nobody else's calls are counted, and nobody else's events stand at the same place.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/fd.h"
#include "kernel/tracefs/tracefs.h"
#include "kernel/tracefs/uprobe_events.h"
#include "support/line_source_of.h"
#include "support/temporary_folder.h"

namespace uproar {

class KernelLive : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  Result<void> add(const std::string& line) { return add_uprobe_event(tracefs_, line, line_source_of(line)); }
  // The listed event of that name in the test's group.
  std::optional<ListedEvent> listed(const std::string& group, const std::string& name);
  // perf_event_open of a tracefs event for this process.
  Fd open_perf(const std::string& event);

  Tracefs tracefs_{std::string()};
  std::string group_;
  std::string file_;    // the copy of target_probed that this test has loaded
  std::string first_;   // FILE:0xOFFSET of call_first
  std::string second_;  // and of call_second
  int (*call_first_)(int) = nullptr;
  int (*call_second_)(int) = nullptr;

 private:
  TemporaryFolder folder_;
  void* library_ = nullptr;
};

std::string hex(uint64_t value);
// File offset of a function, in the file that it was loaded from.
uint64_t offset_of(const void* function);

}  // namespace uproar
