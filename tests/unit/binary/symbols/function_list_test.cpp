#include "binary/symbols/function_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

using Names = std::vector<std::string>;

Names names_of(const std::vector<SelectedFunction>& functions) {
  Names names;
  for (const auto& each : functions) names.push_back(each.name);
  std::sort(names.begin(), names.end());
  return names;
}

class FunctionList : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("a.cpp", kShapesSource);
    if (!shop_.run("g++ -O1 -o a a.cpp")) GTEST_SKIP() << "no g++";
    file_ = std::move(*ElfFile::open(shop_.path("a")));
  }
  std::vector<SelectedFunction> select(const Names& globs, NameForm form = NameForm::Full) {
    return select_functions(**file_->symbols(), globs, form, true);
  }
  Workshop shop_;
  std::unique_ptr<ElfFile> file_;
};

TEST_F(FunctionList, AllFunctionsAreThoseOfNm) {
  std::set<std::string> expected;
  for (const std::string& line : oracle::lines_of("nm -C --defined-only '" + shop_.path("a") + "'")) {
    if (line.size() > 19 && std::string("tTwWi").find(line[17]) != std::string::npos &&
        line.substr(19) != "data_start")
      expected.insert(line.substr(19));
  }
  std::set<std::string> found;
  for (const auto& each : select({})) found.insert(each.name);
  EXPECT_EQ(found, expected);
}

TEST_F(FunctionList, PatternsMatchRawAndDemangledNames) {
  EXPECT_EQ(names_of(select({"app::area*"})), (Names{"app::area(double, int)", "app::area(int)"}));
  EXPECT_EQ(names_of(select({"app::area"}, NameForm::Name)), (Names{"app::area", "app::area"}));
  EXPECT_EQ(names_of(select({"_ZN3app4areaE?"})), (Names{"app::area(int)"}));
  EXPECT_EQ(names_of(select({"*::most<*>"}, NameForm::Name)), (Names{"app::most<double>", "app::most<int>"}));
  EXPECT_EQ(names_of(select({"[op]nly", "plain"})), (Names{"only(int)", "plain"}));
  EXPECT_EQ(names_of(select({"app::Box::Box"})), Names{"app::Box::Box(int)"});
  EXPECT_TRUE(select({"app::counted"}).empty());
  EXPECT_TRUE(select({"nothing*"}).empty());
}

TEST(FunctionListOfSymbols, TheFunctionBehindAJumpTableIsTakenOnce) {
  auto made = [](const char* name, uint64_t vaddr) {
    ElfSymbol symbol;
    symbol.name = name;
    symbol.vaddr = vaddr;
    symbol.is_function = true;
    return symbol;
  };
  const std::vector<ElfSymbol> symbols = {made("other", 0x10), made("target.cfi", 0x20),
                                          made("target", 0x30)};
  for (const char* glob : {"target*", "targe?", "target.c*"}) {
    auto found = select_functions(symbols, {glob}, NameForm::Name, true);
    ASSERT_EQ(found.size(), 1u) << glob;
    EXPECT_EQ(found[0].symbol->vaddr, 0x20u) << glob;
  }
}

TEST(FunctionListGlob, IdentifierThatEveryMatchHolds) {
  EXPECT_EQ(identifier_of_glob("ssl_read*"), "ssl_read");
  EXPECT_EQ(identifier_of_glob("app::internal::*"), "internal");
  EXPECT_EQ(identifier_of_glob("*"), "");
  EXPECT_EQ(identifier_of_glob("std::*string*"), "");
  EXPECT_EQ(identifier_of_glob("x[bc]defg[[:alpha:]]hi"), "defg");
  EXPECT_EQ(identifier_of_glob("a[unclosed"), "");
  EXPECT_EQ(identifier_of_glob("*::operator*"), "");
}

}  // namespace
}  // namespace uproar
