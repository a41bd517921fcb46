#include "binary/elf/elf_file.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

class ElfFileTest : public testing::Test {
 protected:
  std::string put(const std::string& name, std::string_view bytes) { return folder_.put(name, bytes); }

  static std::string bytes_of(const std::string& path) { return *read_file(path); }

  Error error_of(const std::string& path) {
    auto file = ElfFile::open(path);
    EXPECT_FALSE(file.ok()) << path;
    return file.ok() ? Error{} : file.error();
  }

  TemporaryFolder folder_;
};

std::unique_ptr<ElfFile> open_fixture(const std::string& name) {
  auto file = ElfFile::open(oracle::fixture(name));
  EXPECT_TRUE(file.ok()) << name << ": " << (file.ok() ? "" : file.error().message);
  return file.ok() ? std::move(file).value() : nullptr;
}

TEST_F(ElfFileTest, SegmentsAreThoseOfReadelf) {
  for (const char* name : {"pie", "nonpie", "static", "libtarget.so.1", "libapart.so", "stripped"}) {
    auto file = open_fixture(name);
    ASSERT_TRUE(file);
    auto expected = oracle::loads(oracle::fixture(name));
    ASSERT_EQ(file->segments().size(), expected.size()) << name;
    for (size_t i = 0; i < expected.size(); ++i) {
      const LoadSegment& segment = file->segments()[i];
      EXPECT_EQ(segment.file_offset, expected[i].offset) << name;
      EXPECT_EQ(segment.vaddr, expected[i].vaddr) << name;
      EXPECT_EQ(segment.file_size, expected[i].file_size) << name;
      EXPECT_EQ(segment.executable, expected[i].flags.find('E') != std::string::npos) << name;
      EXPECT_EQ(segment.writable, expected[i].flags.find('W') != std::string::npos) << name;
    }
  }
}

TEST_F(ElfFileTest, BuildIdIsThatOfReadelf) {
  for (const char* name : {"pie", "static", "libapart.so", "stripped"}) {
    std::string expected = oracle::build_id(oracle::fixture(name));
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(open_fixture(name)->build_id(), expected);
  }
}

TEST_F(ElfFileTest, IdentityIsThatOfTheFile) {
  struct stat status;
  ASSERT_EQ(::stat(oracle::fixture("pie").c_str(), &status), 0);
  auto file = open_fixture("pie");
  EXPECT_EQ(file->inode(), status.st_ino);
  EXPECT_EQ(file->device(), status.st_dev);
  EXPECT_EQ(file->size(), static_cast<uint64_t>(status.st_size));
  EXPECT_EQ(file->path(), oracle::fixture("pie"));
}

TEST_F(ElfFileTest, SymbolsAreThoseOfNm) {
  for (const char* name : {"pie", "nonpie", "static", "libtarget.so.1", "libapart.so"}) {
    std::string path = oracle::fixture(name);
    auto file = open_fixture(name);
    auto symbols = file->symbols();
    ASSERT_TRUE(symbols.ok()) << symbols.error().message;
    for (const char* symbol :
         {"add_two", "add_alias", "add_three", "local_helper", "counter", "twin", "chosen"}) {
      std::vector<uint64_t> found;
      for (const ElfSymbol& each : **symbols) {
        if (each.name == symbol) found.push_back(each.vaddr);
      }
      EXPECT_EQ(found, oracle::addresses(path, symbol)) << name << " " << symbol;
    }
  }
}

const ElfSymbol* only(const std::vector<ElfSymbol>& symbols, std::string_view name) {
  const ElfSymbol* found = nullptr;
  for (const ElfSymbol& symbol : symbols) {
    if (symbol.name != name) continue;
    EXPECT_EQ(found, nullptr) << name << " stands twice";
    found = &symbol;
  }
  EXPECT_NE(found, nullptr) << name;
  return found;
}

TEST_F(ElfFileTest, SymbolsSayWhatTheyAre) {
  auto file = open_fixture("libtarget.so.1");
  const auto& symbols = **file->symbols();
  const ElfSymbol* function = only(symbols, "add_two");
  EXPECT_TRUE(function->is_function && function->is_global && function->is_dynamic);
  EXPECT_FALSE(function->is_ifunc || function->is_object);
  EXPECT_GT(function->size, 0u);
  const ElfSymbol* local = only(symbols, "local_helper");
  EXPECT_TRUE(local->is_function);
  EXPECT_FALSE(local->is_global || local->is_dynamic);
  const ElfSymbol* object = only(symbols, "counter");
  EXPECT_TRUE(object->is_object);
  EXPECT_FALSE(object->is_function);
  EXPECT_EQ(object->size, 4u);
  const ElfSymbol* ifunc = only(symbols, "chosen");
  EXPECT_TRUE(ifunc->is_ifunc && ifunc->is_function);
}

