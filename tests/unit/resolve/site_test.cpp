#include "resolve/site.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "../binary/elf_oracle.h"
#include "base/number.h"
#include "definition/parser.h"

namespace uproar {
namespace {

struct Context {
  explicit Context(const std::string& fixture)
      : path(oracle::fixture(fixture)), file(std::move(*ElfFile::open(path))) {}

  Result<ResolvedSite> resolve(const std::string& site) {
    text = "p \"/bin/x\":" + site;
    auto parsed = parse_probe(text);
    if (!parsed.ok()) return parsed.error();
    return resolve_site(parsed->probe.site, text, *file, hazards);
  }

  Error error(const std::string& site) {
    auto resolved = resolve(site);
    EXPECT_FALSE(resolved.ok()) << site;
    return resolved.ok() ? Error{} : resolved.error();
  }

  uint64_t offset_of(const std::string& symbol) const {
    return *oracle::offset_by_sections(path, oracle::address(path, symbol));
  }

  std::string path;
  std::unique_ptr<ElfFile> file;
  std::string text;
  Hazards hazards;
};

std::string hex(uint64_t number) {
  std::ostringstream out;
  out << "0x" << std::hex << number;
  return out.str();
}

class SiteOfFixture : public testing::TestWithParam<const char*> {};

TEST_P(SiteOfFixture, SymbolAddressAndOffsetAreOnePlace) {
  Context context(GetParam());
  uint64_t expected = context.offset_of("add_three");
  uint64_t vaddr = oracle::address(context.path, "add_three");
  for (const std::string& site :
       {std::string("add_three"), std::string("va:").append(hex(vaddr)), hex(expected)}) {
    auto resolved = context.resolve(site);
    ASSERT_TRUE(resolved.ok()) << site << ": " << resolved.error().message;
    EXPECT_EQ(resolved->site.file_offset, expected) << site;
    EXPECT_EQ(resolved->site.symbol, "add_three") << site;
    EXPECT_EQ(resolved->site.symbol_offset, 0u) << site;
    ASSERT_NE(resolved->code, nullptr);
    EXPECT_TRUE(resolved->code->executable);
  }
  EXPECT_TRUE(context.hazards.empty());
}

TEST_P(SiteOfFixture, OffsetWithinTheSymbolIsAdded) {
  Context context(GetParam());
  auto resolved = context.resolve("add_three+0x4");
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->site.file_offset, context.offset_of("add_three") + 4);
  EXPECT_EQ(resolved->site.symbol_offset, 4u);
  EXPECT_TRUE(resolved->site.offset_given);
  resolved = context.resolve(hex(context.offset_of("add_three") + 4));
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->site.symbol, "add_three");
  EXPECT_EQ(resolved->site.symbol_offset, 4u);
  EXPECT_FALSE(resolved->site.offset_given);
}

