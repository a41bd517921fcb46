// Texts, slices and vectors of C++, Rust and Go: where their bytes and their length are.
#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

TEST(DwarfSequences, TextsLeadToTheirBytes) {
  DebugFixture fixture("o1");
  auto name = fixture.find("look", "item->name");
  const auto at = oracle::by_gdb(oracle::dwarf_fixture("o1"), {"(long)&((shop::Item*)0)->name"});
  if (at.empty()) GTEST_SKIP() << "gdb is not installed";
  EXPECT_EQ(oracle::shown(name->text), "[r5]+" + std::to_string(at[0]) + "+0");
  EXPECT_EQ(oracle::shown(name->length), "[r5]+" + std::to_string(at[0] + 8));
  auto view = fixture.find("look", "text");
  EXPECT_EQ(view->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(view->length), "r1");
  EXPECT_EQ(oracle::shown(view->text), "[r2]+0");
  EXPECT_EQ(fixture.place("look", "text.length"), "r1");
}

TEST(DwarfSequences, RustsAreInTwoRegisters) {
  if (!oracle::exists(oracle::dwarf_fixture("rust_o0"))) GTEST_SKIP() << "rustc is not installed";
  DebugFixture fixture("rust_o0");
  ASSERT_TRUE(fixture.info);
  auto name = fixture.find("greet", "name");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(name->text), "[r5]+0");
  EXPECT_EQ(oracle::shown(name->length), "r4");
  EXPECT_EQ(fixture.place("greet", "n"), "r1");
  EXPECT_EQ(fixture.place("greet", "xs[1]"), "[r2]+4");
  EXPECT_EQ(fixture.place("greet", "xs.len"), "r8");
  EXPECT_EQ(fixture.place("greet", "ok"), "r9");
  EXPECT_EQ(fixture.find("show", "r.name")->shape.kind, Kind::SizedString);
  EXPECT_EQ(fixture.find("show", "r.tags[2]")->shape.size, 4u);
  EXPECT_EQ(fixture.find("show", "r.pair.1")->shape.size, 8u);
}

TEST(DwarfSequences, GosAreInTwoRegisters) {
  if (!oracle::exists(oracle::dwarf_fixture("go_o1"))) GTEST_SKIP() << "go is not installed";
  DebugFixture fixture("go_o1");
  ASSERT_TRUE(fixture.info);
  // ABIInternal: ax, bx, cx, di, si, r8, r9.
  auto name = fixture.find("main.greet", "name");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(name->text), "[r0]+0");
  EXPECT_EQ(oracle::shown(name->length), "r3");
  EXPECT_EQ(fixture.place("main.greet", "n"), "r2");
  EXPECT_EQ(fixture.place("main.greet", "xs[2]"), "[r5]+16");
  EXPECT_EQ(fixture.place("main.greet", "xs.len"), "r4");
  EXPECT_EQ(fixture.place("main.greet", "l.next.xs.len"), "[r9]+40+24");
}

}  // namespace
}  // namespace uproar
