#include "resolve/places/function_candidates.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kNoinline =
    "#define NI __attribute__((noinline))\n#define USE __asm__ volatile(\"\" ::: \"memory\")\n";

class FunctionCandidatesTest : public testing::Test {
 protected:
  // Empty, and the test is skipped, where the tool is missing.
  bool built(const std::string& tool, const std::string& command) {
    if (!Workshop::has(tool)) {
      skip_ = "no " + tool;
    } else if (!shop_.run(command)) {
      skip_ = tool + " cannot build this here";
    } else {
      return true;
    }
    return false;
  }
  FunctionCandidates find(const std::string& wanted) {
    auto file = ProbedFile::open(shop_.path("a"));
    EXPECT_TRUE(file.ok());
    auto symbols = file->elf().symbols();
    EXPECT_TRUE(symbols.ok());
    auto found = find_candidates(named_function(wanted), **symbols, *file, true);
    EXPECT_TRUE(found.ok()) << wanted;
    return found.ok() ? std::move(*found) : FunctionCandidates{};
  }
  Names names(const std::string& wanted) {
    Names names;
    for (const FunctionCandidate& each : find(wanted).code) names.push_back(each.symbol.name);
    std::sort(names.begin(), names.end());
    return names;
  }

  Workshop shop_;
  std::string skip_;
};

TEST(NamedFunction, AFileMayStandBeforeTheName) {
  EXPECT_EQ(named_function("a.c:helper").file, "a.c");
  EXPECT_EQ(named_function("a.c:helper").name, "helper");
  EXPECT_EQ(named_function("src/a.cc:n::f").file, "src/a.cc");
  EXPECT_EQ(named_function("src/a.cc:n::f").name, "n::f");
  EXPECT_EQ(named_function("n::f").file, "");
  EXPECT_EQ(named_function("n::f").name, "n::f");
  EXPECT_EQ(named_function("main.(*T).Do").name, "main.(*T).Do");
}

TEST_F(FunctionCandidatesTest, TheNameOfTheSourceIsNotThatOfTheSymbol) {
  shop_.put("a.c",
            std::string(kNoinline) +
                "extern int api(int) __asm__(\"api_v2_impl\");\nint api(int id) { USE; return id + 1; }\n"
                "int (*volatile fp)(int) = api; NI int user(int k) { return api(k); }\n"
                "int main(void) { return user(1) + fp(2); }\n");
  if (!built("gcc", "gcc -g -O2 -o a a.c")) GTEST_SKIP() << skip_;
  for (const char* name : {"api", "api_v2_impl"}) {
    const FunctionCandidates found = find(name);
    ASSERT_EQ(found.code.size(), 1u) << name;
    EXPECT_EQ(found.code[0].symbol.name, "api_v2_impl");
    EXPECT_EQ(found.inlined.size(), 1u) << name;
    EXPECT_EQ(found.groups, 1u);
  }
}

TEST_F(FunctionCandidatesTest, StaticFunctionsOfOneNameAreToldApartByTheirFiles) {
  const std::string helper = "static NI int helper(int n) { USE; return n; }\n";
  shop_.put("a.c", kNoinline + helper +
                       "int b_run(int); int main(int c, char **v) { return helper(c) + b_run(c); }\n");
  shop_.put("b.c", std::string(kNoinline) + "\n\nstatic NI int helper(int n) { USE; return n * 3; }\n" +
                       "int b_run(int n) { return helper(n) + helper(n + 1); }\n");
  struct Build {
    const char* tool;
    const char* command;
  };
  for (const Build& build :
       {Build{"gcc", "gcc -g -O1 -o a a.c b.c"}, Build{"gcc", "gcc -g -O2 -flto -o a a.c b.c"},
        Build{"clang", "clang -g -O2 -flto -fuse-ld=lld -o a a.c b.c"}}) {
    if (!built(build.tool, build.command)) continue;
    const FunctionCandidates both = find("helper");
    EXPECT_EQ(both.groups, 2u) << build.command;
    ASSERT_EQ(both.code.size(), 2u) << build.command;
    Names shown;
    for (const FunctionCandidate& each : both.code)
      shown.push_back(name_with_file(each, both.code, "helper"));
    std::sort(shown.begin(), shown.end());
    EXPECT_EQ(shown, (Names{"a.c:helper", "b.c:helper"})) << build.command;
    const FunctionCandidates one = find("b.c:helper");
    ASSERT_EQ(one.code.size(), 1u) << build.command;
    EXPECT_EQ(one.code[0].source->file.substr(one.code[0].source->file.size() - 3), "b.c");
    EXPECT_TRUE(find("c.c:helper").code.empty());
  }
}

