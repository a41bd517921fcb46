// Values as the source means them, where the bytes that are fetched are not all that there is to say.
#include <map>
#include <ostream>

#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class ValuesLive : public ProgramTest {
 protected:
  // Ends the test where there is no such compiler.
  bool compile(const std::string& compiler, const std::string& options, const std::string& source,
               const std::string& program) const {
    if (!has_program(compiler.substr(0, compiler.find(' ')))) return false;
    build(compiler + " " + options + " -w -o " + program + " " + source);
    return !HasFatalFailure();
  }
};

TEST_F(ValuesLive, BitFieldsAndArraysOfCharacters) {
  bool any = false;
  for (const char* compiler : {"gcc", "clang"}) {
    if (!compile(compiler, "-g -O1", target_source("values.c"), "values")) continue;
    any = true;
    record_program({"p:text $T:take tag=record->tag:string(\\3) some=record->tag:string(length) "
                    "raw=record->raw:string(\\16) full=record->full:string whole=record->full",
                    "p:bits $T:take a=record->flags:x8 b=record->flags:u32 c=record->mode:x32 "
                    "d=record->delta:s8 e=record->delta:x8 f=record->delta"},
                   {file("values")});
    expect_seen({{"text",
                  {{"tag", "tag"},
                   {"some", "tag"},
                   {"raw", "0123456789abcdef"},
                   {"full", "full"},
                   {"whole", "full"}}},
                 {"bits", {{"a", "0x15"}, {"b", 21}, {"c", "0x5"}, {"d", -3}, {"e", "0xd"}, {"f", -3}}}});
  }
  if (!any) GTEST_SKIP() << "no C compiler here";
}

// A struct in a register: its fields are some of the bits.
TEST_F(ValuesLive, PartsOfARegister) {
  if (!compile("gcc", "-g -O1", target_source("values.c"), "values")) GTEST_SKIP() << "no gcc here";
  record_program({"p:parts $T:take id=small.id mark=small.mark low=small.low lowx=small.low:x16"},
                 {file("values")});
  expect_seen({{"parts", {{"id", 77}, {"mark", "m"}, {"low", -9}, {"lowx", "0xfff7"}}}});
}

TEST_F(ValuesLive, OtherByteOrder) {
  if (!compile("gcc", "-g -O1", target_source("values.c"), "values")) GTEST_SKIP() << "no gcc here";
  record_program({"p:in $T:receive packet->port hex=packet->address:x32 packet->address packet->balance "
                  "packet->steps second=packet->steps[1] packet->kind packet->serial sx=packet->serial:x16 "
                  "packet->shift nothing=none->port"},
                 {file("values")});
  expect_seen({{"in",
                {{"port", 8080},
                 {"hex", "0x7f000001"},
                 {"address", 2130706433},
                 {"balance", -5},
                 {"steps", {258, -2}},
                 {"second", -2},
                 {"kind", 3},
                 {"serial", 0x123},
                 {"sx", "0x123"},
                 {"shift", -7},
                 {"nothing", nullptr}}}});
}

TEST_F(ValuesLive, TextsOfEveryWidthAndLibrary) {
  bool any = false;
  for (const char* compiler : {"g++ -std=c++17", "clang++ -std=c++17 -fstandalone-debug",
                               "clang++ -std=c++17 -fstandalone-debug -stdlib=libc++"}) {
    // LLVM's library is a package of its own.
    if (!has_program(std::string(compiler).substr(0, std::string(compiler).find(' ')))) continue;
    if (run({"sh", "-c", "echo '#include <string>' | " + std::string(compiler) + " -x c++ -fsyntax-only -"})
            .status != 0)
      continue;
    ASSERT_TRUE(compile(compiler, "-g -O1", target_source("texts.cc"), "texts")) << compiler;
    any = true;
    record_program({"p:own $T:look given owned brief=texts->brief lengthy=texts->lengthy empty=texts->empty",
                    "p:wide $T:look texts->wide16 texts->wide32 texts->wide texts->view",
                    "p:plain $T:look texts->fixed texts->pointer typed=texts->pointer:string",
                    "p:list $T:look first=texts->list[0]", "p:far $T:look texts->wide_pointer",
                    "p:lead $T:lead owned:string twice:string unique:string words:string four:string",
                    "r:back $T:lead x=$retval:string"},
                   {file("texts")});
    const std::string lengthy = "a text that is much too long to lie in the object itself";
    expect_seen(
        {{"lead",
          {{"owned", lengthy},
           {"twice", lengthy},
           {"unique", "unique"},
           {"words", "word"},
           {"four", "four"}}},
         {"back", {{"x", lengthy}}},
         {"own",
          {{"given", lengthy}, {"owned", "owned"}, {"brief", "brief"}, {"lengthy", lengthy}, {"empty", ""}}},
         {"wide",
          {{"wide16", "sixteen ☃ 😀"},
           {"wide32", "thirty-two ☃ 😀"},
           {"wide", "wide ☃"},
           {"view", "seen from afar"}}},
         {"plain", {{"fixed", "fixed"}, {"pointer", "pointed at"}, {"typed", "pointed at"}}},
         {"list", {{"first", "first"}}},
         {"far", {{"wide_pointer", "w☃"}}}});
  }
  if (!any) GTEST_SKIP() << "no C++ compiler here";
}

