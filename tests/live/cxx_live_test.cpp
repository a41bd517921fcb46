// C++ by the names and fields of its source, however it was compiled and wherever its debug information is.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <random>

#include "program_test.h"

namespace uproar::live {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::vector<std::string> kDefinitions = {
    "p:size_int $T:\"store::size(int)\" side",
    "p:size_long $T:\"store::size(long, int)\" width height",
    "p:size_text $T:\"store::size(const std::string&)\" text",
    "p:look $T:store::look text length=text._M_len",
    "p:keep $T:store::keep part length=part._M_len owned",
    "p:larger_text $T:\"store::larger<const char*>\" left right",
    "p:larger_int $T:store::larger<int> $params",
    "p:larger_long $T:\"long store::larger<long>(long, long)\" left right",
    "p:marks $T:store::marks given->level given->row given->shift given->serial",
    "p:open $T:store::open crate->label crate->sizes crate->title next=crate->next->label "
    "size=crate->next->sizes[2] far=crate->next->next->title kind",
    "p:make $T:store::Wheel::Wheel number",
    "p:turn $T:store::Wheel::turn this->id by",
    "p:call $T:\"store::Wheel::operator()\" this->id steps",
    "p:hidden $T:\"(anonymous namespace)::hidden\" depth",
    "p:stack $T:store::stack base above",
};

std::vector<Seen> truth() {
  return {
      {"size_int", {{"side", -7}}},
      {"size_long", {{"width", 5000000000}, {"height", 3}}},
      {"size_text", {{"text", "a text that is too long to lie in the object"}}},
      {"look", {{"text", "shelves"}, {"length", 7}}},
      {"keep", {{"part", "kept"}, {"length", 4}, {"owned", "owned by the function alone"}}},
      {"larger_text", {{"left", "left"}, {"right", "right"}}},
      {"larger_int", {{"left", -1}, {"right", 2}}},
      {"larger_long", {{"left", 3000000000}, {"right", -4}}},
      {"marks", {{"level", 5}, {"row", 17}, {"shift", -3}, {"serial", 0x123456789}}},
      {"open",
       {{"label", "first"},
        {"sizes", {1, -2, 3, 4}},
        {"title", "of the first"},
        {"next", "second"},
        {"size", 7},
        {"far", nullptr},
        {"kind", 200}}},
      {"open",
       {{"label", "second"},
        {"sizes", {5, 6, 7, 8}},
        {"title", "of the second"},
        {"next", nullptr},
        {"size", nullptr},
        {"far", nullptr},
        {"kind", 3}}},
      {"make", {{"number", 42}}},
      {"turn", {{"id", 42}, {"by", 8}}},
      {"turn", {{"id", 42}, {"by", -9}}},
      {"call", {{"id", 42}, {"steps", 10}}},
      {"hidden", {{"depth", 9}}},
      {"stack", {{"base", 100}, {"above", 1}}},
      {"stack", {{"base", 100}, {"above", 2}}},
      {"stack", {{"base", 100}, {"above", 3}}},
  };
}

class CxxLive : public ProgramTest {
 protected:
  std::string program() const { return file("shelf"); }
  void compile(const std::string& options, const std::string& compiler = "g++") const {
    build(compiler + " -std=c++17 " + options + " -o shelf " + target_source("shelf.cpp"));
  }
  void expect_truth() {
    record_program(kDefinitions, {program()});
    expect_seen(truth());
  }
};

struct Compiled {
  const char* name;
  const char* options;
  const char* compiler = "g++";
};
void PrintTo(const Compiled& compiled, std::ostream* out) {
  *out << compiled.options;
}
class CxxLiveCompiled : public CxxLive, public testing::WithParamInterface<Compiled> {};

TEST_P(CxxLiveCompiled, EveryArgumentByItsName) {
  if (!has_program(GetParam().compiler)) GTEST_SKIP() << "no " << GetParam().compiler << " here";
  ASSERT_NO_FATAL_FAILURE(compile(GetParam().options, GetParam().compiler));
  expect_truth();
}

INSTANTIATE_TEST_SUITE_P(
    Options, CxxLiveCompiled,
    testing::Values(
        Compiled{"O1", "-O1 -g"}, Compiled{"O0", "-O0 -g"}, Compiled{"O2Dwarf4", "-O2 -gdwarf-4"},
        Compiled{"Split", "-O1 -g -gsplit-dwarf"}, Compiled{"SplitDwarf4", "-O1 -gdwarf-4 -gsplit-dwarf"},
        Compiled{"SplitTypeUnits", "-O1 -g -gsplit-dwarf -fdebug-types-section"},
        Compiled{"SplitTypeUnitsDwarf4", "-O1 -gdwarf-4 -gsplit-dwarf -fdebug-types-section"},
        Compiled{"ClangSplitInlining", "-O1 -gdwarf-4 -gsplit-dwarf -fsplit-dwarf-inlining", "clang++"},
        Compiled{"Compressed", "-O1 -g -gz"}, Compiled{"TypeUnits", "-O1 -g -fdebug-types-section"},
        Compiled{"ClangO0", "-O0 -g", "clang++"}, Compiled{"ClangO1", "-O1 -g", "clang++"},
        Compiled{"ClangO2", "-O2 -g", "clang++"}),
    [](const auto& info) { return info.param.name; });

TEST_F(CxxLive, SplitUnitsInOneFileBesideTheProgram) {
  if (!has_program("llvm-dwp-14")) GTEST_SKIP() << "no llvm-dwp-14 here";
  for (const char* options : {"-O1 -gdwarf-5 -gsplit-dwarf", "-O1 -gdwarf-4 -gsplit-dwarf"}) {
    ASSERT_NO_FATAL_FAILURE(compile(options));
    build("llvm-dwp-14 -e shelf -o shelf.dwp && rm -f *.dwo");
    expect_truth();
  }
}

TEST_F(CxxLive, WhatALambdaCaptured) {
  for (const char* options : {"-O0 -g", "-O1 -g"}) {
    ASSERT_NO_FATAL_FAILURE(compile(options));
    record_program({"p:counted $T:\"count(int)::{lambda(int)#1}::operator()\" k each unit"}, {program()});
    expect_seen({{"counted", {{"k", -3}, {"each", 12}, {"unit", "pieces"}}}});
  }
}

TEST_F(CxxLive, PointersThatLeadNowhereAreFaultsInText) {
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g"));
  record_program({"p:open $T:store::open crate->next->label size=crate->next->sizes[2] crate->next->title"},
                 {program()});
  const std::vector<std::string> lines = lines_of(uproar({"script", recording()}).out);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("label=\"second\" size=7 title=\"of the second\""), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find("label=(fault) size=(fault) title=(fault)"), std::string::npos) << lines[1];
}

