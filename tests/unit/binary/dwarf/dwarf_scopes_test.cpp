#include "binary/dwarf/dwarf_scopes.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfScopes, TheChainBeginsWithTheFunction) {
  for (const char* name : {"o0", "o1", "split"}) {
    DwarfFixture fixture(name);
    const ScopeChain& chain = fixture.scopes.at(fixture.entry(oracle::kArea));
    ASSERT_NE(chain.unit, nullptr) << name;
    ASSERT_FALSE(chain.scopes.empty());
    Dwarf_Die function = chain.scopes.front();
    EXPECT_EQ(name_of(function), "area");
    EXPECT_EQ(fixture.scopes.entry_of(function), fixture.entry(oracle::kArea));
    EXPECT_EQ(fixture.scopes.at(1).unit, nullptr);
  }
}

TEST(DwarfScopes, InlinedCallsAreInnerScopes) {
  DwarfFixture fixture("o1");
  const auto calls = fixture.functions.instances("inlined");
  ASSERT_FALSE(calls.empty());
  const Dwarf_Addr pc = fixture.dwarf->to_dwarf(calls.front().entry);
  const ScopeChain& chain = fixture.scopes.at(pc);
  ASSERT_GE(chain.scopes.size(), 2u);
  auto call = std::find_if(chain.scopes.begin(), chain.scopes.end(),
                           [](Dwarf_Die scope) { return dwarf_tag(&scope) == DW_TAG_inlined_subroutine; });
  ASSERT_NE(call, chain.scopes.end());
  Dwarf_Die inner = *call;
  EXPECT_EQ(name_of(inner), "inlined");
  // The user's choice of the function decides whose variables count.
  std::string names;
  for (auto& each : fixture.scopes.visible(chain, {pc, "twice"})) names += name_of(each.die) + " ";
  EXPECT_EQ(names, "i ");
}

TEST(DwarfScopes, ContextKnowsTheEntry) {
  DwarfFixture fixture("o1");
  const Dwarf_Addr entry = fixture.entry(oracle::kArea);
  EXPECT_TRUE(fixture.context(entry).at_entry);
  EXPECT_FALSE(fixture.context(entry + 1).at_entry);
  EXPECT_EQ(fixture.context(entry).pc, entry);
}

TEST(DwarfScopes, VariablesAreFoundInwardsOutAndThenGlobals) {
  DwarfFixture fixture("o1");
  const Dwarf_Addr pc = fixture.entry(oracle::kRun);
  const ScopeChain& chain = fixture.scopes.at(pc);
  const LocationContext context = fixture.scopes.context(chain, pc);
  VariableFault fault;
  EXPECT_TRUE(fixture.scopes.find(chain, {pc, "run"}, "k", context, fault));
  EXPECT_TRUE(fixture.scopes.find(chain, {pc, "run"}, "this", context, fault));
  EXPECT_TRUE(fixture.scopes.find(chain, {pc, "run"}, "total", context, fault));
  EXPECT_FALSE(fixture.scopes.find(chain, {pc, "run"}, "item", context, fault));
  EXPECT_EQ(fault.names, (std::vector<std::string>{"this", "k"}));
}

}  // namespace
}  // namespace uproar
