#include "resolve/event_name.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Form = ast::Site::Form;

std::string by_name(Form form, const std::string& symbol, uint32_t line = 0) {
  ast::Site site;
  site.form = form;
  site.symbol = symbol;
  site.line = line;
  return default_event_name(site, 0x10, "/bin/bash");
}

std::string by_symbol(const std::string& symbol) {
  return by_name(Form::Symbol, symbol);
}

std::string by_offset(const std::string& path, uint64_t offset) {
  return default_event_name(ast::Site{}, offset, path);
}

TEST(EventName, ParametersAreLeftOut) {
  EXPECT_EQ(by_symbol("app::area(double, int)"), "app__area");
  EXPECT_EQ(by_symbol("app::W::run(int) const"), "app__W__run");
  EXPECT_EQ(by_symbol("main.(*T).M"), "main___T__M");
}

TEST(EventName, LinesPatternsAndUsdtProbes) {
  EXPECT_EQ(by_name(Form::SourceLine, "src/main.c", 17), "main_c_17");
  EXPECT_EQ(by_name(Form::FunctionLine, "ns::f", 3), "ns__f_3");
  EXPECT_EQ(by_name(Form::Usdt, "class__loaded"), "class__loaded");
  EXPECT_EQ(by_name(Form::Glob, "ssl_*"), "ssl__");
  EXPECT_EQ(by_name(Form::Glob, "*"), "p_bash_0x10");
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