TEST_F(CxxLive, DebugFileByItsLink) {
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g -Wl,--build-id=none"));
  build(
      "objcopy --only-keep-debug shelf shelf.debug && objcopy --strip-all --add-gnu-debuglink=shelf.debug "
      "shelf");
  expect_truth();
}

TEST_F(CxxLive, DebugFileOfAnotherBuildIsNotUsed) {
  ASSERT_NO_FATAL_FAILURE(compile("-O2 -g"));
  build("objcopy --only-keep-debug shelf shelf.debug");
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g"));
  build("objcopy --strip-all --add-gnu-debuglink=shelf.debug shelf");
  EXPECT_NE(complaint("p:x " + program() + ":store::marks given->level").find("another build"),
            std::string::npos)
      << complaint("p:x " + program() + ":store::marks given->level");
}

// A file of a build-id that nobody else has, below /usr/lib/debug as long as the test runs.
class DebugFolder {
 public:
  DebugFolder() {
    std::random_device random;
    for (int i = 0; i < 5; ++i) {
      char part[9];
      std::snprintf(part, sizeof part, "%08x", random());
      id_ += part;
    }
    folder_ = "/usr/lib/debug/.build-id/" + id_.substr(0, 2);
    fs::create_directories(folder_);
  }
  DebugFolder(const DebugFolder&) = delete;
  DebugFolder& operator=(const DebugFolder&) = delete;
  ~DebugFolder() {
    std::error_code ignored;
    fs::remove(path(), ignored);
    // As far as they are empty now.
    fs::remove(folder_, ignored);
    fs::remove(fs::path(folder_).parent_path(), ignored);
  }
  const std::string& id() const { return id_; }
  std::string path() const { return folder_ + "/" + id_.substr(2) + ".debug"; }

 private:
  std::string id_;
  std::string folder_;
};

TEST_F(CxxLive, DebugFileByItsBuildId) {
  DebugFolder debug;
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g -Wl,--build-id=0x" + debug.id()));
  build("objcopy --only-keep-debug shelf " + debug.path() + " && strip --strip-all shelf");
  expect_truth();
}

TEST_F(CxxLive, ReturnOfAMethodAndItsResult) {
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g"));
  record_program({"r:turned $T:store::Wheel::turn sum=$retval:s32", "p:turn $T:store::Wheel::turn $params"},
                 {program()});
  auto all = seen();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1], (Seen{"turned", {{"sum", 50}}}));
  EXPECT_EQ(all[3], (Seen{"turned", {{"sum", 33}}}));
  EXPECT_EQ(all[2].arguments["by"], -9);
  EXPECT_TRUE(all[2].arguments.contains("this"));
}

TEST_F(CxxLive, OverloadsTogether) {
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g"));
  EXPECT_NE(complaint("p:x " + program() + ":store::size").find("3 functions"), std::string::npos);
  record_program({"p:size $T:store::size"}, {program()}, {"--all"});
  std::vector<std::string> names;
  for (const Json& event : events()) names.push_back(event["symbol"].get<std::string>().substr(0, 15));
  EXPECT_EQ(names, (std::vector<std::string>{"store::size(int", "store::size(lon", "store::size(std"}));
}

TEST_F(CxxLive, LinesOfTheSource) {
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g"));
  std::ifstream source(target_source("shelf.cpp"));
  int line = 1;
  for (std::string text; std::getline(source, text) && text.find("int hidden(") == std::string::npos;) ++line;
  record_program({"p:line $T:shelf.cpp:" + std::to_string(line) + " depth", "p:pile $T:pile:0 n"},
                 {program()});
  expect_seen({{"line", {{"depth", 9}}}, {"pile", {{"n", 100}}}});
}

TEST_F(CxxLive, WhatIsNotThereIsNamed) {
  ASSERT_NO_FATAL_FAILURE(compile("-O1 -g"));
  const std::string marks = "p:x " + program() + ":store::marks ";
  EXPECT_NE(complaint(marks + "given->levle").find("level"), std::string::npos);
  EXPECT_NE(complaint(marks + "gievn->level").find("given"), std::string::npos);
  EXPECT_NE(complaint("p:x " + program() + ":store::mraks").find("store::marks"), std::string::npos);
  build("strip --strip-debug shelf");
  EXPECT_NE(complaint(marks + "given->level").find("debug information"), std::string::npos);
}

}  // namespace
}  // namespace uproar::live
