#include "resolve/places/find_functions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

std::string hex(uint64_t number) {
  std::ostringstream out;
  out << "0x" << std::hex << number;
  return out.str();
}

struct Context {
  explicit Context(const std::string& file_path)
      : path(file_path), file(std::move(*ProbedFile::open(path))) {}

  Result<FoundPlaces> find(const std::string& name, bool is_return = false) {
    ast::Site site;
    site.form = ast::Site::Form::Symbol;
    site.symbol = name;
    if (size_t plus = name.rfind("+0x"); plus != std::string::npos) {
      site.symbol = name.substr(0, plus);
      site.offset = std::stoull(name.substr(plus + 3), nullptr, 16);
      site.offset_given = true;
    }
    return run(site, name, is_return);
  }
  Result<FoundPlaces> glob(const std::string& pattern) {
    ast::Site site;
    site.form = ast::Site::Form::Glob;
    site.symbol = pattern;
    return run(site, pattern, false);
  }
  Result<FoundPlaces> run(ast::Site& site, const std::string& shown, bool is_return) {
    text = "p x:" + shown;
    site.span = {4, static_cast<uint32_t>(text.size())};
    hazards.clear();
    return find_functions(site, text, file, is_return, options, hazards);
  }
  std::vector<uint64_t> addresses(const std::string& name) {
    std::vector<uint64_t> found;
    auto places = find(name);
    EXPECT_TRUE(places.ok()) << name << ": " << places.error().message;
    if (!places.ok()) return found;
    for (const FoundPlace& place : *places) found.push_back(place.vaddr);
    return found;
  }
  Error error(const std::string& name) {
    auto places = find(name);
    EXPECT_FALSE(places.ok()) << name;
    return places.ok() ? Error{} : places.error();
  }
  uint64_t offset_of(uint64_t vaddr) const { return *oracle::offset_by_sections(path, vaddr); }

  std::string path;
  ProbedFile file;
  ResolveOptions options;
  Hazards hazards;
  std::string text;
};

using Addresses = std::vector<uint64_t>;

class FindIn : public testing::TestWithParam<const char*> {};

TEST_P(FindIn, PlainNamesAreThoseOfNm) {
  Context context(oracle::fixture(GetParam()));
  for (const char* name : {"add_two", "add_alias", "add_three", "local_helper"}) {
    auto places = context.find(name);
    ASSERT_TRUE(places.ok()) << places.error().message;
    ASSERT_EQ(places->size(), 1u);
    const FoundPlace& place = places->front();
    EXPECT_EQ(place.vaddr, oracle::address(context.path, name));
    EXPECT_EQ(place.symbol, name);
    EXPECT_EQ(place.function_vaddr, place.vaddr);
    EXPECT_GT(place.function_size, 0u);
    EXPECT_TRUE(place.is_function_entry);
  }
  EXPECT_TRUE(context.hazards.empty());
}

TEST_P(FindIn, ImplementationsStandForAnIfunc) {
  Context context(oracle::fixture(GetParam()));
  auto places = context.find("chosen");
  ASSERT_TRUE(places.ok()) << places.error().message;
  Addresses expected = {oracle::address(context.path, "chosen_fast"),
                        oracle::address(context.path, "chosen_slow")};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(context.addresses("chosen"), expected);
  for (const FoundPlace& place : *places) EXPECT_EQ(place.symbol, "chosen");
  ASSERT_EQ(context.hazards.size(), 1u);
  EXPECT_NE(context.hazards[0].message.find("chosen_fast"), std::string::npos) << context.hazards[0].message;
  EXPECT_EQ(
      context.error("chosen+0x2").message,
      "chosen is chosen at load time (IFUNC): what stands at its address is a resolver, which runs once");
}

