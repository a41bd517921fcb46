// Parameters at the first instruction of functions whose frame is told by something that is set later.
#include <gtest/gtest.h>

#include "support/compile.h"
#include "support/debug_fixture.h"

namespace uproar {
namespace {

class DwarfEntry : public testing::Test {
 protected:
  // False: it cannot be compiled here.
  bool compile(const std::string& command, const std::string& name, std::string_view source) {
    shop_.put(name, source);
    if (!shop_.run(command + " -w -o program " + name)) return false;
    auto opened = ElfFile::open(shop_.path("program"));
    if (!opened.ok()) return false;
    fixture_ = std::make_unique<oracle::DebugFixture>("");
    fixture_->file = std::move(*opened);
    auto read = DebugInfo::open(*fixture_->file, {});
    if (!read.ok()) return false;
    fixture_->info = std::move(*read);
    return true;
  }
  std::string place(const std::string& function, const std::string& name) {
    return fixture_->place(function, name);
  }

  Workshop shop_;
  std::unique_ptr<oracle::DebugFixture> fixture_;
};

constexpr std::string_view kFrames = R"(
#include <string.h>
#include <alloca.h>
typedef float v8 __attribute__((vector_size(32)));
struct big { long a[5]; };
#define KEEP __attribute__((noinline))
KEEP int aligned(int id, const char *name) { int t[8] __attribute__((aligned(64))); memset(t, 1, sizeof t); return id + name[0] + t[3]; }
KEEP int and_alloca(int id, const char *name) { int t[8] __attribute__((aligned(64))); char *p = alloca(id + 100); memset(t, 1, sizeof t); memset(p, 2, 8); return id + name[0] + t[3] + p[0]; }
KEEP int vector(int id, const char *name, v8 *v) { v8 a = *v; a += a; *v = a; return id + name[0]; }
KEEP long seventh(long a, long b, long c, long d, long e, long f, long g) { int t[8] __attribute__((aligned(64))); t[0] = 1; long was = g + f; return d + was + t[0]; }
KEEP struct big result(int id, const char *name) { struct big b = {{id, name[0]}}; int t[8] __attribute__((aligned(64))); t[1] = 1; b.a[2] = t[1]; return b; }
KEEP int large(int id) { char room[20000]; memset(room, id, sizeof room); return id + room[4]; }
KEEP int kept(register int id, register const char *name) { return id + name[0] + strlen(name); }
KEEP int escapes(int id, const char *name) { char b[32]; memcpy(b, &id, 4); return b[0] + name[0]; }
__attribute__((noinline, ms_abi)) int ms(int a, const char *s, double d, long c, long e) { return a + s[0] + c + (int)d + e; }
int main(int n, char **v) { v8 a = {1}; return aligned(n, *v) + and_alloca(n, *v) + vector(n, *v, &a) + seventh(1, 2, 3, 4, 5, 6, 7) + result(n, *v).a[0] + large(n) + kept(n, *v) + escapes(n, *v) + ms(n, *v, 1, 2, 3); }
)";

const std::vector<std::string> kCompilers = {
    "gcc -g -O0",
    "gcc -g -O0 -fsanitize=address",
    "gcc -g -O0 -fstack-clash-protection",
    "gcc -g -O0 -pg",
    "gcc -g -O0 -fomit-frame-pointer",
    "gcc -g -Og",
    "clang -g -O0",
    "clang -g -O0 -fomit-frame-pointer",
    "clang -g -O0 -fsanitize=address",
    "clang -g -O1",
    "gcc -gdwarf-2 -O0",
    "gcc -gdwarf-2 -gstrict-dwarf -O1",
};

TEST_F(DwarfEntry, ParametersAreWhereTheConventionHasThemWhateverTheFrameIs) {
  int compiled = 0;
  for (const std::string& compiler : kCompilers) {
    if (!compile(compiler, "frames.c", kFrames)) continue;
    ++compiled;
    SCOPED_TRACE(compiler);
    for (const char* function : {"aligned", "and_alloca", "vector", "kept", "escapes"}) {
      SCOPED_TRACE(function);
      EXPECT_EQ(place(function, "id"), "r5");
      EXPECT_EQ(place(function, "name"), "r4");
    }
    EXPECT_EQ(place("vector", "v"), "r1");
    EXPECT_EQ(place("seventh", "f"), "r9");
    EXPECT_EQ(place("seventh", "g"), "[r7]+8");
    EXPECT_EQ(place("large", "id"), "r5");
    EXPECT_EQ(place("result", "id"), "r4");  // the room for the result is passed first
    EXPECT_EQ(place("result", "name"), "r1");
    EXPECT_EQ(place("ms", "a"), "r2");
    EXPECT_EQ(place("ms", "s"), "r1");
    EXPECT_EQ(place("ms", "c"), "r9");
    EXPECT_EQ(place("ms", "e"), "[r7]+40");
  }
  if (compiled == 0) GTEST_SKIP() << "neither gcc nor clang";
}

// The frame base of DWARF 2 is a list, which is right at each instruction.
TEST_F(DwarfEntry, PackedEnumerationsOfEveryVersion) {
  constexpr std::string_view kPacked = R"(
enum narrow { low = 1, high = 250 } __attribute__((packed)); enum wide { minus = -3, plus = 4 };
__attribute__((noinline)) int use(enum narrow c, enum wide n, enum narrow *p) { return c + n + *p; }
int main(int n, char **v) { enum narrow c = high; return use(c, minus, &c); }
)";
  int compiled = 0;
  for (const char* compiler : {"gcc", "clang"}) {
    for (const char* version : {" -gdwarf-2", " -gdwarf-2 -gstrict-dwarf", " -gdwarf-3", " -gdwarf-5"}) {
      if (!compile(std::string(compiler) + version + " -O0", "packed.c", kPacked)) continue;
      ++compiled;
      SCOPED_TRACE(std::string(compiler) + version);
      EXPECT_EQ(place("use", "c"), "r5");
      EXPECT_EQ(place("use", "n"), "r4");
      EXPECT_EQ(place("use", "p"), "r1");
      EXPECT_FALSE(fixture_->find("use", "c")->shape.is_signed);
      EXPECT_TRUE(fixture_->find("use", "n")->shape.is_signed);
      EXPECT_FALSE(fixture_->find("use", "*p")->shape.is_signed);
    }
  }
  if (compiled == 0) GTEST_SKIP() << "neither gcc nor clang";
}

