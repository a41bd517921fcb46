#include "binary/symbols/symbol_sources.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "binary/elf/elf_handle.h"
#include "support/compile.h"

namespace uproar {
namespace {

// A program with a function that only .symtab names, and what is left of it.
class SymbolSources : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("p.c",
              "static __attribute__((noinline,used)) int inner(int a) { return a + 1; }\n"
              "int main(int n, char** v) { return inner(n); }\n");
    if (!shop_.run("cc -O1 -Wl,--build-id p.c -o prog && objcopy --only-keep-debug prog prog.debug && "
                   "cp prog bare && strip bare"))
      GTEST_SKIP() << "no cc or binutils";
  }
  GatheredSymbols gather(const std::string& name) {
    auto file = ElfFile::open(shop_.path(name));
    auto opened = open_elf(shop_.path(name));
    EXPECT_TRUE(file.ok() && opened);
    auto gathered = gather_symbols(**file, opened->elf.get());
    EXPECT_TRUE(gathered.ok());
    return gathered.ok() ? *std::move(gathered) : GatheredSymbols{};
  }
  static size_t count(const GatheredSymbols& symbols, const std::string& name) {
    return static_cast<size_t>(std::count_if(symbols.tables.defined.begin(), symbols.tables.defined.end(),
                                             [&](const ElfSymbol& each) { return each.name == name; }));
  }

  Workshop shop_;
};

TEST_F(SymbolSources, AFileWithItsOwnTableAsksNobodyElse) {
  const GatheredSymbols symbols = gather("prog");
  EXPECT_EQ(count(symbols, "inner"), 1u);
  EXPECT_TRUE(symbols.origin.debug_file.empty());
  EXPECT_TRUE(symbols.origin.tried.empty());
}

TEST_F(SymbolSources, AStrippedOneHasThemFromItsDebugFile) {
  EXPECT_EQ(count(gather("bare"), "inner"), 0u);
  EXPECT_FALSE(gather("bare").origin.tried.empty());
  ASSERT_TRUE(shop_.run("objcopy --add-gnu-debuglink=prog.debug bare"));
  const GatheredSymbols symbols = gather("bare");
  EXPECT_EQ(count(symbols, "inner"), 1u);
  EXPECT_EQ(symbols.origin.debug_file, shop_.path("prog.debug"));
}

TEST_F(SymbolSources, ADebugFileOfAnotherBuildIsNamedAndNotUsed) {
  shop_.put("q.c", "int main(void) { return 3; }\n");
  ASSERT_TRUE(
      shop_.run("cc -O1 -Wl,--build-id q.c -o other && objcopy --only-keep-debug other prog.debug && "
                "objcopy --add-gnu-debuglink=prog.debug bare"));
  const GatheredSymbols symbols = gather("bare");
  EXPECT_EQ(count(symbols, "inner"), 0u);
  EXPECT_FALSE(symbols.origin.mismatch.empty());
}

TEST_F(SymbolSources, MiniDebugInformationHasTheFunctions) {
  if (!Workshop::has("xz")) GTEST_SKIP() << "no xz";
  ASSERT_TRUE(
      shop_.run("objcopy -S --keep-symbol=inner prog.debug mini && xz -k mini && "
                "objcopy --add-section .gnu_debugdata=mini.xz bare"));
  const GatheredSymbols symbols = gather("bare");
  EXPECT_TRUE(symbols.origin.mini_debug_info);
  EXPECT_EQ(count(symbols, "inner"), 1u);
}

TEST_F(SymbolSources, DamagedMiniDebugInformationIsLeftOut) {
  shop_.put("mini.xz", "this is not xz");
  ASSERT_TRUE(shop_.run("objcopy --add-section .gnu_debugdata=mini.xz bare"));
  const GatheredSymbols symbols = gather("bare");
  EXPECT_FALSE(symbols.origin.mini_debug_info);
  EXPECT_EQ(count(symbols, "inner"), 0u);
}

TEST_F(SymbolSources, ServersAreNotAskedWhereSomethingIsKnown) {
  auto file = ElfFile::open(shop_.path("prog"));
  ASSERT_TRUE(file.ok());
  GatheredSymbols symbols = gather("prog");
  const size_t before = symbols.tables.defined.size();
  add_symbols_of_servers(**file, symbols);
  EXPECT_EQ(symbols.tables.defined.size(), before);
  EXPECT_TRUE(symbols.origin.tried.empty());
}

}  // namespace
}  // namespace uproar
