#include "resolve/arguments/static_data.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "resolve/arguments/variables.h"
#include "support/compile.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

constexpr const char* kLibrary =
    "int shown = 100; int later[4] = {1, 2, 3, 4}; static int own = 66; "
    "__attribute__((visibility(\"hidden\"))) int inner = 5; "
    "__attribute__((noinline, noipa)) int take(int n) { return n + shown + own++ + later[1] + inner++; }";
constexpr const char* kProgram =
    "extern int shown; extern int missing __attribute__((weak)); int take(int); __attribute__((noinline, "
    "noipa)) int use(int n) { shown = 777; "
    "return take(n) + (&missing ? missing : 0); } int main() { return use(1); }";

// A file of the folder, asked at one of its functions.
struct Asked {
  Asked(const std::string& path, const std::string& function)
      : file(std::move(*ProbedFile::open(path))), text("p x") {
    for (const LoadSegment& segment : file.elf().segments()) {
      if (segment.executable) code = &segment;
    }
    for (const ElfSymbol& each : **file.elf().symbols()) {
      if (each.name == function) place.vaddr = each.vaddr;
    }
    place.symbol = function;
  }
  ArgumentContext context() { return {text, file, *code, place}; }
  TextSpan where() const { return {{2, 3}, text}; }

  // "@own" where it is, "@pointer+N" by the pointer to it, or the message.
  std::string shown(const Result<std::vector<FetchOperation>>& made, const std::string& symbol) {
    if (!made.ok()) return made.error().message;
    const uint64_t base = code->vaddr - code->file_offset;
    const uint64_t address = static_cast<uint64_t>(made->front().number) + base;
    std::string out = "@elsewhere";
    for (const ElfSymbol& each : **file.elf().symbols()) {
      if (each.name == symbol && address >= each.vaddr &&
          address < each.vaddr + std::max<uint64_t>(each.size, 1))
        out = "@own+" + std::to_string(address - each.vaddr);
    }
    for (const DataPointer& each : file.elf().data_pointers()) {
      if (each.name == symbol && each.slot == address) out = "@pointer";
    }
    for (size_t i = 1; i < made->size(); ++i) out += "+" + std::to_string((*made)[i].number);
    return out;
  }
  std::string symbol(const std::string& name, int64_t distance = 0, bool exported = false) {
    return shown(data_of_symbol(name, distance, exported, where(), context()), name);
  }
  std::string variable(const std::string& name, std::vector<ast::VariableStep> steps = {}) {
    auto made = variable_argument({name, std::move(steps)}, {2, 3}, nullptr, context());
    if (!made.ok()) return made.error().message;
    return shown(made->operations, name);
  }

  ProbedFile file;
  std::string text;
  const LoadSegment* code = nullptr;
  FoundPlace place;
};

class StaticData : public testing::Test {
 protected:
  void SetUp() override {
    shop.put("lib.c", kLibrary);
    shop.put("a.c", kProgram);
    ASSERT_TRUE(shop.run("cc -O1 -g -shared -fPIC -o liba.so lib.c"));
  }
  bool make(const std::string& command) {
    return shop.run(command + " -O1 -g a.c -o a -L. -la -Wl,-rpath,$PWD");
  }
  Workshop shop;
};

TEST_F(StaticData, ALibraryReadsWhatItExportsByItsPointer) {
  Asked asked(shop.path("liba.so"), "take");
  EXPECT_EQ(asked.symbol("shown"), "@pointer+0");
  EXPECT_EQ(asked.symbol("later", 4), "@pointer+4");
  EXPECT_EQ(asked.variable("shown"), "@pointer+0");
  EXPECT_EQ(asked.variable("later", {{ast::VariableStep::Kind::Index, {}, 2, {}}}), "@pointer+8");
}

TEST_F(StaticData, WhatALibraryKeepsToItselfIsReadWhereItIs) {
  Asked asked(shop.path("liba.so"), "take");
  EXPECT_EQ(asked.symbol("own"), "@own+0");
  EXPECT_EQ(asked.variable("own"), "@own+0");
  EXPECT_EQ(asked.symbol("inner"), "@own+0");
  ASSERT_TRUE(shop.run("cc -O1 -g -shared -fPIC -Wl,-Bsymbolic -o liba.so lib.c"));
  Asked symbolic(shop.path("liba.so"), "take");
  EXPECT_EQ(symbolic.variable("shown"), "@own+0");
}

TEST_F(StaticData, AProgramReadsItsCopyOrByItsPointer) {
#ifdef __x86_64__
  ASSERT_TRUE(make("gcc"));
  Asked copy(shop.path("a"), "use");
  EXPECT_EQ(copy.symbol("shown"), "@own+0");
  EXPECT_EQ(copy.variable("shown"), "@own+0");
  ASSERT_TRUE(make("gcc -no-pie -fno-pie"));
  Asked fixed(shop.path("a"), "use");
  EXPECT_EQ(fixed.variable("shown"), "@own+0");
#endif
  ASSERT_TRUE(make("gcc -fPIC"));
  Asked pointer(shop.path("a"), "use");
  EXPECT_EQ(pointer.variable("shown"), pointer.symbol("shown"));
}

TEST_F(StaticData, WhatNobodyHasIsRefused) {
  ASSERT_TRUE(make("gcc"));
  Asked asked(shop.path("a"), "use");
  EXPECT_NE(asked.symbol("nothing").find("has no variable nothing"), std::string::npos);
  EXPECT_FALSE(has_data("nothing", false, asked.context()));
  EXPECT_TRUE(has_data("shown", true, asked.context()));
}

// A static of some file is not what a declaration of that name means.
TEST_F(StaticData, ADeclarationNeverMeansAStatic) {
  shop.put("s.c", "static int lone = 3; int s(void) { return lone++; }");
  shop.put(
      "b.c",
      "extern int lone __attribute__((weak)); int s(void); __attribute__((noinline, noipa)) int use(int n) "
      "{ return n + (&lone ? lone : 0); } int main() { return use(s()); }");
  ASSERT_TRUE(shop.run("cc -c -O1 s.c && cc -O1 -g b.c s.o -o b"));
  Asked asked(shop.path("b"), "use");
  EXPECT_EQ(asked.symbol("lone"), "@own+0");
  EXPECT_EQ(asked.variable("lone").find("@own"), std::string::npos) << asked.variable("lone");
}

}  // namespace
}  // namespace uproar