TEST_F(ElfFileTest, SymbolsAreSortedByAddress) {
  auto file = open_fixture("static");
  const auto& symbols = **file->symbols();
  ASSERT_GT(symbols.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(symbols.begin(), symbols.end(),
                             [](const ElfSymbol& a, const ElfSymbol& b) { return a.vaddr < b.vaddr; }));
}

TEST_F(ElfFileTest, ThreadLocalVariablesHaveNoAddress) {
  auto file = open_fixture("pie");
  for (const ElfSymbol& symbol : **file->symbols()) EXPECT_NE(symbol.name, "per_thread");
}

TEST_F(ElfFileTest, VersionIsNotPartOfTheName) {
  std::string libc;
  for (const char* path :
       {"/lib/x86_64-linux-gnu/libc.so.6", "/lib64/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6"}) {
    if (libc.empty() && fs::exists(path)) libc = path;
  }
  if (libc.empty()) GTEST_SKIP() << "no libc.so.6 where it is looked for";
  auto file = ElfFile::open(libc);
  ASSERT_TRUE(file.ok());
  bool found = false;
  for (const ElfSymbol& symbol : **(*file)->symbols()) {
    EXPECT_EQ(symbol.name.find('@'), std::string::npos) << symbol.name;
    found |= symbol.name == "getenv" && symbol.is_dynamic;
  }
  EXPECT_TRUE(found);
}

TEST_F(ElfFileTest, StrippedFileStillHasItsDynamicSymbols) {
  auto file = open_fixture("stripped");
  EXPECT_FALSE(file->has_symtab());
  EXPECT_TRUE(open_fixture("pie")->has_symtab());
  EXPECT_EQ(only(**file->symbols(), "add_two")->vaddr,
            oracle::address(oracle::fixture("stripped"), "add_two", "-D"));
}

TEST_F(ElfFileTest, ImportedNamesAreNotDefined) {
  auto file = open_fixture("pie");
  const auto& imported = file->imported_names();
  EXPECT_TRUE(std::binary_search(imported.begin(), imported.end(), "atoi"));
  for (const ElfSymbol& symbol : **file->symbols()) EXPECT_NE(symbol.name, "atoi");
}

TEST_F(ElfFileTest, ThirtyTwoBitFileIsRead) {
  std::string path = oracle::fixture("elf32");
  if (!fs::exists(path)) GTEST_SKIP() << "this compiler makes no 32-bit programs";
  auto file = open_fixture("elf32");
  EXPECT_FALSE(file->is_64_bit());
  EXPECT_EQ(file->machine(), EM_386);
  EXPECT_EQ(only(**file->symbols(), "add_two")->vaddr, oracle::address(path, "add_two"));
  EXPECT_TRUE(open_fixture("pie")->is_64_bit());
}

TEST_F(ElfFileTest, MissingFileIsNamed) {
  Error error = error_of(folder_.path("none"));
  EXPECT_EQ(error.message, "no such file: " + folder_.path("none"));
  EXPECT_EQ(error.sys_errno, ENOENT);
  EXPECT_FALSE(error.remedy.empty());
}

TEST_F(ElfFileTest, UnreadableFileSaysWhoMayRead) {
  std::string path = put("secret", "x");
  fs::permissions(path, fs::perms::none);
  const uid_t user = ::geteuid();
  ASSERT_EQ(::seteuid(user == 0 ? 65534 : user), 0);  // root may read everything
  Error error = error_of(path);
  ASSERT_EQ(::seteuid(user), 0);
  EXPECT_EQ(error.message, "no permission to read " + path);
}

TEST_F(ElfFileTest, WhatIsNoRegularFileIsNamed) {
  EXPECT_EQ(error_of(folder_.path()).message, folder_.path() + " is a folder");
  EXPECT_EQ(error_of("/dev/null").message, "/dev/null is a device");
  std::string pipe = folder_.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error_of(pipe).message, pipe + " is a pipe");
}

TEST_F(ElfFileTest, EmptyFileIsNamed) {
  EXPECT_EQ(error_of(put("empty", "")).message, folder_.path("empty") + " is empty");
}