INSTANTIATE_TEST_SUITE_P(, SiteOfFixture,
                         testing::Values("pie", "nonpie", "static", "libtarget.so.1", "libapart.so"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(Site, ThirtyTwoBitFileHasSitesToo) {
  if (!std::filesystem::exists(oracle::fixture("elf32")))
    GTEST_SKIP() << "this compiler makes no 32-bit programs";
  Context context("elf32");
  auto resolved = context.resolve("add_two");
  ASSERT_TRUE(resolved.ok()) << resolved.error().message;
  EXPECT_EQ(resolved->site.file_offset, context.offset_of("add_two"));
}

TEST(Site, AliasIsCalledAsTheUserCallsIt) {
  Context context("pie");
  EXPECT_EQ(context.resolve("add_alias")->site.symbol, "add_alias");
  EXPECT_EQ(context.resolve(hex(context.offset_of("add_alias")))->site.symbol, "add_two");
}

TEST(Site, UnknownSymbolOffersNearNames) {
  Context context("pie");
  Error error = context.error("add_tow");
  EXPECT_EQ(error.message, context.path + " has no function add_tow");
  EXPECT_EQ(error.excerpt,
            "  p \"/bin/x\":add_tow\n"
            "             ^~~~~~~");
  EXPECT_EQ(error.remedy.find("did you mean add_two"), 0u) << error.remedy;
}

TEST(Site, StrippedFileSaysHowManyNamesAreLeft) {
  Context context("stripped");
  size_t functions = 0;
  for (const std::string& line : oracle::lines_of("nm -D --defined-only '" + context.path + "'")) {
    functions += line.find(" T ") != std::string::npos || line.find(" i ") != std::string::npos;
  }
  EXPECT_EQ(context.error("local_helper").message,
            context.path + " has no function local_helper (it is stripped: " + std::to_string(functions) +
                " dynamic functions have names)");
}

TEST(Site, ImportedFunctionNamesItsLibrary) {
  Context context("pie");
  Error error = context.error("atoi");
  EXPECT_EQ(error.message, "atoi is not in " + context.path + ", which calls it in a shared library");
  EXPECT_EQ(error.remedy, "probe the library that holds it, such as libc.so.6:atoi");
}

TEST(Site, SeveralFunctionsOfANameAreListed) {
  Context context("pie");
  auto addresses = oracle::addresses(context.path, "twin");
  ASSERT_EQ(addresses.size(), 2u);
  Error error = context.error("twin");
  EXPECT_EQ(error.message, "2 functions of " + context.path + " are called twin");
  for (uint64_t address : addresses) {
    std::string offset = hex(*oracle::offset_by_sections(context.path, address));
    EXPECT_NE(error.remedy.find(offset + " ("), std::string::npos) << error.remedy;
  }
}

TEST(Site, DataIsNoCode) {
  Error error = Context("pie").error("counter");
  EXPECT_EQ(error.message, "counter is data, not code");
  EXPECT_NE(error.remedy.find("@counter"), std::string::npos);
  EXPECT_EQ(Context("pie").error("zeroed").message, "zeroed is data, not code");
}

TEST(Site, IfuncIsNotProbedSilently) {
  Context context("pie");
  Error error = context.error("chosen");
  EXPECT_EQ(
      error.message,
      "chosen is chosen at load time (IFUNC): what stands at its address is a resolver, which runs once");
  std::string offset = hex(context.offset_of("chosen"));
  EXPECT_EQ(error.remedy, "probe one of those it may choose: chosen_fast, chosen_slow; " + offset +
                              " insists on probing the resolver");
}

TEST(Site, OffsetInsistsOnTheResolver) {
  Context context("libtarget.so.1");
  // The resolver function has a name of its own in .symtab, which is local: the IFUNC is the better alias.
  auto resolved = context.resolve(hex(context.offset_of("chosen")));
  ASSERT_TRUE(resolved.ok()) << resolved.error().message;
  ASSERT_EQ(context.hazards.size(), 1u);
  EXPECT_NE(context.hazards[0].message.find("is in the resolver of chosen"), std::string::npos);
}

TEST(Site, OffsetBeyondTheSymbolIsAnError) {
  Context context("pie");
  Error error = context.error("add_two+0x1000");
  EXPECT_EQ(error.message.find("+0x1000 is beyond add_two, which has 0x"), 0u) << error.message;
  EXPECT_FALSE(context.resolve("add_two+0xffffffffffffffff").ok());
}

TEST(Site, PlacesWithoutCodeSayWhereTheyAre) {
  Context context("pie");
  EXPECT_NE(context.error("0x0").message.find("is in the ELF header"), std::string::npos);
  EXPECT_NE(context.error(hex(context.offset_of("counter"))).message.find("is in the data segment (.data)"),
            std::string::npos);
  EXPECT_NE(context.error(hex(context.offset_of("greeting")))
                .message.find("is in the read-only data segment (.rodata)"),
            std::string::npos);
  EXPECT_NE(context.error(hex(context.file->size())).message.find("is past the end of the file"),
            std::string::npos);
  EXPECT_NE(context.error(hex(context.file->size() - 1)).message.find("no process maps"), std::string::npos);
  EXPECT_NE(context.error("0xffffffffffffffff").message.find("is past the end of the file"),
            std::string::npos);
}

TEST(Site, AddressTakenForAnOffsetIsNoticed) {
  Context context("nonpie");
  std::string address = hex(oracle::address(context.path, "add_two"));
  EXPECT_EQ(context.error(address).remedy,
            "if " + address + " is an address (of nm, say), write va:" + address);
}

TEST(Site, AddressOutsideTheFileNamesTheCode) {
  Context context("nonpie");
  Error error = context.error("va:0x10");
  EXPECT_EQ(error.message, "0x10 is no address of " + context.path);
  EXPECT_EQ(error.remedy.find("its code is at 0x40"), 0u) << error.remedy;
}

TEST(Site, ReferenceCounterIsTakenOver) {
  Context context("pie");
  EXPECT_EQ(context.resolve("add_two(0x3010)")->site.ref_counter, 0x3010u);
  EXPECT_EQ(context.resolve("add_two")->site.ref_counter, 0u);
}

}  // namespace
}  // namespace uproar
