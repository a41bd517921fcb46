#include "resolve/site/site.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/number.h"
#include "binary/elf/address.h"
#include "definition/parser.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

struct Context {
  explicit Context(const std::string& fixture)
      : path(oracle::fixture(fixture)), file(std::move(*ElfFile::open(path))) {}

  Result<ProbeSite> resolve(const std::string& site) {
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

TEST_P(SiteOfFixture, AddressAndOffsetAreOnePlace) {
  Context context(GetParam());
  uint64_t expected = context.offset_of("add_three");
  uint64_t vaddr = oracle::address(context.path, "add_three");
  for (const std::string& site : {std::string("va:").append(hex(vaddr)), hex(expected)}) {
    auto resolved = context.resolve(site);
    ASSERT_TRUE(resolved.ok()) << site << ": " << resolved.error().message;
    EXPECT_EQ(resolved->file_offset, expected) << site;
    EXPECT_EQ(resolved->symbol, "add_three") << site;
    EXPECT_EQ(resolved->symbol_offset, 0u) << site;
    EXPECT_TRUE(segment_at(context.file->segments(), resolved->file_offset)->executable);
  }
  EXPECT_TRUE(context.hazards.empty());
}

TEST_P(SiteOfFixture, OffsetWithinAFunctionIsNamed) {
  Context context(GetParam());
  auto resolved = context.resolve(hex(context.offset_of("add_three") + 4));
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->symbol, "add_three");
  EXPECT_EQ(resolved->symbol_offset, 4u);
  EXPECT_FALSE(resolved->offset_given);
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
  auto resolved = context.resolve("va:" + hex(oracle::address(context.path, "add_two")));
  ASSERT_TRUE(resolved.ok()) << resolved.error().message;
  EXPECT_EQ(resolved->file_offset, context.offset_of("add_two"));
}

TEST(Site, AliasIsCalledByItsBestName) {
  Context context("pie");
  EXPECT_EQ(context.resolve(hex(context.offset_of("add_alias")))->symbol, "add_two");
}

TEST(Site, OffsetInsistsOnTheResolver) {
  Context context("libtarget.so.1");
  // The resolver function has a name of its own in .symtab, which is local: the IFUNC is the better alias.
  auto resolved = context.resolve(hex(context.offset_of("chosen")));
  ASSERT_TRUE(resolved.ok()) << resolved.error().message;
  ASSERT_EQ(context.hazards.size(), 1u);
  EXPECT_NE(context.hazards[0].message.find("is in the resolver of chosen"), std::string::npos);
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
  const std::string offset = hex(context.offset_of("add_two"));
  EXPECT_EQ(context.resolve(offset + "(0x3010)")->ref_counter, 0x3010u);
  EXPECT_EQ(context.resolve(offset)->ref_counter, 0u);
}

}  // namespace
}  // namespace uproar
