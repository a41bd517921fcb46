#include "binary/dwarf/dwarf_globals.h"

#include <gtest/gtest.h>

#include "binary/dwarf/debug_info.h"
#include "support/compile.h"

namespace uproar {
namespace {

// A program made of files, asked what a name means in one of its functions.
struct Program {
  Workshop shop;
  std::unique_ptr<ElfFile> file;
  std::unique_ptr<DebugInfo> info;

  bool make(const std::string& command) {
    if (!shop.run(command + " -o a")) return false;
    auto opened = ElfFile::open(shop.path("a"));
    if (!opened.ok()) return false;
    file = std::move(*opened);
    auto read = DebugInfo::open(*file, {});
    if (read.ok()) info = std::move(*read);
    return info != nullptr;
  }

  // "static 0x4010" for a place of the file, "symbol NAME", "is N", why there is none, or what it may mean.
  std::string meaning(const std::string& function, const std::string& name) {
    auto at = info->instances(function);
    if (!at.ok() || at->empty()) return "no function";
    VariableFault fault;
    auto found = info->find_value({at->front().entry, function}, name, {}, fault);
    if (!found.ok()) {
      std::string text = fault.kind == VariableFault::Kind::Ambiguous ? "one of" : "none";
      for (const std::string& each : fault.names) {
        if (fault.kind == VariableFault::Kind::Ambiguous) text += " " + each;
      }
      return text;
    }
    const ValueLocation& place = found->place;
    if (place.kind == ValueLocation::Kind::Unavailable) return place.why;
    if (place.kind == ValueLocation::Kind::Constant) return "is " + std::to_string(place.constant);
    if (!place.symbol.empty()) return "symbol " + place.symbol;
    if (!place.base_is_static) return "local";
    auto bytes = file->section_bytes(".data", size_t{1} << 20);
    for (const ElfSection& each : file->sections()) {
      for (const LoadSegment& segment : file->segments()) {
        const uint64_t offset = place.static_vaddr - segment.vaddr + segment.file_offset;
        const bool inside = place.static_vaddr >= segment.vaddr && offset >= each.file_offset &&
                            offset - each.file_offset < each.size && each.name == ".data";
        if (inside && bytes) return "holds " + std::to_string((*bytes)[offset - each.file_offset]);
      }
    }
    return "static";
  }
};

#define KEEP "__attribute__((noinline, noipa)) "

TEST(DwarfGlobals, AStaticThatWasRemovedHidesThoseOfOtherFiles) {
  for (const char* compiler : {"gcc", "clang"}) {
    if (!Workshop::has(compiler)) continue;
    Program program;
    program.shop.put("one.c",
                     "static int counter = 11; " KEEP "int one(int n) { counter += n; return counter; }");
    program.shop.put("two.c", "static int counter = 22; " KEEP
                              "int two(int n) { return n + counter; } "
                              "int one(int n); int main() { return one(1) + two(2); }");
    ASSERT_TRUE(program.make(std::string(compiler) + " -O1 -g one.c two.c"));
    EXPECT_EQ(program.meaning("one", "counter"), "holds 11") << compiler;
    const std::string two = program.meaning("two", "counter");
    EXPECT_TRUE(two == "was optimised out" || two == "is 22") << compiler << ": " << two;
    ASSERT_TRUE(program.make(std::string(compiler) + " -O0 -g one.c two.c"));
    EXPECT_EQ(program.meaning("two", "counter"), "holds 22") << compiler;
  }
}

TEST(DwarfGlobals, StaticsOfOtherFilesAreToldApart) {
  Program program;
  program.shop.put("one.c", "static int level = 1; int only = 5; int one(void) { return level++; }");
  program.shop.put("two.c",
                   "static int level = 2; static int lone = 3; int two(void) { return level++ + lone++; }");
  program.shop.put("use.c", KEEP
                   "int use(int n) { __asm__ volatile(\"\"); return n; } int one(void), two(void); "
                   "int main() { return use(1) + one() + two(); }");
  ASSERT_TRUE(program.make("gcc -O1 -g one.c two.c use.c"));
  EXPECT_EQ(program.meaning("use", "level"), "one of one.c:level two.c:level");
  EXPECT_EQ(program.meaning("use", "one.c:level"), "holds 1");
  EXPECT_EQ(program.meaning("use", "two.c:level"), "holds 2");
  EXPECT_EQ(program.meaning("one", "two.c:level"), "holds 2");
  EXPECT_EQ(program.meaning("use", "wo.c:level"), "none");
  EXPECT_EQ(program.meaning("use", "lone"), "holds 3");
  EXPECT_EQ(program.meaning("use", "only"), "holds 5");
}

TEST(DwarfGlobals, WhatIsExportedComesBeforeStaticsOfOtherFiles) {
  Program program;
  program.shop.put("one.c", "static int level = 1; int one(void) { return level++; }");
  program.shop.put("two.c", "int level = 2; int two(void) { return level++; }");
  program.shop.put("use.c", KEEP
                   "int use(int n) { __asm__ volatile(\"\"); return n; } int one(void), two(void); "
                   "int main() { return use(1) + one() + two(); }");
  ASSERT_TRUE(program.make("gcc -O1 -g one.c two.c use.c"));
  EXPECT_EQ(program.meaning("use", "level"), "holds 2");
  EXPECT_EQ(program.meaning("one", "level"), "holds 1");
}

TEST(DwarfGlobals, ADeclarationLeadsToTheOtherFileOrToTheSymbol) {
  Program program;
  program.shop.put("def.c", "int there = 7;");
  program.shop.put("bare.c", "int bare = 8;");
  program.shop.put("use.c", "extern int there, bare; static int hidden_there; " KEEP
                            "int use(int n) { extern int bare; return n + there + bare + hidden_there++; } "
                            "int main() { return use(1); }");
  ASSERT_TRUE(program.make("gcc -c -O1 bare.c && gcc -O1 -g def.c use.c bare.o"));
  EXPECT_EQ(program.meaning("use", "there"), "holds 7");
  EXPECT_EQ(program.meaning("use", "bare"), "symbol bare");
  EXPECT_EQ(program.meaning("use", "nothing"), "none");
}

TEST(DwarfGlobals, NamespacesAreSearchedFromTheFunctionOutwards) {
  Program program;
  program.shop.put(
      "ns.cc",
      "int x = 1; namespace a { int x = 2; namespace { int y = 3; } " KEEP
      "int f(int n) { return n + x++ + y++; } struct S { static int z; int g(int n); }; int S::z = 4; " KEEP
      "int S::g(int n) { return n + z++; } } namespace b { int x = 5; int w = 6; } namespace c { int w = 9; "
      "} " KEEP
      "int h(int n) { return n + x++ + b::x++ + b::w++ + c::w++; } "
      "int main() { a::S s; return a::f(1) + s.g(2) + h(3); }");
  ASSERT_TRUE(program.make("g++ -O1 -g ns.cc"));
  EXPECT_EQ(program.meaning("a::f", "x"), "holds 2");
  EXPECT_EQ(program.meaning("a::f", "::x"), "holds 1");
  EXPECT_EQ(program.meaning("a::f", "b::x"), "holds 5");
  EXPECT_EQ(program.meaning("a::f", "y"), "holds 3");
  EXPECT_EQ(program.meaning("h", "x"), "holds 1");
  EXPECT_EQ(program.meaning("h", "y"), "holds 3");
  EXPECT_EQ(program.meaning("h", "w"), "one of b::w c::w");
  EXPECT_EQ(program.meaning("a::S::g", "z"), "holds 4");
}

TEST(DwarfGlobals, WhereAFunctionIsInlinedItsFileCountsNotTheCaller) {
  Program program;
  program.shop.put("in.c",
                   "static int level = 1; static inline __attribute__((always_inline)) int in(int n) "
                   "{ __asm__ volatile(\"\" :: \"r\"(n)); return n + level++; } " KEEP
                   "int outer(int level) { return in(level + 2) + level; } int main() { return outer(3); }");
  ASSERT_TRUE(program.make("gcc -O1 -g in.c"));
  EXPECT_EQ(program.meaning("in", "level"), "holds 1");
}

TEST(DwarfGlobals, LinkTimeOptimisationKeepsTheFilesApart) {
  Program program;
  program.shop.put("one.c",
                   "static int level = 1; int all = 3; " KEEP "int one(int n) { level += n; return level; }");
  program.shop.put("two.c", "static int level = 2; extern int all; " KEEP
                            "int two(int n) { level += n + all++; return level; } int one(int n); "
                            "int main() { return one(1) + two(2); }");
  ASSERT_TRUE(program.make("gcc -O1 -g -flto one.c two.c"));
  EXPECT_EQ(program.meaning("one", "level"), "holds 1");
  EXPECT_EQ(program.meaning("two", "level"), "holds 2");
  EXPECT_EQ(program.meaning("two", "all"), "holds 3");
}

TEST(DwarfGlobals, UnitsThatShareTheirDeclarations) {
  if (!Workshop::has("dwz")) GTEST_SKIP() << "dwz is not installed";
  Program program;
  program.shop.put(
      "t.h",
      "struct big { long a, b, c, d; char name[40]; struct big *next; }; extern struct big shared; "
      "extern int total; static int own;");
  program.shop.put("one.c", "#include \"t.h\"\n struct big shared = {11}; int total = 12; " KEEP
                            "long one(int n) { own += n; return shared.a + total + own; }");
  program.shop.put("two.c", "#include \"t.h\"\n" KEEP
                            "long two(int n) { own += n; shared.b++; return total++ + own; } "
                            "long one(int n); int main() { return one(1) + two(2); }");
  ASSERT_TRUE(program.make("gcc -O1 -g one.c two.c -o b && dwz b"));
  EXPECT_EQ(program.meaning("two", "total"), "holds 12");
  EXPECT_EQ(program.meaning("one", "shared"), "holds 11");
  EXPECT_EQ(program.meaning("two", "shared"), "holds 11");
}

TEST(DwarfGlobals, WhatProgramsShareIsReadFromTheirCommonFile) {
  if (!Workshop::has("dwz")) GTEST_SKIP() << "dwz is not installed";
  Program program;
  program.shop.put(
      "t.h",
      "struct big { long a, b, c, d; char name[40]; struct big *next; }; extern struct big shared; "
      "extern int total; static inline __attribute__((always_inline)) int in(int which) { "
      "__asm__ volatile(\"\" :: \"r\"(which)); return which + total; }");
  program.shop.put("one.c", "#include \"t.h\"\n struct big shared = {11}; int total = 12; " KEEP
                            "long one(int n) { return shared.a + in(n); } int main() { return one(1); }");
  ASSERT_TRUE(program.make(
      "gcc -O1 -g one.c -o b && gcc -O1 -g -DOTHER one.c -o c && dwz -m common b c && cp b a && : "));
  EXPECT_EQ(program.meaning("one", "total"), "holds 12");
  EXPECT_EQ(program.meaning("one", "shared"), "holds 11");
  auto calls = program.info->instances("in");
  ASSERT_TRUE(calls.ok());
  ASSERT_EQ(calls->size(), 1u);
  EXPECT_TRUE(calls->front().is_inlined);
  // Of another build it is never used, and what is missing is told.
  ASSERT_TRUE(program.shop.run("mv common kept"));
  auto file = ElfFile::open(program.shop.path("a"));
  auto without = DebugInfo::open(**file, {});
  ASSERT_TRUE(without.ok());
  VariableFault fault;
  auto lost = (*without)->find_value({calls->front().entry, "in"}, "nothing", {}, fault);
  ASSERT_FALSE(lost.ok());
  EXPECT_NE(lost.error().message.find("common, which cannot be read"), std::string::npos)
      << lost.error().message;
}

}  // namespace
}  // namespace uproar
