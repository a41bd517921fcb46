// Go and Rust: functions, arguments and strings as their sources name them.
#include <ostream>

#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class GoLive : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (!IsSkipped() && !has_program("go")) GTEST_SKIP() << "no Go compiler here";
  }
  std::string program() const { return file("shelf"); }
  void compile(const std::string& options = "") const {
    build("GOCACHE=${GOCACHE:-/tmp/uproar-go-cache} GOFLAGS= GO111MODULE=off go build " + options +
          " -o shelf " + target_source("shelf.go"));
  }
};

TEST_F(GoLive, ArgumentsByName) {
  ASSERT_NO_FATAL_FAILURE(compile());
  record_program({"p:grow $T:main.(*Box).Grow b.size b.name by", "p:label $T:main.label text length wide",
                  "p:total $T:main.total numbers.len first=numbers[0] last=numbers[2]"},
                 {program()});
  expect_seen({{"grow", {{"size", 5}, {"name", "crate"}, {"by", 3}}},
               {"grow", {{"size", 8}, {"name", "crate"}, {"by", -10}}},
               {"label", {{"text", "words of Go"}, {"length", 5}, {"wide", 0}}},
               {"label", {{"text", ""}, {"length", 0}, {"wide", 1}}},
               {"total", {{"len", 3}, {"first", 7}, {"last", 9}}}});
}

TEST_F(GoLive, ArgumentsByNumber) {
  ASSERT_NO_FATAL_FAILURE(compile());
  // A string is two arguments: its bytes and how many.
  record_program({"p:grow $T:main.(*Box).Grow size=+16($arg1):s64 by=$arg2:s64",
                  "p:label $T:main.label text=$arg1:string($arg2) length=$arg3:s64 wide=$arg4:u8"},
                 {program()});
  expect_seen({{"grow", {{"size", 5}, {"by", 3}}},
               {"grow", {{"size", 8}, {"by", -10}}},
               {"label", {{"text", "words of Go"}, {"length", 5}, {"wide", 0}}},
               {"label", {{"text", ""}, {"length", 0}, {"wide", 1}}}});
}

TEST_F(GoLive, StrippedProgram) {
  ASSERT_NO_FATAL_FAILURE(compile("-ldflags '-s -w'"));
  record_program(
      {"p:grow $T:main.(*Box).Grow by=$arg2:s64", "p:label $T:main.label text=$arg1:string($arg2)"},
      {program()});
  expect_seen({{"grow", {{"by", 3}}},
               {"grow", {{"by", -10}}},
               {"label", {{"text", "words of Go"}}},
               {"label", {{"text", ""}}}});
}

TEST_F(GoLive, GenericFunctionsPackageVariablesAndPointersToArrays) {
  ASSERT_NO_FATAL_FAILURE(compile());
  EXPECT_NE(complaint("p:largest " + program() + ":main.largest").find("2 functions"), std::string::npos);
  record_program({"p:largest $T:main.largest stock main.stock", "p:third $T:main.third numbers[2]"},
                 {program()}, {"--all"});
  expect_seen({{"largest", {{"stock", 17}, {"stock_2", 17}}},
               {"largest", {{"stock", 18}, {"stock_2", 18}}},
               {"third", {{"numbers", -300}}}});
}

TEST_F(GoLive, ReturnsWhileStacksMove) {
  ASSERT_NO_FATAL_FAILURE(compile());
  record_program({"r:grown $T:main.(*Box).Grow size=$retval:s64", "p:deep $T:main.deep n",
                  "r:deeper $T:main.deep result=$retval:s64"},
                 {program()});
  std::vector<Json> grown;
  std::vector<int> entered(201), left(201);
  for (const Seen& each : seen()) {
    if (each.event == "grown") grown.push_back(each.arguments["size"]);
    if (each.event == "deep") ++entered.at(each.arguments["n"].get<size_t>());
    if (each.event == "deeper") ++left.at(each.arguments["result"].get<size_t>());
  }
  EXPECT_EQ(grown, (std::vector<Json>{8, -2}));
  // deep(n) returns n. Each of the four goroutines, which began with 50, 100, 150 and 200, counts down to 0.
  for (int n = 0; n <= 200; ++n) {
    const int calls = 4 - (n + 49) / 50 + (n == 0 ? 0 : 1);
    EXPECT_EQ(left[static_cast<size_t>(n)], calls) << n;
    // A function that needs a larger stack begins again when it has it.
    EXPECT_GE(entered[static_cast<size_t>(n)], calls) << n;
  }
}

