// Where parameters are at the entry of functions of which the debug information tells a place in the frame.
#include <elf.h>
#include <gtest/gtest.h>

#include "support/compile.h"
#include "support/debug_fixture.h"

namespace uproar {
namespace {

constexpr std::string_view kSource = R"(
#define KEEP __attribute__((noinline))
struct pair { long a; double b; };
KEEP int usual(int a, double b, struct pair c) { return a + (int)b + (int)c.a; }
KEEP __attribute__((ms_abi)) int windows(int a, double b, long c) { return a + (int)b + (int)c; }
KEEP int ignores(int a, int b, int c) { return c; }
static KEEP int shrunk(int unused, int used) { return used * 3; }
int main(int n, char** v) { struct pair p = {n, n}; return usual(n, n, p) + windows(n, n, n) + ignores(n, n, n) + shrunk(7, n); }
)";

class DwarfPassed : public testing::Test {
 protected:
  bool build(const std::string& flags) {
    shop_.put("p.c", kSource);
    if (!shop_.run("cc -g " + flags + " p.c -o prog")) return false;
    auto opened = ElfFile::open(shop_.path("prog"));
    if (!opened.ok() || (*opened)->machine() != EM_X86_64) return false;
    fixture_.file = std::move(*opened);
    auto info = DebugInfo::open(*fixture_.file, {});
    if (!info.ok()) return false;
    fixture_.info = std::move(*info);
    return true;
  }

  Workshop shop_;
  oracle::DebugFixture fixture_{"there is none of this name"};
};

TEST_F(DwarfPassed, ByTheUsualConvention) {
  if (!build("-O0")) GTEST_SKIP() << "no cc for x86-64";
  EXPECT_EQ(fixture_.place("usual", "a"), "r5");
  EXPECT_EQ(fixture_.place("usual", "b"), "r17");
  EXPECT_EQ(fixture_.place("usual", "c.a"), "r4");
  EXPECT_EQ(fixture_.place("usual", "c.b"), "r18");
}

TEST_F(DwarfPassed, ByThatOfWindowsWhereTheCodeShowsIt) {
  if (!build("-O0")) GTEST_SKIP() << "no cc for x86-64";
  EXPECT_EQ(fixture_.place("windows", "a"), "r2");
  EXPECT_EQ(fixture_.place("windows", "c"), "r8");
}

TEST_F(DwarfPassed, ParametersThatTheCodeNeverReadsAreStillPassed) {
  if (!build("-O2")) GTEST_SKIP() << "no cc for x86-64";
  EXPECT_EQ(fixture_.place("ignores", "a"), "r5");
  EXPECT_EQ(fixture_.place("ignores", "c"), "r1");
}

// Where the compiler took a parameter away, nobody may say that another one is where it would have been.
TEST_F(DwarfPassed, AFunctionThatLostAParameterKeepsToNoConvention) {
  if (!build("-O2")) GTEST_SKIP() << "no cc for x86-64";
  const std::string place = fixture_.place("shrunk", "used");
  EXPECT_NE(place, "r4") << "the only parameter left comes in the first register, or as it was";
}

}  // namespace
}  // namespace uproar
