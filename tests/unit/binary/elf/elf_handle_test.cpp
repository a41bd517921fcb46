#include "binary/elf/elf_handle.h"

#include <gelf.h>
#include <gtest/gtest.h>
#include <libelf.h>

#include <fstream>
#include <iterator>

#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

// By readelf.
std::string told_build_id(const std::string& path) {
  for (const std::string& line : oracle::lines_of("readelf -n '" + path + "' 2>/dev/null")) {
    const size_t at = line.find("Build ID: ");
    if (at != std::string::npos) return line.substr(at + 10);
  }
  return {};
}

TEST(ElfHandle, TheBuildIdIsThatOfReadelf) {
  for (const char* name : {"pie", "static", "libtarget.so.1", "stripped"}) {
    const std::string path = oracle::fixture(name);
    auto opened = open_elf(path);
    ASSERT_TRUE(opened) << name;
    EXPECT_EQ(build_id_of(opened->elf.get(), opened->size), told_build_id(path)) << name;
    EXPECT_FALSE(told_build_id(path).empty()) << name;
  }
  auto object = open_elf(oracle::fixture("object.o"));  // has none
  ASSERT_TRUE(object);
  EXPECT_EQ(build_id_of(object->elf.get(), object->size), "");
}

TEST(ElfHandle, BytesInMemoryAreReadLikeAFile) {
  std::ifstream file(oracle::fixture("pie"), std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::string before = bytes;
  ElfHandle elf = read_elf(bytes);
  ASSERT_TRUE(elf);
  EXPECT_EQ(build_id_of(elf.get(), bytes.size()), told_build_id(oracle::fixture("pie")));
}

TEST(ElfHandle, WhatIsNoElfFileIsNone) {
  const TemporaryFolder folder;
  EXPECT_FALSE(open_elf(folder.put("script", "#!/bin/sh\n")));
  EXPECT_FALSE(open_elf(folder.put("empty", "")));
  EXPECT_FALSE(open_elf(folder.path("missing")));
  EXPECT_FALSE(open_elf(folder.path()));  // a folder
  std::string text = "no ELF at all";
  EXPECT_FALSE(read_elf(text));
}

// Notes that claim to be longer than the file are left out.
TEST(ElfHandle, ABuildIdOutsideOfTheFileIsNotRead) {
  auto opened = open_elf(oracle::fixture("pie"));
  ASSERT_TRUE(opened);
  size_t count = 0;
  ASSERT_EQ(elf_getphdrnum(opened->elf.get(), &count), 0);
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    ASSERT_TRUE(gelf_getphdr(opened->elf.get(), static_cast<int>(i), &header));
    if (header.p_type != PT_NOTE) continue;
    header.p_offset = opened->size;
    gelf_update_phdr(opened->elf.get(), static_cast<int>(i), &header);
  }
  // The sections still tell.
  EXPECT_EQ(build_id_of(opened->elf.get(), opened->size), told_build_id(oracle::fixture("pie")));
}

}  // namespace
}  // namespace uproar
