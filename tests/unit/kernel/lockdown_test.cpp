#include "kernel/lockdown.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Lockdown, ActiveOneIsMarked) {
  EXPECT_EQ(active_lockdown("none [integrity] confidentiality\n"), "integrity");
  EXPECT_EQ(active_lockdown("[none] integrity confidentiality\n"), "none");
  for (const char* text : {"", "none", "[", "]["}) EXPECT_EQ(active_lockdown(text), "") << text;
}

}  // namespace
}  // namespace uproar
