#include "commands/files/session_facts.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace uproar {
namespace {

TEST(SessionFacts, RecordingIsOfThisMachine) {
  const SessionInfo info = facts_of_recording("uproar record -e x");
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
  EXPECT_EQ(info.host, host);
  EXPECT_FALSE(info.kernel.empty());
  EXPECT_FALSE(info.machine.empty());
  EXPECT_GT(info.cpus, 0u);
  EXPECT_EQ(info.command, "uproar record -e x");
  EXPECT_FALSE(info.version.empty());
}

TEST(SessionFacts, ImportSaysNothingOfThisMachine) {
  const SessionInfo info = facts_of_import("uproar convert a b");
  EXPECT_EQ(info.command, "uproar convert a b");
  EXPECT_EQ(info.version, facts_of_recording("").version);
  EXPECT_TRUE(info.host.empty());
  EXPECT_TRUE(info.kernel.empty());
  EXPECT_EQ(info.cpus, 0u);
}

}  // namespace
}  // namespace uproar
