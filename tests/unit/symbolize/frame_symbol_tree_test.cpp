#include "symbolize/frame_symbol_tree.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace uproar {
namespace {

std::string at(const FrameSymbolTree& tree, uint64_t address) {
  const FrameSymbol* found = tree.find(address);
  return found == nullptr ? "none" : found->name + "+" + std::to_string(address - found->start);
}

FrameSymbolTree tree_of(std::vector<FrameSymbol> symbols) {
  FrameSymbolTree tree;
  for (FrameSymbol& symbol : symbols) tree.insert(std::move(symbol));
  tree.fix_ends();
  tree.drop_duplicates();
  return tree;
}

TEST(FrameSymbolTree, GapsBelongToNobody) {
  const auto tree = tree_of({{100, 120, STB_GLOBAL, STT_FUNC, "a"},
                             {200, 200, STB_GLOBAL, STT_FUNC, "b"},
                             {300, 310, STB_LOCAL, STT_FUNC, "c"},
                             {5000, 5000, STB_LOCAL, STT_FUNC, "d"}});
  EXPECT_EQ(at(tree, 99), "none");
  EXPECT_EQ(at(tree, 119), "a+19");
  EXPECT_EQ(at(tree, 120), "none");
  EXPECT_EQ(at(tree, 299), "b+99");  // without a size, it ends where the next begins
  EXPECT_EQ(at(tree, 12287), "d+7287");
  EXPECT_EQ(at(tree, 12288), "none");
}

TEST(FrameSymbolTree, BestOfAliases) {
  const auto best = [](FrameSymbol a, FrameSymbol b) {
    return tree_of({std::move(a), std::move(b)}).find(10)->name;
  };
  EXPECT_EQ(best({10, 10, STB_GLOBAL, STT_FUNC, "empty"}, {10, 20, STB_LOCAL, STT_FUNC, "sized"}), "sized");
  EXPECT_EQ(best({10, 20, STB_GLOBAL, STT_NOTYPE, "label"}, {10, 20, STB_LOCAL, STT_FUNC, "typed"}), "typed");
  EXPECT_EQ(best({10, 20, STB_WEAK, STT_FUNC, "weak"}, {10, 20, STB_LOCAL, STT_FUNC, "local"}), "local");
  EXPECT_EQ(best({10, 20, STB_LOCAL, STT_FUNC, "local"}, {10, 20, STB_GLOBAL, STT_FUNC, "global"}), "global");
  EXPECT_EQ(best({10, 20, STB_GLOBAL, STT_FUNC, "__open"}, {10, 20, STB_GLOBAL, STT_FUNC, "open"}), "open");
  EXPECT_EQ(best({10, 20, STB_GLOBAL, STT_FUNC, "short"}, {10, 20, STB_GLOBAL, STT_FUNC, "longer"}),
            "longer");
  EXPECT_EQ(best({10, 20, STB_GLOBAL, STT_FUNC, "same1"}, {10, 20, STB_GLOBAL, STT_FUNC, "same2"}), "same1");
}

TEST(FrameSymbolTree, NamesOfCxxHaveNoParameters) {
  EXPECT_EQ(frame_symbol_name("_ZN3app5twiceIiEET_S1_RKNS_5ShapeE"), "app::twice<int>");
  EXPECT_EQ(frame_symbol_name("main"), "main");
}

}  // namespace
}  // namespace uproar