TEST_F(ValuesLive, ResultsInTheTypeOfTheSource) {
  const std::string source = std::string(UPROAR_SOURCE_DIR) + "/tests/support/programs/results.cc";
  bool any = false;
  for (const std::string compiler : {"g++", "clang++ -fstandalone-debug"}) {
    if (!compile(compiler, "-std=c++17 -g -O1", source, "results")) continue;
    any = true;
    record_program(
        {"r:number $T:number x=$retval", "r:truth $T:truth x=$retval", "r:level $T:level x=$retval",
         "r:text $T:text x=$retval", "r:pair $T:pair $retval.a $retval.b",
         "r:small $T:small_struct $retval.id $retval.mark $retval.low", "r:mixed $T:mixed $retval.id",
         "r:large $T:large $retval.name $retval.last", "r:failure $T:failure $retval->code $retval->message",
         "r:reference $T:reference x=$retval", "r:string $T:string x=$retval y=$retval:string",
         "r:owned $T:owned $retval->message", "r:copied $T:copied $retval.id"},
        {file("results")}, {"--force"});
    std::map<std::string, Json> got;
    for (const Seen& each : seen()) got[each.event] = each.arguments;
    const std::map<std::string, Json> expected = {{"number", {{"x", -5}}},
                                                  {"truth", {{"x", 1}}},
                                                  {"level", {{"x", -2}}},
                                                  {"text", {{"x", "text"}}},
                                                  {"pair", {{"a", 5}, {"b", -5}}},
                                                  {"small", {{"id", 5}, {"mark", "m"}, {"low", 7}}},
                                                  {"mixed", {{"id", 5}}},
                                                  {"large", {{"name", "large"}, {"last", -5}}},
                                                  {"failure", {{"code", 5}, {"message", "failed"}}},
                                                  {"reference", {{"x", 5}}},
                                                  {"string", {{"x", "qqq"}, {"y", "qqq"}}},
                                                  {"owned", {{"message", "owned"}}},
                                                  {"copied", {{"id", 5}}}};
    EXPECT_EQ(got, expected) << compiler;
    EXPECT_NE(complaint("r " + file("results") + ":weight x=$retval").find("xmm0"), std::string::npos);
    EXPECT_NE(complaint("r " + file("results") + ":nothing x=$retval").find("nothing returns nothing"),
              std::string::npos);
    EXPECT_NE(complaint("r " + file("results") + ":pair x=$retval").find("choose a field: a, b"),
              std::string::npos);
  }
  if (!any) GTEST_SKIP() << "no C++ compiler here";
}

TEST_F(ValuesLive, TextsAndVariantsOfRust) {
  if (!has_program("rustc")) GTEST_SKIP() << "no Rust compiler here";
  ASSERT_NO_FATAL_FAILURE(
      build("rustc -g -C opt-level=1 -o rust " + target_source("values.rs") + " 2>/dev/null"));
  record_program(
      {"p:texts $T:texts a b c", "p:more $T:texts d e f g",
       "p:options $T:variants h.some h.none h.named h.nameless",
       "p:shapes $T:variants w=h.rect.Rect.w h=h.rect.Rect.h c=h.rect.Circle.0 d=h.circle.Circle.0 "
       "e=h.circle.Rect.h f=unit.Circle.0",
       "r:number $T:variants x=$retval", "r:borrowed $T:borrowed x=$retval",
       "p:parts $T:parts text asked=text:string bytes:string"},
      {file("rust")}, {"--force"});
  expect_seen({{"texts", {{"a", "string"}, {"b", "boxed"}, {"c", "counted"}}},
               {"more", {{"d", "shared"}, {"e", "twice"}, {"f", "owned"}, {"g", "lent"}}},
               {"options", {{"some", -7}, {"none", nullptr}, {"named", "named"}, {"nameless", nullptr}}},
               {"shapes", {{"w", 3}, {"h", 44}, {"c", nullptr}, {"d", 9}, {"e", nullptr}, {"f", nullptr}}},
               {"number", {{"x", -5}}},
               {"borrowed", {{"x", "borrowed from it"}}},
               {"parts", {{"text", "first"}, {"asked", "first"}, {"bytes", "and"}}}});
}

// With :string what leads to bytes is these, as many as there are.
TEST_F(ValuesLive, BytesOfRustBehindPointers) {
  if (!has_program("rustc")) GTEST_SKIP() << "no Rust compiler here";
  for (const char* level : {"0", "1"}) {
    ASSERT_NO_FATAL_FAILURE(build(std::string("rustc -g -C opt-level=") + level + " -o rust " +
                                  target_source("values.rs") + " 2>/dev/null"));
    record_program({"p:bytes $T:bytes a:string b:string c:string",
                    "p:more $T:bytes d:string e:string f:string two=a:string(\\2)",
                    "p:system $T:system a b:string c:string", "p:of_c $T:system d e f:string",
                    "p:kept $T:kept a:string b c:string d:string"},
                   {file("rust")});
    const std::string some("a\0b", 3);
    const std::string boxed("d\0", 2);
    const std::string two("a\0", 2);
    expect_seen({{"bytes", {{"a", some}, {"b", "b"}, {"c", "c"}}},
                 {"more", {{"d", boxed}, {"e", some}, {"f", "fghi"}, {"two", two}}},
                 {"system", {{"a", "os"}, {"b", "/p"}, {"c", "/path"}}},
                 {"of_c", {{"d", "of c"}, {"e", "of c"}, {"f", "lent"}}},
                 {"kept", {{"a", "rc"}, {"b", "arc"}, {"c", nullptr}, {"d", some}}}});
    EXPECT_NE(complaint("p " + file("rust") + ":kept e:string").find("which is no text"), std::string::npos);
  }
}

}  // namespace
}  // namespace uproar::live