TEST_F(FunctionCandidatesTest, OneFunctionOfAHeaderIsOneInAllUnits) {
  shop_.put("h.h", std::string(kNoinline) + "static NI int shared(int n) { USE; return n; }\n");
  shop_.put("a.c",
            "#include \"h.h\"\nint b_run(int); int main(int c, char **v) { return shared(c) + b_run(c); }\n");
  shop_.put("b.c", "#include \"h.h\"\nint b_run(int n) { return shared(n + 1); }\n");
  if (!built("gcc", "gcc -g -O1 -o a a.c b.c")) GTEST_SKIP() << skip_;
  EXPECT_EQ(find("shared").groups, 1u);
  EXPECT_EQ(find("shared").code.size(), 2u);
  ASSERT_TRUE(shop_.run("strip -g a"));
  EXPECT_EQ(find("shared").groups, 2u);  // nothing tells that they are the same
}

TEST_F(FunctionCandidatesTest, TheBodyIsBehindTheJumpTable) {
  shop_.put("a.c", std::string(kNoinline) +
                       "NI int target(int n) { USE; return n; } NI int other(int n) { USE; return -n; }\n"
                       "int (*volatile table[2])(int) = {target, other};\n"
                       "int main(int c, char **v) { return target(c) + table[c - 1](3); }\n");
  if (!built("clang", "clang -O1 -g -flto -fvisibility=hidden -fsanitize=cfi-icall -fuse-ld=lld -o a a.c"))
    GTEST_SKIP() << skip_;
  EXPECT_EQ(names("target"), Names{"target.cfi"});
  EXPECT_EQ(names("target.cfi"), Names{"target.cfi"});
  ASSERT_TRUE(shop_.run("strip -g a"));
  EXPECT_EQ(names("target"), Names{"target.cfi"});
}

TEST_F(FunctionCandidatesTest, VersionsForSeveralProcessorsAreOneFunction) {
  shop_.put("a.c",
            std::string(kNoinline) +
                "__attribute__((target_clones(\"avx2\", \"default\"))) int work(int n) { USE; return n; }\n"
                "int main(int c, char **v) { return work(c); }\n");
  for (const std::string tool : {"gcc", "clang"}) {
    if (!built(tool, tool + " -O1 -g -o a a.c")) continue;
    const FunctionCandidates found = find("work");
    EXPECT_EQ(found.groups, 1u) << tool;
    EXPECT_FALSE(found.code.empty()) << tool;
  }
}

TEST_F(FunctionCandidatesTest, NamespacesThatTheSourceNeedNotWrite) {
  shop_.put("a.cc", std::string(kNoinline) +
                        "namespace n { namespace { NI int hid(int z) { USE; return z; } }\n"
                        "inline namespace stable { NI int inl(int z) { USE; return z; } } }\n"
                        "int main(int c, char **) { return n::hid(c) + n::inl(c); }\n");
  for (const char* command : {"g++ -g -O1 -o a a.cc", "g++ -gdwarf-4 -O1 -o a a.cc"}) {
    if (!built("g++", command)) GTEST_SKIP() << skip_;
    EXPECT_EQ(names("n::hid"), Names{"_ZN1n12_GLOBAL__N_13hidEi"}) << command;
    EXPECT_EQ(names("n::inl"), Names{"_ZN1n6stable3inlEi"}) << command;
    EXPECT_EQ(names("n::stable::inl"), Names{"_ZN1n6stable3inlEi"}) << command;
  }
}

