#include "resolve/event_name.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::string by_symbol(const std::string& symbol) {
  ProbeSite site;
  site.symbol = symbol;
  return default_event_name(site, true, "/bin/bash");
}

std::string by_offset(const std::string& path, uint64_t offset) {
  ProbeSite site;
  site.file_offset = offset;
  site.symbol = "ignored";
  return default_event_name(site, false, path);
}

TEST(EventName, SymbolIsMadeAnIdentifier) {
  EXPECT_EQ(by_symbol("readline"), "readline");
  EXPECT_EQ(by_symbol("ns::f"), "ns__f");
  EXPECT_EQ(by_symbol("f.constprop.0"), "f_constprop_0");
  EXPECT_EQ(by_symbol("3d"), "_3d");
  EXPECT_EQ(by_symbol("caf\xc3\xa9"), "caf__");
}

TEST(EventName, OffsetFollowsTheKernelsRule) {
  EXPECT_EQ(by_offset("/bin/bash", 0xd5690), "p_bash_0xd5690");
  EXPECT_EQ(by_offset("/lib/libc.so.6", 0x10), "p_libc_0x10");
  EXPECT_EQ(by_offset("/opt/my-app_2", 0x10), "p_my_0x10");
  EXPECT_EQ(by_offset("/opt/.x", 0x10), "p__0x10");
  EXPECT_EQ(by_offset("/opt/a+b", 0x10), "p_a_b_0x10");
}

TEST(EventName, LongNamesKeepWhatTellsThemApart) {
  EXPECT_EQ(by_symbol(std::string(200, 'a')), std::string(63, 'a'));
  std::string name = by_offset("/opt/" + std::string(200, 'a'), UINT64_MAX);
  EXPECT_EQ(name.size(), 63u);
  EXPECT_EQ(name.substr(63 - 19), "_0xffffffffffffffff");
}

}  // namespace
}  // namespace uproar
