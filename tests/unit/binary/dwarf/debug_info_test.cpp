#include "binary/dwarf/debug_info.h"

#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;

const std::vector<std::string> kOptimised = {"o1", "o2", "v4", "split", "packed", "types"};

TEST(DebugInfo, EveryFormHasTheSameParametersAtTheEntry) {
  for (const std::string& name : kOptimised) {
    DebugFixture fixture(name);
    ASSERT_TRUE(fixture.info) << name;
    EXPECT_EQ(fixture.place("shop::look", "item"), "r5") << name;
    EXPECT_EQ(fixture.place("shop::look", "other.serial"), "[r4]+0") << name;
    EXPECT_EQ(fixture.place("shop::seven", "e"), "r8") << name;
    EXPECT_EQ(fixture.place("shop::seven", "g"), "[r7]+8") << name;
    EXPECT_EQ(fixture.place("shop::total", "x"), "error: no function shop::total") << name;
  }
}

TEST(DebugInfo, UnoptimisedParametersAreWhereTheFirstInstructionsStoreThemFrom) {
  for (const char* name : {"o0", "clang_o0"}) {
    if (!oracle::exists(oracle::dwarf_fixture(name))) continue;
    DebugFixture fixture(name);
    ASSERT_TRUE(fixture.info) << name;
    const char* registers[] = {"r5", "r4", "r1", "r2", "r8", "r9"};
    const char* names[] = {"a", "b", "c", "d", "e", "f"};
    for (int i = 0; i < 6; ++i) EXPECT_EQ(fixture.place("shop::seven", names[i]), registers[i]) << name;
    EXPECT_EQ(fixture.place("shop::seven", "g"), "[r7]+8") << name;
    EXPECT_EQ(fixture.place("shop::seven", "h.second"), "[r7]+20") << name;
    EXPECT_EQ(fixture.place("shop::seven", "local"), "has no value yet at the function's entry") << name;
    EXPECT_EQ(fixture.place("Clerk::run", "this->id"), "[r5]+0") << name;
    EXPECT_EQ(fixture.place("area(double, int)", "side"), "r17") << name;
    EXPECT_EQ(fixture.place("area(double, int)", "times"), "r5") << name;
    auto text = fixture.find("look", "text");
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(oracle::shown(text->length), "r1") << name;
    EXPECT_EQ(oracle::shown(text->text), "[r2]+0") << name;
  }
}

TEST(DebugInfo, SeparateDebugFileIsReadWithTheProgramsOwnAddresses) {
  DebugFixture whole("o1");
  DebugFixture apart("stripped", oracle::dwarf_fixture("stripped.debug"));
  ASSERT_TRUE(apart.info);
  auto expected = whole.info->instances("shop::look");
  auto found = apart.info->instances("shop::look");
  ASSERT_TRUE(expected.ok() && found.ok());
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().entry, expected->front().entry);
  EXPECT_EQ(apart.place("shop::look", "item->note"), whole.place("shop::look", "item->note"));
}

TEST(DebugInfo, FileOfAnotherBuildIsRefused) {
  auto file = ElfFile::open(oracle::dwarf_fixture("stripped"));
  ASSERT_TRUE(file.ok());
  auto read = DebugInfo::open(**file, oracle::dwarf_fixture("o2"));
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("belongs to another build"), std::string::npos) << read.error().message;
}

TEST(DebugInfo, FileWithoutItSaysSo) {
  auto file = ElfFile::open(oracle::dwarf_fixture("stripped"));
  ASSERT_TRUE(file.ok());
  auto read = DebugInfo::open(**file, {});
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("has no debug information"), std::string::npos);
  EXPECT_EQ(read.error().remedy, "compile it with -g, or install its debug package");
}