TEST_F(FunctionCandidatesTest, Fortran) {
  shop_.put("a.f90",
            "module shapes\ncontains\n subroutine Move(n)\n  integer :: n\n  print *, n\n end "
            "subroutine\nend module\n"
            "program prog\n use shapes\n call Move(3)\n call plain(4)\nend program\n"
            "subroutine plain(k)\n integer :: k\n print *, k\nend subroutine\n");
  if (!built("gfortran", "gfortran -g -O0 -o a a.f90")) GTEST_SKIP() << skip_;
  for (const char* name : {"shapes::move", "Shapes::Move", "move", "MOVE"})
    EXPECT_EQ(names(name), Names{"__shapes_MOD_move"}) << name;
  for (const char* name : {"plain", "Plain", "plain_"}) EXPECT_EQ(names(name), Names{"plain_"}) << name;
  EXPECT_EQ(names("prog"), Names{"MAIN__"});
}

TEST_F(FunctionCandidatesTest, Ada) {
  shop_.put("shop.ads",
            "package Shop is procedure Sell (N : Integer); function Sell return Integer; Sum : Integer := 0; "
            "end Shop;");
  shop_.put("shop.adb",
            "package body Shop is procedure Sell (N : Integer) is begin Sum := Sum + N; end Sell;\n"
            "function Sell return Integer is begin return Sum; end Sell; end Shop;");
  shop_.put(
      "a.adb",
      "with Shop; procedure A is begin Shop.Sell (3); if Shop.Sell > 5 then Shop.Sell (4); end if; end A;");
  if (!built("gnatmake", "gnatmake -q -g -O0 a.adb")) GTEST_SKIP() << skip_;
  for (const char* name : {"Shop.Sell", "shop.sell", "Sell"}) {
    EXPECT_EQ(names(name), (Names{"shop__sell", "shop__sell__2"})) << name;
    EXPECT_EQ(find(name).groups, 2u) << name;
  }
  EXPECT_EQ(names("shop__sell"), Names{"shop__sell"});
}

TEST_F(FunctionCandidatesTest, Pascal) {
  shop_.put("a.pas",
            "{$mode objfpc}\nprogram prog;\nprocedure Work(a: longint); begin writeln(a); end;\n"
            "type TThing = class procedure Run(n: longint); end;\nprocedure TThing.Run(n: longint); begin "
            "writeln(n); end;\n"
            "begin Work(5); TThing.Create.Run(7); end.\n");
  if (!built("fpc", "fpc -gw3 -oa a.pas")) GTEST_SKIP() << skip_;
  for (const char* name : {"Work", "work", "prog.Work"})
    EXPECT_EQ(names(name), Names{"P$PROG_$$_WORK$LONGINT"}) << name;
  EXPECT_EQ(names("TThing.Run"), Names{"P$PROG$_$TTHING_$__$$_RUN$LONGINT"});
}

TEST_F(FunctionCandidatesTest, D) {
  shop_.put(
      "a.d",
      "module shop.app;\nextern(C) int puts(const char*);\nclass Clerk { int k; int run(int n) { "
      "puts(\"r\"); return k + n; } }\n"
      "int work(int a) { puts(\"w\"); return a; }\nvoid main() { auto c = new Clerk; work(c.run(3)); }\n");
  if (!built("ldc2", "ldc2 -g -O0 a.d -of=a")) GTEST_SKIP() << skip_;
  for (const char* name : {"shop.app.work", "app.work", "work"})
    EXPECT_EQ(names(name), Names{"_D4shop3app4workFiZi"}) << name;
  EXPECT_EQ(names("Clerk.run"), Names{"_D4shop3app5Clerk3runMFiZi"});
}

TEST_F(FunctionCandidatesTest, MethodsOfGoThatAreInlined) {
  shop_.put("go.mod", "module a\ngo 1.17\n");
  shop_.put("main.go",
            "package main\ntype P struct{ X int }\nfunc (p *P) Move(dx int) { p.X += dx; sink(p.X) }\n"
            "//go:noinline\nfunc sink(v int) int { return v }\n"
            "//go:noinline\nfunc caller(p *P, k int) int { p.Move(k); return p.X }\n"
            "func main() { p := &P{5}; println(caller(p, 7)) }\n");
  if (!built("go", "HOME=$PWD GOFLAGS=-mod=mod GOCACHE=$PWD/cache go build -o a .")) GTEST_SKIP() << skip_;
  EXPECT_EQ(find("main.(*P).Move").inlined.size(), 1u);
  EXPECT_EQ(find("(*P).Move").inlined.size(), 1u);
}

}  // namespace
}  // namespace uproar
