#include "binary/elf/debug_files.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "binary/symbols/mini_debug_info.h"
#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

class DebugFiles : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("a.c",
              "static __attribute__((noinline)) int hidden(int a) { return a + 1; }\nint main(int n, char** "
              "v) { return hidden(n); }\n");
    if (!shop_.run("gcc -g -O1 -fno-ipa-sra -Wl,--build-id -o whole a.c && objcopy --only-keep-debug whole "
                   "prog.debug && "
                   "objcopy --strip-all --add-gnu-debuglink=prog.debug whole prog"))
      GTEST_SKIP() << "no gcc or objcopy";
  }
  std::unique_ptr<ElfFile> open(const std::string& name) {
    return std::move(*ElfFile::open(shop_.path(name)));
  }
  uint64_t address_of_hidden(ElfFile& file) {
    for (const ElfSymbol& symbol : **file.symbols()) {
      if (symbol.name == "hidden") return symbol.vaddr;
    }
    return 0;
  }
  Workshop shop_;
};

TEST_F(DebugFiles, LinkBesideTheFileGivesItsSymbols) {
  auto file = open("prog");
  EXPECT_EQ(find_local_debug_file(*file).path, shop_.path("prog.debug"));
  EXPECT_EQ(address_of_hidden(*file), oracle::address(shop_.path("whole"), "hidden"));
  EXPECT_EQ(file->symbol_origin().debug_file, shop_.path("prog.debug"));
  EXPECT_FALSE(file->has_symtab());
}

TEST_F(DebugFiles, DotDebugFolderIsLookedInto) {
  ASSERT_TRUE(shop_.run("mkdir .debug && mv prog.debug .debug"));
  EXPECT_EQ(find_local_debug_file(*open("prog")).path, shop_.path(".debug/prog.debug"));
}

TEST_F(DebugFiles, AnotherBuildIsNeverUsed) {
  ASSERT_TRUE(
      shop_.run("gcc -g -O0 -Wl,--build-id -o other a.c && objcopy --only-keep-debug other prog.debug"));
  auto file = open("prog");
  auto search = find_local_debug_file(*file);
  EXPECT_EQ(search.path, "");
  EXPECT_NE(
      search.mismatch.find("is of another build: its build-id is " + oracle::build_id(shop_.path("other"))),
      std::string::npos)
      << search.mismatch;
  EXPECT_EQ(address_of_hidden(*file), 0u);
  EXPECT_EQ(file->symbol_origin().mismatch, search.mismatch);
}

TEST_F(DebugFiles, ChecksumDecidesWithoutBuildIds) {
  ASSERT_TRUE(
      shop_.run("gcc -g -O1 -fno-ipa-sra -Wl,--build-id=none -o whole a.c && objcopy --only-keep-debug whole "
                "prog.debug && "
                "objcopy --strip-all --add-gnu-debuglink=prog.debug whole prog"));
  EXPECT_EQ(find_local_debug_file(*open("prog")).path, shop_.path("prog.debug"));
  ASSERT_TRUE(shop_.run("echo >> prog.debug"));
  auto search = find_local_debug_file(*open("prog"));
  EXPECT_EQ(search.path, "");
  EXPECT_NE(search.mismatch.find("checksum"), std::string::npos);
}

TEST_F(DebugFiles, WhatWasTriedIsTold) {
  ASSERT_TRUE(shop_.run("rm prog.debug"));
  auto search = find_local_debug_file(*open("prog"));
  ASSERT_EQ(search.tried.size(), 4u);
  EXPECT_EQ(search.tried[0].find("/usr/lib/debug/.build-id/"), 0u);
  EXPECT_EQ(search.tried[1], shop_.path("prog.debug"));
}

TEST_F(DebugFiles, MiniDebugInfoGivesItsSymbols) {
  if (!Workshop::has("xz")) GTEST_SKIP() << "no xz";
  ASSERT_TRUE(
      shop_.run("objcopy -S --remove-section .gnu_debuglink --remove-section .comment --keep-symbol=hidden "
                "whole mini && xz -k mini && "
                "objcopy --strip-all --add-section .gnu_debugdata=mini.xz whole prog"));
  auto file = open("prog");
  EXPECT_EQ(address_of_hidden(*file), oracle::address(shop_.path("whole"), "hidden"));
  EXPECT_TRUE(file->symbol_origin().mini_debug_info);
}

TEST_F(DebugFiles, PackedBombIsBounded) {
  if (!shop_.run("head -c 30000000 /dev/zero | xz > zeros.xz")) GTEST_SKIP() << "no xz";
  std::ifstream stream(shop_.path("zeros.xz"), std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(stream)), {});
  std::span bytes(reinterpret_cast<const uint8_t*>(packed.data()), packed.size());
  EXPECT_FALSE(unpack_mini_debug_info(bytes, 1 << 20).ok());
  auto whole = unpack_mini_debug_info(bytes, 30000000);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_EQ(whole->size(), 30000000u);
  EXPECT_FALSE(unpack_mini_debug_info(bytes.first(bytes.size() / 2)).ok());
  EXPECT_FALSE(unpack_mini_debug_info({}).ok());
}

TEST(DebugLinks, NonsenseIsNone) {
  auto parse = [](std::string_view text) {
    return parse_debug_link(std::vector<uint8_t>(text.begin(), text.end()));
  };
  using namespace std::string_view_literals;
  auto link = parse("ab.debug\0\0\0\0\x78\x56\x34\x12"sv);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->name, "ab.debug");
  EXPECT_EQ(link->crc, 0x12345678u);
  for (std::string_view text :
       {""sv, "abc"sv, "\0\0\0\0\1\1\1\1"sv, "../evil\0\1\1\1\1"sv, "..\0\0\1\1\1\1"sv, "abc\0\1\1"sv})
    EXPECT_FALSE(parse(text)) << text;
}

}  // namespace
}  // namespace uproar
