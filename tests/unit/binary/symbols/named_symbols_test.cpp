#include "binary/symbols/named_symbols.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

ElfSymbol symbol(const char* name, uint64_t vaddr, const char* version = "", bool is_default = true) {
  ElfSymbol made;
  made.name = name;
  made.version = version;
  made.vaddr = vaddr;
  made.is_function = true;
  made.is_default_version = is_default;
  return made;
}

TEST(NamedSymbols, ConstructorsAndDestructorsOfOneSource) {
  const std::vector<ElfSymbol> destructors = {symbol("_ZN1WD1Ev", 0x10), symbol("_ZN1WD0Ev", 0x20),
                                              symbol("_ZN1WD2Ev", 0x30)};
  const NamedSymbols named = find_named(destructors, "W::~W");
  ASSERT_EQ(named.code.size(), 2U);
  EXPECT_EQ(named.code[0]->name, "_ZN1WD1Ev");
  EXPECT_EQ(named.code[1]->name, "_ZN1WD2Ev");
  EXPECT_TRUE(are_variants(named.code));
  const std::vector<ElfSymbol> overloads = {symbol("_ZN1WC1Ei", 0x10), symbol("_ZN1WC1Ed", 0x20)};
  EXPECT_FALSE(are_variants(find_named(overloads, "W::W").code));
  EXPECT_EQ(find_named({symbol("_ZN1WD0Ev", 0x20)}, "W::~W").code.size(), 1U);
}

TEST(NamedSymbols, VersionsOfOneName) {
  const std::vector<ElfSymbol> symbols = {symbol("foo", 1, "V1", false), symbol("foo", 2, "V2")};
  auto addresses = [&symbols](const char* name) {
    std::vector<uint64_t> found;
    for (const ElfSymbol* each : find_named(symbols, name).code) found.push_back(each->vaddr);
    return found;
  };
  EXPECT_EQ(addresses("foo"), std::vector<uint64_t>{2});
  EXPECT_EQ(addresses("foo@V1"), std::vector<uint64_t>{1});
  EXPECT_EQ(addresses("foo@@V2"), std::vector<uint64_t>{2});
  EXPECT_EQ(addresses("foo@V2"), std::vector<uint64_t>{2});
  EXPECT_EQ(addresses("foo@@V1"), std::vector<uint64_t>{});
}

TEST(NamedSymbols, BestFitWins) {
  const std::vector<ElfSymbol> symbols = {symbol("_ZN3app1fEi", 1), symbol("f", 2),
                                          symbol("f.constprop.0", 3)};
  auto found = find_named(symbols, "f");
  ASSERT_EQ(found.code.size(), 1u);
  EXPECT_EQ(found.code[0]->vaddr, 2u);
}

}  // namespace
}  // namespace uproar