INSTANTIATE_TEST_SUITE_P(, FindIn,
                         testing::Values("pie", "nonpie", "static", "libtarget.so.1", "libapart.so"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(FindFunctions, OffsetWithinTheFunction) {
  Context context(oracle::fixture("pie"));
  auto places = context.find("add_three+0x4");
  ASSERT_TRUE(places.ok());
  EXPECT_EQ(places->front().vaddr, oracle::address(context.path, "add_three") + 4);
  EXPECT_EQ(places->front().symbol_offset, 4u);
  EXPECT_TRUE(places->front().offset_given);
  EXPECT_FALSE(places->front().is_function_entry);
  EXPECT_EQ(context.error("add_two+0x1000").message.find("+0x1000 is beyond add_two, which has 0x"), 0u);
  EXPECT_FALSE(context.find("add_two+0xffffffffffffffff").ok());
}

TEST(FindFunctions, SeveralFunctionsOfANameAreListed) {
  Context context(oracle::fixture("pie"));
  auto twins = oracle::addresses(context.path, "twin");
  ASSERT_EQ(twins.size(), 2u);
  Error error = context.error("twin");
  EXPECT_EQ(error.message, "2 functions of " + context.path + " are called twin");
  EXPECT_EQ(error.remedy.find("--all probes all of them; or choose one: "), 0u) << error.remedy;
  for (uint64_t address : twins)
    EXPECT_NE(error.remedy.find(hex(context.offset_of(address)) + " ("), std::string::npos) << error.remedy;
  context.options.all = true;
  EXPECT_EQ(context.addresses("twin"), twins);
}

TEST(FindFunctions, WhatIsNotThereIsExplained) {
  Context context(oracle::fixture("pie"));
  Error error = context.error("add_tow");
  EXPECT_EQ(error.message, context.path + " has no function add_tow");
  EXPECT_EQ(error.excerpt, "  p x:add_tow\n      ^~~~~~~");
  EXPECT_EQ(error.remedy.find("did you mean add_two"), 0u) << error.remedy;
  EXPECT_EQ(context.error("counter").message, "counter is data, not code");
  EXPECT_NE(context.error("counter").remedy.find("@counter"), std::string::npos);
}

TEST(FindFunctions, ImportedFunctionNamesItsLibrary) {
  Context context(oracle::fixture("pie"));
  Error error = context.error("atoi");
  EXPECT_EQ(error.message, "atoi is not in " + context.path + ", which calls it in libc.so.6");
  EXPECT_EQ(error.remedy, "probe it there: libc.so.6:atoi");
}

TEST(FindFunctions, StrippedFileSaysHowManyNamesAreLeft) {
  Context context(oracle::fixture("stripped"));
  Error error = context.error("local_helper");
  EXPECT_EQ(error.message.find(context.path + " has no function local_helper (it is stripped: "), 0u)
      << error.message;
  EXPECT_NE(error.remedy.find("build-id"), std::string::npos) << error.remedy;
}

class CppNames : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("a.cpp", kShapesSource);
    if (!shop_.run("g++ -O1 -o a a.cpp")) GTEST_SKIP() << "no g++";
  }
  Workshop shop_;
};

TEST_F(CppNames, EveryWayToWriteThem) {
  Context context(shop_.path("a"));
  auto at = [&context](const char* raw) { return Addresses{oracle::address(context.path, raw)}; };
  EXPECT_EQ(context.addresses("app::area(int)"), at("_ZN3app4areaEi"));
  EXPECT_EQ(context.addresses("app::area(double,int)"), at("_ZN3app4areaEdi"));
  EXPECT_EQ(context.addresses("area(double, int)"), at("_ZN3app4areaEdi"));
  EXPECT_EQ(context.addresses("_ZN3app4areaEi"), at("_ZN3app4areaEi"));
  EXPECT_EQ(context.addresses("helper"), at("_ZN3app12_GLOBAL__N_16helperEi"));
  EXPECT_EQ(context.addresses("only"), at("_Z4onlyi"));
  EXPECT_EQ(context.addresses("plain"), at("plain"));
  EXPECT_EQ(context.addresses("app::most<int>"), at("_ZN3app4mostIiEET_S1_S1_"));
  EXPECT_EQ(context.addresses("app::Box::Box"), at("_ZN3app3BoxC1Ei"));
  EXPECT_EQ(context.addresses("Box::get"), at("_ZNK3app3Box3getEv"));
  EXPECT_EQ(context.addresses("app::Box::operator()"), at("_ZN3app3BoxclEi"));
  EXPECT_EQ(context.error("app::counted").message, "app::counted is data, not code");
}

