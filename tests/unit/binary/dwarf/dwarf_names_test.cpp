// Names of functions as people write them: means() and plain_name().
#include "binary/dwarf/dwarf_scopes.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfNames, APlainNameIsTheLastPart) {
  EXPECT_EQ(plain_name("area"), "area");
  EXPECT_EQ(plain_name("shop::area(int)"), "area");
  EXPECT_EQ(plain_name("shop::larger<shop::Item>"), "larger");
  EXPECT_EQ(plain_name("shop::Box<a::b>::get"), "get");
  EXPECT_EQ(plain_name("(anonymous namespace)::f"), "f");
  EXPECT_EQ(plain_name("app::Foo::operator()(int)"), "operator()");
  EXPECT_EQ(plain_name("main.work"), "main.work");
}

TEST(DwarfNames, AFunctionIsMeantByEachOfItsNames) {
  DwarfFixture fixture("o1");
  Dwarf_Die run = fixture.function("run");
  for (const char* wanted : {"run", "Clerk::run", "shop::Clerk::run", "run(int)", "shop::Clerk::run( int )",
                             "_ZN4shop5Clerk3runEi"})
    EXPECT_TRUE(means(wanted, run, fixture.types)) << wanted;
  for (const char* wanted : {"", "un", "lerk::run", "other::run", "run(long)", "run()", "shop::Clerk"})
    EXPECT_FALSE(means(wanted, run, fixture.types)) << wanted;
}

TEST(DwarfNames, HowMuchOfANameIsGiven) {
  DwarfFixture fixture("o1");
  Dwarf_Die run = fixture.function("run");
  auto fit = [&](const char* wanted) { return WantedDie(wanted).fit(run, fixture.types); };
  EXPECT_EQ(fit("shop::Clerk::run"), NameFit::Whole);
  EXPECT_EQ(fit("::shop::Clerk::run(int)"), NameFit::Whole);
  EXPECT_EQ(fit("_ZN4shop5Clerk3runEi"), NameFit::Whole);
  EXPECT_EQ(fit("Clerk::run"), NameFit::Scoped);
  EXPECT_EQ(fit("run() const"), NameFit::None);
}

TEST(DwarfNames, ReceiversOfGoAreNoParameters) {
  EXPECT_EQ(plain_name("main.(*Point).Move"), "main.(*Point).Move");
  EXPECT_EQ(plain_name("(*Point).Move"), "(*Point).Move");
}

}  // namespace
}  // namespace uproar
