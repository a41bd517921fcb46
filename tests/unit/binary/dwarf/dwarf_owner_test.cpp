#include <gtest/gtest.h>

#include <map>

#include "binary/dwarf/debug_info.h"
#include "binary/elf/elf_file.h"
#include "support/compile.h"

namespace uproar {
namespace {

constexpr const char* kSource = R"(#define NI __attribute__((noinline))
int sink;
NI int take(int x) { sink = x; return x * x + 7; }
NI unsigned give(unsigned a) { sink = a; return a * a + 7; }
NI int real(int x) { sink = x + 1; return x * 99; }
extern int other(int x) __attribute__((alias("real")));
int main(int n, char **v) { return take(n) + give(n) + real(n) + other(n); }
)";

class DwarfOwner : public testing::Test {
 protected:
  bool built(const std::string& linker) {
    shop_.put("a.c", kSource);
    const std::string folded =
        linker.empty() ? "" : " -ffunction-sections -fuse-ld=" + linker + " -Wl,--icf=all";
    if (!Workshop::has("clang") || !shop_.run("clang -w -g -O2" + folded + " -o prog a.c")) return false;
    auto opened = ElfFile::open(shop_.path("prog"));
    if (!opened.ok()) return false;
    file_ = *std::move(opened);
    auto info = DebugInfo::open(*file_, {});
    if (!info.ok()) return false;
    info_ = *std::move(info);
    auto symbols = file_->symbols();
    for (const ElfSymbol& each : **symbols) at_[each.name] = each.vaddr;
    return true;
  }
  // "take", or "take for give" where another one is described.
  std::string owner(const std::string& symbol) {
    auto found = info_->owner_of({at_[symbol], {}, symbol});
    if (!found) return "nobody";
    return found->described.name + (found->is_other ? " for " + symbol : "");
  }

  Workshop shop_;
  std::unique_ptr<ElfFile> file_;
  std::unique_ptr<DebugInfo> info_;
  std::map<std::string, uint64_t> at_;
};

TEST_F(DwarfOwner, EachFunctionOwnsWhatIsItsOwn) {
  if (!built("")) GTEST_SKIP() << "no clang";
  for (const char* name : {"take", "give", "real", "main"}) EXPECT_EQ(owner(name), name);
  EXPECT_EQ(owner("other"), "real");
  EXPECT_EQ(info_->beginning_at(at_["take"]).size(), 1u);
  EXPECT_FALSE(info_->owner_of({1, {}, "take"}));
}

TEST_F(DwarfOwner, OfFoldedOnesOnlyThatWithAPlaceIsDescribed) {
  if (!built("lld")) GTEST_SKIP() << "no clang with lld";
  EXPECT_EQ(at_["take"], at_["give"]);
  EXPECT_EQ(owner("take"), "take");
  EXPECT_EQ(owner("give"), "take for give");
  EXPECT_EQ(owner("other"), "real");
  auto found = info_->owner_of({at_["give"], {}, "give"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->own_line, 4u);
  VariableFault fault;
  EXPECT_FALSE(info_->find_value({at_["give"], "give", "give"}, "x", {}, fault).ok());
  EXPECT_EQ(fault.kind, VariableFault::Kind::Folded);
  EXPECT_TRUE(info_->find_value({at_["give"], "give", "give"}, "sink", {}, fault).ok());
  EXPECT_FALSE(info_->find_result({at_["give"], "give", "give"}, {}, fault).ok());
  EXPECT_EQ(fault.kind, VariableFault::Kind::Folded);
  // Who asks for the code has what is described there.
  EXPECT_TRUE(info_->find_value({at_["give"], {}}, "x", {}, fault).ok());
}

TEST_F(DwarfOwner, SeveralAtOnePlaceAreToldApartByTheirNames) {
  if (!built("gold")) GTEST_SKIP() << "no clang with gold";
  EXPECT_EQ(at_["take"], at_["give"]);
  EXPECT_EQ(owner("take"), "take");
  EXPECT_EQ(owner("give"), "give");
  EXPECT_EQ(info_->beginning_at(at_["take"]).size(), 2u);
  VariableFault fault;
  EXPECT_TRUE(info_->find_value({at_["give"], "give", "give"}, "a", {}, fault).ok());
  EXPECT_FALSE(info_->find_value({at_["give"], "give", "give"}, "x", {}, fault).ok());
}

}  // namespace
}  // namespace uproar