TEST_F(ElfFileTest, ScriptNamesItsInterpreter) {
  Error error = error_of(put("script", "#! /bin/sh -e\necho\n"));
  EXPECT_EQ(error.message, folder_.path("script") + " is a script run by /bin/sh");
  EXPECT_EQ(error.remedy, "probe the interpreter: /bin/sh:SYMBOL");
  EXPECT_EQ(error_of(put("python", "#!/usr/bin/env -S python3 -u\n")).message,
            folder_.path("python") + " is a script run by python3");
  EXPECT_EQ(error_of(put("bare", "#!")).message, folder_.path("bare") + " is a script");
  EXPECT_EQ(error_of(put("hostile", "#!/bin/\x1b[2Jsh")).message,
            folder_.path("hostile") + " is a script run by /bin/?[2Jsh");
}

TEST_F(ElfFileTest, OtherFormatsAreNamed) {
  EXPECT_EQ(error_of(put("a.a", "!<arch>\nx")).message,
            folder_.path("a.a") + " is a static library, which no process maps");
  EXPECT_EQ(error_of(put("libc.so", "/* GNU ld script\n*/")).message,
            folder_.path("libc.so") + " is a text for the linker, not an ELF file");
  EXPECT_EQ(error_of(put("text", "hello")).message, folder_.path("text") + " is not an ELF file");
  EXPECT_EQ(error_of(put("x", "\x7f")).message, folder_.path("x") + " is not an ELF file");
}

TEST_F(ElfFileTest, ObjectFileIsRefused) {
  EXPECT_EQ(error_of(oracle::fixture("object.o")).message,
            oracle::fixture("object.o") + " is an object file: no process maps it");
}

TEST_F(ElfFileTest, CoreFileIsRefused) {
  std::string bytes = bytes_of(oracle::fixture("pie"));
  bytes[offsetof(Elf64_Ehdr, e_type)] = ET_CORE;
  EXPECT_EQ(error_of(put("core", bytes)).message, folder_.path("core") + " is a core dump");
}

// Reads all that there is to read; what comes out does not matter, that it comes out does.
bool use_everything(const std::string& path) {
  auto file = ElfFile::open(path);
  if (!file.ok()) {
    EXPECT_FALSE(file.error().message.empty());
    EXPECT_FALSE(file.error().remedy.empty()) << file.error().message;
    return false;
  }
  (void)(*file)->build_id();
  (void)(*file)->imported_names();
  return (*file)->symbols().ok();
}

TEST_F(ElfFileTest, FileCutAnywhereIsAnErrorOrWhole) {
  for (const char* name : {"pie", "libtarget.so.1", "elf32"}) {
    if (!fs::exists(oracle::fixture(name))) continue;
    std::string bytes = bytes_of(oracle::fixture(name));
    for (size_t length = 0; length < bytes.size(); length += 64) {
      EXPECT_FALSE(use_everything(put("cut", std::string_view(bytes).substr(0, length))))
          << name << " at " << length;
    }
    EXPECT_TRUE(use_everything(put("whole", bytes)));
  }
}

TEST_F(ElfFileTest, CutSectionTableLeavesTheSegments) {
  std::string bytes = bytes_of(oracle::fixture("pie"));
  std::string path = put("cut", std::string_view(bytes).substr(0, bytes.size() - 64));
  auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ((*file)->segments().size(), oracle::loads(oracle::fixture("pie")).size());
  auto symbols = (*file)->symbols();
  ASSERT_FALSE(symbols.ok());
  EXPECT_NE(symbols.error().message.find("its section table at"), std::string::npos)
      << symbols.error().message;
}

// Every byte of the headers in turn set to values that break sizes, counts and offsets.
TEST_F(ElfFileTest, BrokenHeaderBytesNeverCrash) {
  std::string bytes = bytes_of(oracle::fixture("pie"));
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::vector<size_t> places;
  for (size_t i = 4; i < sizeof header + 13 * sizeof(Elf64_Phdr); ++i) places.push_back(i);
  for (size_t i = header.e_shoff; i < bytes.size(); ++i) places.push_back(i);
  for (size_t place : places) {
    for (char value : {'\xff', '\0'}) {
      std::string broken = bytes;
      broken[place] = value;
      use_everything(put("broken", broken));
    }
  }
}

TEST_F(ElfFileTest, BrokenSymbolsNeverCrash) {
  std::string bytes = bytes_of(oracle::fixture("pie"));
  for (size_t place = 0x200; place + 8 < bytes.size(); place += 24) {
    std::string broken = bytes;
    std::memset(broken.data() + place, 0xff, 8);
    use_everything(put("broken", broken));
  }
}

}  // namespace
}  // namespace uproar
