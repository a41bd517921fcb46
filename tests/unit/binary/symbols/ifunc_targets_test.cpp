#include "binary/symbols/ifunc_targets.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

std::vector<uint64_t> targets_in(const std::string &path, const std::string &name) {
  auto file = ElfFile::open(path);
  EXPECT_TRUE(file.ok());
  auto symbols = (*file)->symbols();
  EXPECT_TRUE(symbols.ok());
  for (const ElfSymbol &each : **symbols) {
    if (each.name == name && each.is_ifunc) return ifunc_targets(**file, **symbols, each);
  }
  ADD_FAILURE() << "no IFUNC " << name;
  return {};
}

std::vector<uint64_t> sorted(std::vector<uint64_t> addresses) {
  std::sort(addresses.begin(), addresses.end());
  return addresses;
}

TEST(IfuncTargets, BothThatTheResolverChoosesFrom) {
  for (const char *name : {"pie", "nonpie", "static", "libtarget.so.1"}) {
    const std::string path = oracle::fixture(name);
    EXPECT_EQ(targets_in(path, "chosen"),
              sorted({oracle::address(path, "chosen_fast"), oracle::address(path, "chosen_slow")}))
        << name;
  }
}

TEST(IfuncTargets, AResolverThatLoadsNoneIsLookedThrough) {
  Workshop shop;
  shop.put("i.c",
           "static int one(int a) { return a + 1; } static int two(int "
           "a) { return a + 2; }\n"
           "typedef int call(int);\n"
           "static __attribute__((noinline)) call* inner(int n) { "
           "return n > 2 ? one : two; }\n"
           "static call* choose(void) { return "
           "inner(__builtin_ia32_rdtsc() & 7); }\n"
           "int picked(int a) __attribute__((ifunc(\"choose\")));\n"
           "int main(int n, char** v) { return picked(n); }\n");
  if (!shop.run("cc -O1 -fno-inline i.c -o prog")) GTEST_SKIP() << "no cc for x86";
  const std::string path = shop.path("prog");
  EXPECT_EQ(targets_in(path, "picked"), sorted({oracle::address(path, "one"), oracle::address(path, "two")}));
}

TEST(IfuncTargets, CodeThatIsNotInTheFileTellsNothing) {
  auto file = ElfFile::open(oracle::fixture("pie"));
  ASSERT_TRUE(file.ok());
  ElfSymbol lost;
  lost.name = "lost";
  lost.is_ifunc = true;
  lost.vaddr = 0x7f0000000000;
  auto symbols = (*file)->symbols();
  ASSERT_TRUE(symbols.ok());
  EXPECT_TRUE(ifunc_targets(**file, **symbols, lost).empty());
}

TEST(IfuncTargets, ByNameTheFortifiedVariantIsNone) {
  std::vector<ElfSymbol> symbols;
  uint64_t vaddr = 0x1000;
  for (const char *name :
       {"strlen", "__strlen_avx2", "__strlen_sse2", "__strlen_chk", "strlen_avx2.cold", "strlens"}) {
    ElfSymbol &each = symbols.emplace_back();
    each.name = name;
    each.vaddr = vaddr++;
    each.is_function = true;
  }
  EXPECT_EQ(ifunc_targets_by_name("strlen", symbols), (std::vector<uint64_t>{0x1001, 0x1002}));
}

}  // namespace
}  // namespace uproar