TEST_F(DwarfEntry, LocalsHaveNoValueYet) {
  for (const char* compiler : {"gcc -g -O0", "clang -g -O0"}) {
    if (!compile(compiler, "frames.c", kFrames)) continue;
    EXPECT_EQ(place("aligned", "t"), "has no value yet at the function's entry") << compiler;
    EXPECT_EQ(place("and_alloca", "p"), "has no value yet at the function's entry") << compiler;
  }
}

TEST_F(DwarfEntry, WhichPositionsOfTheWindowsConventionHoldFloats) {
  int compiled = 0;
  for (const std::string& compiler : kCompilers) {
    if (!compile(compiler, "frames.c", kFrames)) continue;
    ++compiled;
    auto positions = [&](const std::string& function) {
      auto instances = fixture_->info->instances(function);
      auto found = fixture_->info->windows_positions(instances->front().entry);
      return found.ok() ? *found : std::nullopt;
    };
    EXPECT_EQ(positions("ms"), (std::vector<bool>{false, false, true, false, false})) << compiler;
    EXPECT_FALSE(positions("aligned")) << compiler;
    EXPECT_FALSE(positions("seventh")) << compiler;
  }
  if (compiled == 0) GTEST_SKIP() << "neither gcc nor clang";
}

TEST_F(DwarfEntry, InsideOfTheFirstInstructionsTheFrameIsNotBelieved) {
  if (!compile("gcc -g -O0 -fcf-protection=none", "frames.c", kFrames)) GTEST_SKIP() << "no gcc";
  const uint64_t entry = fixture_->info->instances("aligned")->front().entry;
  // push %rbp; mov %rsp,%rbp; and …,%rsp; add …,%rsp; mov %edi,0x3c(%rsp); mov %rsi,0x30(%rsp)
  auto at = [&](uint64_t distance, const std::string& name) {
    auto found = fixture_->find_at({entry + distance, "aligned"}, name);
    return found.ok() ? oracle::shown(found->place) : found.error().message;
  };
  EXPECT_EQ(at(4, "id"), "r5");
  EXPECT_EQ(at(12, "name"), "r4");
  EXPECT_EQ(at(16, "id"), "[r7]+60");
  EXPECT_EQ(at(16, "name"), "r4");
  EXPECT_EQ(at(4, "t"), "is kept in a frame that is not made yet there");
}

constexpr std::string_view kAssigned = R"(
#define KEEP __attribute__((noinline))
KEEP int changed(int id, const char *name, int a, int b, int c, int d, int seventh) { int was = id * seventh; id = seventh; seventh = b; return was + id + name[0] + a + b + c + d + seventh; }
KEEP long swapped(long a, long b) { long t = a; a = b; b = t; return a * 3 - b; }
int main(int n, char **v) { return changed(n, *v, 2, 3, 4, 5, 6) + swapped(n, 2); }
)";

TEST_F(DwarfEntry, WhatAFunctionAssignsAtOnceIsNotWhatWasPassed) {
  int compiled = 0;
  for (const std::string compiler : {"gcc", "clang"}) {
    for (const char* level : {" -g -O0", " -g -Og", " -g -O1", " -g -O2"}) {
      if (!compile(compiler + level, "assigned.c", kAssigned)) continue;
      ++compiled;
      SCOPED_TRACE(compiler + level);
      EXPECT_EQ(place("changed", "id"), "r5");
      EXPECT_EQ(place("changed", "b"), "r2");
      EXPECT_EQ(place("changed", "seventh"), "[r7]+8");
      EXPECT_EQ(place("swapped", "a"), "r5");
      EXPECT_EQ(place("swapped", "b"), "r4");
    }
  }
  if (compiled == 0) GTEST_SKIP() << "neither gcc nor clang";
}

TEST_F(DwarfEntry, ACopyOfAFunctionHasNotTheParametersOfItsSource) {
  constexpr std::string_view kCopied = R"(
static __attribute__((noinline)) int taken(int id, const char *name, long unused) { return id + name[0]; }
int main(int n, char **v) { char name[] = "name"; int sum = 0; for (int i = 0; i < 3; ++i) sum += taken(-n, name, i); return sum; }
)";
  if (!compile("gcc -g -O2", "copied.c", kCopied)) GTEST_SKIP() << "no gcc";
  EXPECT_EQ(place("taken", "id"), "r5");
  EXPECT_NE(place("taken", "name"), "r4");  // the character itself comes there
  EXPECT_NE(place("taken", "name"), "r1");
}

TEST_F(DwarfEntry, AFunctionWithoutPrototypeGetsItsFloatAsADouble) {
  if (!compile(
          "gcc -std=gnu89 -g -O0", "old.c",
          "int old(id, f) int id; float f; { return id + (int)f; } int main() { return old(1, 2.5f); }")) {
    GTEST_SKIP() << "no gcc";
  }
  EXPECT_EQ(place("old", "id"), "r5");
  EXPECT_EQ(place("old", "f"), "has no value yet at the function's entry");
}

}  // namespace
}  // namespace uproar