TEST(DebugInfo, FunctionsAreFoundByEveryWayToWriteTheirName) {
  DebugFixture fixture("o1");
  const std::string path = oracle::dwarf_fixture("o1");
  auto entries = [&](const std::string& name) {
    std::vector<uint64_t> found;
    auto instances = fixture.info->instances(name);
    for (const FunctionInstance& each : *instances) found.push_back(each.entry);
    return found;
  };
  const uint64_t by_int = oracle::address(path, "_ZN4shop4areaEi");
  const uint64_t by_double = oracle::address(path, "_ZN4shop4areaEdi");
  ASSERT_NE(by_int, 0u);
  EXPECT_EQ(entries("area").size(), 2u);
  EXPECT_EQ(entries("shop::area").size(), 2u);
  EXPECT_EQ(entries("shop::area(int)"), std::vector<uint64_t>{by_int});
  EXPECT_EQ(entries("area(double, int)"), std::vector<uint64_t>{by_double});
  EXPECT_EQ(entries("_ZN4shop4areaEdi"), std::vector<uint64_t>{by_double});
  EXPECT_EQ(entries("larger").size(), 2u);
  EXPECT_EQ(entries("larger<int>"),
            std::vector<uint64_t>{oracle::address(path, "_ZN4shop6largerIiEET_S1_S1_")});
  EXPECT_EQ(entries("Clerk::run"), std::vector<uint64_t>{oracle::address(path, "_ZN4shop5Clerk3runEi")});
  EXPECT_TRUE(entries("rea").empty());
  EXPECT_TRUE(entries("other::area").empty());
  EXPECT_TRUE(entries("").empty());
}

TEST(DebugInfo, InlinedCallsHaveTheirConstants) {
  for (const std::string& name : kOptimised) {
    DebugFixture fixture(name);
    auto instances = fixture.info->instances("inlined");
    ASSERT_TRUE(instances.ok());
    ASSERT_EQ(instances->size(), 2u) << name;
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_TRUE((*instances)[i].is_inlined);
      EXPECT_EQ((*instances)[i].name, "shop::inlined");
      EXPECT_EQ((*instances)[i].function_vaddr,
                oracle::address(oracle::dwarf_fixture(name), "_ZN4shop5twiceEi"));
      EXPECT_EQ(fixture.place("inlined", "q", i), i == 0 ? "#1" : "#2") << name;
    }
    EXPECT_EQ(fixture.place("inlined", "p", 0), "r5") << name;
  }
}

TEST(DebugInfo, VariablesStandInTheOrderOfTheSource) {
  DebugFixture fixture("o1");
  auto entry = fixture.info->instances("seven");
  ASSERT_TRUE(entry.ok() && !entry->empty());
  auto variables = fixture.info->variables({entry->front().entry, "seven"});
  ASSERT_TRUE(variables.ok());
  std::string names;
  for (const VariableInfo& each : *variables) names += each.name + (each.is_parameter ? " " : "* ");
  EXPECT_EQ(names, "a b c d e f g h local* ");
  EXPECT_EQ(variables->at(4).type, "const char *");
}

TEST(DebugInfo, GlobalsAreFoundByTheirName) {
  DebugFixture fixture("o1");
  auto total = fixture.find("seven", "total");
  ASSERT_TRUE(total.ok());
  EXPECT_TRUE(total->place.base_is_static);
  EXPECT_EQ(total->place.static_vaddr, oracle::address(oracle::dwarf_fixture("o1"), "_ZN4shop5totalE"));
}

TEST(DebugInfo, UnknownVariableNamesThoseThatThereAre) {
  DebugFixture fixture("o1");
  ASSERT_FALSE(fixture.find("look", "itm").ok());
  EXPECT_EQ(fixture.fault.kind, VariableFault::Kind::NoVariable);
  EXPECT_EQ(fixture.fault.names, (std::vector<std::string>{"item", "other", "text"}));
}

TEST(DebugInfo, CodeWithoutDebugInformationSaysSo) {
  DebugFixture fixture("o1");
  auto found = fixture.find_at({oracle::address(oracle::dwarf_fixture("o1"), "_start"), {}}, "x");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(fixture.fault.kind, VariableFault::Kind::NoFunction);
}

}  // namespace
}  // namespace uproar