struct Mangling {
  const char* name;
  const char* options;
};
void PrintTo(const Mangling& mangling, std::ostream* out) {
  *out << mangling.options;
}
class RustLive : public ProgramTest, public testing::WithParamInterface<Mangling> {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (!IsSkipped() && !has_program("rustc")) GTEST_SKIP() << "no Rust compiler here";
  }
  void compile() const {
    // Newer compilers still make legacy names, but do not like to be asked.
    build(std::string("RUSTC_BOOTSTRAP=1 rustc -g ") + GetParam().options + " --crate-name shelf -o shelf " +
          target_source("shelf.rs"));
  }
};

TEST_P(RustLive, ArgumentsByName) {
  ASSERT_NO_FATAL_FAILURE(compile());
  record_program(
      {"p:read $T:shelf::Meter::read self.level self.name scale", "p:turn $T:shelf::Meter::turn by",
       "p:take $T:shelf::take text *lent size=bytes.length last=bytes[2] count",
       "p:paint $T:shelf::paint colour wet", "r:painted $T:shelf::paint sum=$retval:s32"},
      {file("shelf")});
  expect_seen(
      {{"read", {{"level", 41}, {"name", "gauge"}, {"scale", -2}}},
       {"turn", {{"by", 1}}},
       {"take", {{"text", "words of Rust"}, {"lent", "gauge"}, {"size", 3}, {"last", 255}, {"count", 4}}},
       {"paint", {{"colour", 70}, {"wet", 1}}},
       {"painted", {{"sum", 71}}},
       {"paint", {{"colour", 3}, {"wet", 0}}},
       {"painted", {{"sum", 3}}}});
}

TEST_P(RustLive, StringByValue) {
  ASSERT_NO_FATAL_FAILURE(compile());
  // Without optimisation the compiler tells where such a parameter is only behind the first instructions.
  const bool plain = GetParam().name == std::string("Unoptimised");
  record_program({plain ? "p:take $T:shelf::take:1 owned" : "p:take $T:shelf::take owned"}, {file("shelf")});
  expect_seen({{"take", {{"owned", "crate"}}}});
}

TEST_P(RustLive, ElementsBehindReferences) {
  ASSERT_NO_FATAL_FAILURE(compile());
  // What has no elements points at nothing.
  record_program({"p:third $T:shelf::third a=numbers[2] b=fixed[2] c=empty[0]"}, {file("shelf")});
  expect_seen({{"third", {{"a", -3}, {"b", 6}, {"c", nullptr}}}});
}

TEST_P(RustLive, GenericFunction) {
  ASSERT_NO_FATAL_FAILURE(compile());
  EXPECT_NE(complaint("p:twice " + file("shelf") + ":shelf::twice").find("2 functions"), std::string::npos);
  record_program({"p:twice $T:shelf::twice value:s16"}, {file("shelf")}, {"--all"});
  expect_seen({{"twice", {{"value", 21}}}, {"twice", {{"value", -4}}}});
}

TEST_P(RustLive, StringByPointerAndLength) {
  ASSERT_NO_FATAL_FAILURE(compile());
  record_program({"p:take $T:shelf::take text=$arg1:string($arg2)"}, {file("shelf")});
  expect_seen({{"take", {{"text", "words of Rust"}}}});
}

TEST_P(RustLive, ReturnThatAPanicMayCrossIsRefused) {
  ASSERT_NO_FATAL_FAILURE(compile());
  const std::string definition = "r:thirds " + file("shelf") + ":shelf::third sum=$retval:s32";
  Ran ran = uproar({"record", "-q", "-o", file("none.upr"), "-e", definition, "--", file("shelf")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(
      ran.err,
      "uproar: error: a panic that leaves shelf::third would end the program, even where somebody catches "
      "it: Rust does not know the return address that a return probe leaves on the stack\n  " +
          definition +
          "\n  help: probe its entry, or its RET instructions (as p, by their offsets); --force arms it all "
          "the same\n");
  record_program({"r:thirds $T:shelf::third sum=$retval:s32"}, {file("shelf")}, {"--force"});
  expect_seen({{"thirds", {{"sum", 3}}}});
}

TEST_P(RustLive, ProgramsThatAbortAtAPanicTakeReturnProbes) {
  build("rustc -g -C panic=abort --crate-name shelf -o shelf " + target_source("shelf.rs"));
  record_program({"r:thirds $T:shelf::third sum=$retval:s32"}, {file("shelf")});
  expect_seen({{"thirds", {{"sum", 3}}}});
}

INSTANTIATE_TEST_SUITE_P(
    Manglings, RustLive,
    testing::Values(Mangling{"Legacy",
                             "-Z unstable-options -C symbol-mangling-version=legacy -C opt-level=1"},
                    Mangling{"V0", "-C symbol-mangling-version=v0 -C opt-level=2"},
                    Mangling{"Unoptimised", "-C opt-level=0"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace uproar::live