TEST_F(CppNames, OverloadsAreListedOrAllTaken) {
  Context context(shop_.path("a"));
  Error error = context.error("app::area");
  EXPECT_NE(error.remedy.find("app::area(int) at 0x"), std::string::npos) << error.remedy;
  EXPECT_NE(error.remedy.find("app::area(double, int) at 0x"), std::string::npos) << error.remedy;
  // The deleting destructor calls the other one.
  auto destructors = context.find("app::Box::~Box");
  ASSERT_TRUE(destructors.ok()) << render(destructors.error());
  EXPECT_EQ(destructors->size(), 1u);
  EXPECT_EQ(context.error("aera").remedy, "did you mean app::area?");
  context.options.all = true;
  auto places = context.find("app::area");
  ASSERT_TRUE(places.ok());
  ASSERT_EQ(places->size(), 2u);
  EXPECT_EQ(places->front().symbol.find("app::area("), 0u);
}

TEST_F(CppNames, PatternsGiveEachAddressOnce) {
  Context context(shop_.path("a"));
  auto places = context.glob("app::*");
  ASSERT_TRUE(places.ok()) << places.error().message;
  EXPECT_TRUE(std::is_sorted(places->begin(), places->end(),
                             [](const FoundPlace& a, const FoundPlace& b) { return a.vaddr <= b.vaddr; }));
  EXPECT_GE(places->size(), 11u);
  for (const FoundPlace& place : *places) EXPECT_EQ(place.symbol.find("app::"), 0u);
  auto none = context.glob("nothing_*");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message, "no function of " + context.path + " matches nothing_*");
}

TEST(FindFunctions, VersionsOfALibrary) {
  Workshop shop;
  shop.put("v.c",
           "int foo_1(int a) { return a + 1; }\nint foo_2(int a) { return a + 2; }\n"
           "__asm__(\".symver foo_1,foo@V1\\n.symver foo_2,foo@@V2\");\n");
  shop.put("v.map", "V1 { global: foo; local: *; }; V2 { global: foo; } V1;");
  if (!shop.run(
          "gcc -O1 -shared -fPIC -Wl,--version-script=v.map -o libv.so v.c && strip -o stripped.so libv.so"))
    GTEST_SKIP() << "no gcc";
  for (const char* name : {"libv.so", "stripped.so"}) {
    Context context(shop.path(name));
    const uint64_t one = oracle::address(shop.path("libv.so"), "foo_1");
    const uint64_t two = oracle::address(shop.path("libv.so"), "foo_2");
    EXPECT_EQ(context.addresses("foo"), Addresses{two});
    EXPECT_EQ(context.addresses("foo@V1"), Addresses{one});
    EXPECT_EQ(context.addresses("foo@@V2"), Addresses{two});
  }
}

TEST(FindFunctions, AssemblyLabelIsAFunction) {
  Workshop shop;
  shop.put("a.s", ".text\n.globl asm_fn\nasm_fn:\n ret\n.section .note.GNU-stack,\"\",@progbits\n");
  shop.put("m.c", "void asm_fn(void); int main(void) { asm_fn(); return 0; }");
  if (!shop.run("gcc -o a m.c a.s")) GTEST_SKIP() << "no gcc";
  Context context(shop.path("a"));
  EXPECT_EQ(context.addresses("asm_fn"), Addresses{oracle::address(shop.path("a"), "asm_fn")});
}

// glibc as distributions ship it is stripped, and strlen has an implementation for each kind of processor.
TEST(FindFunctions, StrlenOfTheSystemsLibrary) {
  const std::string libc = "/lib/x86_64-linux-gnu/libc.so.6";
  if (!std::filesystem::exists(libc)) GTEST_SKIP() << "no libc.so.6 where it is looked for";
  Workshop shop;
  shop.put(
      "where.c",
      "#define _GNU_SOURCE\n#include <string.h>\n#include <stdio.h>\n#include <dlfcn.h>\n#include <link.h>\n"
      "int main(void) { size_t (*volatile f)(const char*) = strlen; Dl_info i; struct link_map* m;\n"
      "dladdr1((void*)f, &i, (void**)&m, RTLD_DL_LINKMAP); printf(\"%lx\\n\", (long)f - (long)m->l_addr); "
      "}\n");
  if (!shop.run("gcc -fno-builtin -o where where.c")) GTEST_SKIP() << "no gcc";
  const uint64_t used = std::stoull(oracle::lines_of(shop.path("where"))[0], nullptr, 16);
  Context context(libc);
  auto addresses = context.addresses("strlen");
  EXPECT_TRUE(std::find(addresses.begin(), addresses.end(), used) != addresses.end()) << hex(used);
  EXPECT_GE(addresses.size(), 2u);
  EXPECT_LE(addresses.size(), 12u);
}

}  // namespace
}  // namespace uproar
