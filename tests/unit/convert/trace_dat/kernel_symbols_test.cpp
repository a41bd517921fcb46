#include "convert/trace_dat/kernel_symbols.h"

#include <gtest/gtest.h>

namespace uproar::trace_dat {
namespace {

constexpr std::string_view kSymbols =
    "ffffffff81000200 t second\n"
    "ffffffff81000000 T first\n"
    "ffffffff81000000 T alias_of_first\n"
    "ffffffff81000280 D data\n"
    "0000000000000000 T hidden\n"
    "ffffffffc0000000 t in_module\t[ext4]\n"
    "nonsense\n";

TEST(KernelSymbols, TheNearestBelow) {
  const KernelSymbols symbols(kSymbols);
  EXPECT_EQ(symbols.at(0xffffffff81000010).symbol, "first");
  EXPECT_EQ(symbols.at(0xffffffff81000010).offset, 0x10u);
  EXPECT_EQ(symbols.at(0xffffffff81000284).symbol, "second") << "data are no code";
  EXPECT_EQ(symbols.at(0xffffffffc0000001).symbol, "in_module");
  EXPECT_EQ(symbols.at(0x1000).symbol, "");
  EXPECT_TRUE(KernelSymbols("").empty());
}

TEST(KernelSymbols, NamesForTheRecordingAreInOrder) {
  const auto names = names_of(KernelSymbols(kSymbols), {0xffffffff81000201, 0xffffffff81000001, 5});
  ASSERT_EQ(names.size(), 1u);
  EXPECT_EQ(names[0].path, "[kernel.kallsyms]");
  ASSERT_EQ(names[0].names.size(), 2u);
  EXPECT_EQ(names[0].names[0].address, 0xffffffff81000001u);
  EXPECT_EQ(names[0].names[1].symbol, "second");
}

TEST(KernelSymbols, TheMapLeavesAddressesAsTheyAre) {
  const MapInfo map = kernel_map();
  EXPECT_EQ(map.pid, -1);
  EXPECT_EQ(map.start, map.page_offset);
}

}  // namespace
}  // namespace uproar::trace_dat
