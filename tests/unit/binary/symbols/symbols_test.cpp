#include "binary/symbols/symbols.h"

#include <gtest/gtest.h>

#include <ctime>

#include "support/elf_oracle.h"

namespace uproar {
namespace {

ElfSymbol function(std::string name, uint64_t vaddr, uint64_t size, bool is_global = true) {
  ElfSymbol symbol;
  symbol.name = std::move(name);
  symbol.vaddr = vaddr;
  symbol.size = size;
  symbol.is_function = true;
  symbol.is_global = is_global;
  return symbol;
}

ElfSymbol object(std::string name, uint64_t vaddr) {
  ElfSymbol symbol = function(std::move(name), vaddr, 8);
  symbol.is_function = false;
  symbol.is_object = true;
  return symbol;
}

std::string name_at(const std::vector<ElfSymbol>& symbols, uint64_t vaddr) {
  const ElfSymbol* symbol = function_at(symbols, vaddr);
  return symbol ? symbol->name : "";
}

TEST(Symbols, OneSymbolForEachAddressOfAName) {
  std::vector<ElfSymbol> symbols = {function("init", 0x10, 4, false), function("main", 0x20, 4),
                                    function("init", 0x30, 4, false)};
  auto found = find_by_name(symbols, "init");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]->vaddr, 0x10u);
  EXPECT_EQ(found[1]->vaddr, 0x30u);
  EXPECT_TRUE(find_by_name(symbols, "ini").empty());
}

TEST(Symbols, AddressOutsideEveryFunctionHasNone) {
  std::vector<ElfSymbol> symbols = {function("a", 0x10, 4), function("b", 0x20, 4)};
  EXPECT_EQ(name_at(symbols, 0x0f), "");
  EXPECT_EQ(name_at(symbols, 0x10), "a");
  EXPECT_EQ(name_at(symbols, 0x13), "a");
  EXPECT_EQ(name_at(symbols, 0x14), "");
  EXPECT_EQ(name_at(symbols, 0x24), "");
}

TEST(Symbols, FunctionWithoutSizeHoldsWhatFollows) {
  std::vector<ElfSymbol> symbols = {function("sized", 0x10, 4), function("unsized", 0x20, 0),
                                    function("next", 0x30, 4)};
  EXPECT_EQ(name_at(symbols, 0x2f), "unsized");
  EXPECT_EQ(name_at(symbols, 0x34), "");
  EXPECT_EQ(name_at(symbols, 0x18), "");
}

TEST(Symbols, FunctionAroundSmallerOnesIsFound) {
  std::vector<ElfSymbol> symbols = {function("outer", 0x10, 0x100), function("inner", 0x20, 4),
                                    object("data", 0x28)};
  EXPECT_EQ(name_at(symbols, 0x22), "inner");
  EXPECT_EQ(name_at(symbols, 0x30), "outer");
}

TEST(Symbols, BestNameOfAliases) {
  EXPECT_EQ(name_at({function("__b", 1, 1), function("a", 1, 1, false)}, 1), "__b");
  EXPECT_EQ(name_at({function("__a", 1, 1), function("_bbb", 1, 1)}, 1), "_bbb");
  EXPECT_EQ(name_at({function("aaa", 1, 1), function("bb", 1, 1)}, 1), "bb");
  EXPECT_EQ(name_at({function("ba", 1, 1), function("ab", 1, 1)}, 1), "ab");
}

TEST(Symbols, EveryFunctionOfAFixtureFindsItself) {
  std::string path = oracle::fixture("static");
  auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok());
  const auto& symbols = **(*file)->symbols();
  for (const char* name : {"main", "add_three", "printf", "malloc"}) {
    uint64_t vaddr = oracle::address(path, name);
    if (vaddr == 0) continue;
    const ElfSymbol* found = function_at(symbols, vaddr);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->vaddr, vaddr) << name;
  }
}

std::vector<ElfSymbol> readline_library() {
  std::vector<ElfSymbol> symbols;
  uint64_t vaddr = 0x1000;
  for (const char* name : {"readline", "readline_internal", "rl_readline_name", "readlink", "add_history",
                           "xmalloc", "_init", "bash_initialize_history", "__errno_location"}) {
    symbols.push_back(function(name, vaddr, 16));
    vaddr += 16;
  }
  symbols.push_back(object("readline_data", vaddr));
  return symbols;
}

using Names = std::vector<std::string>;

TEST(Symbols, WrongLettersAreForgiven) {
  EXPECT_EQ(near_names(readline_library(), "readlin", 2), (Names{"readline", "readlink"}));
  EXPECT_EQ(near_names(readline_library(), "raedline", 1), (Names{"readline"}));
  EXPECT_EQ(near_names(readline_library(), "add_histroy", 1), (Names{"add_history"}));
}

TEST(Symbols, CaseAndUnderscoresAreForgiven) {
  EXPECT_EQ(near_names(readline_library(), "ReadLine", 1), (Names{"readline"}));
  EXPECT_EQ(near_names(readline_library(), "_xmalloc", 1), (Names{"xmalloc"}));
  EXPECT_EQ(near_names(readline_library(), "errno_location", 1), (Names{"__errno_location"}));
}

TEST(Symbols, NamesThatGoOnAreOffered) {
  EXPECT_EQ(near_names(readline_library(), "bash_init", 3), (Names{"bash_initialize_history"}));
}

TEST(Symbols, NothingNearIsNothing) {
  EXPECT_TRUE(near_names(readline_library(), "completely_different").empty());
  EXPECT_TRUE(near_names(readline_library(), "").empty());
  EXPECT_TRUE(near_names({}, "x").empty());
}

TEST(Symbols, DataIsNoFunctionThatWasMeant) {
  for (const std::string& name : near_names(readline_library(), "readline_dat", 9))
    EXPECT_NE(name, "readline_data");
}

TEST(Symbols, NamesWithControlBytesAreNotOffered) {
  EXPECT_TRUE(near_names({function("read\x1bline", 1, 1)}, "readline").empty());
}

TEST(Symbols, LargeTableIsSearchedAtOnce) {
  std::vector<ElfSymbol> symbols;
  for (uint64_t i = 0; i < 70000; ++i) {
    symbols.push_back(
        function("_ZN4node6crypto9function" + std::to_string(i * 7919 % 70000) + "Ev", i * 16, 16));
  }
  std::clock_t start = std::clock();  // of this process: a busy machine must not fail the test
  auto names = near_names(symbols, "_ZN4node6crypto9functoin123Ev");
  double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.front(), "_ZN4node6crypto9function123Ev");
  EXPECT_LT(seconds, 5);  // about 0.05 is usual; a sanitizer takes 30 times as long
}

}  // namespace
}  // namespace uproar
