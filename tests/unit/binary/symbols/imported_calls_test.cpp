#include "binary/symbols/imported_calls.h"

#include <gtest/gtest.h>

#include "binary/code/file_code.h"
#include "binary/elf/address.h"
#include "support/compile.h"

namespace uproar {
namespace {

// All names that calls of the file's .plt sections lead to.
std::string called_through_plt(const std::string& path) {
  auto file = ElfFile::open(path);
  if (!file.ok()) return "no file";
  const ImportedCalls calls(**file);
  FileCode code(**file);
  constexpr uint64_t kEntry = 8;  // .plt.got has entries of 8 bytes
  std::string names;
  for (const ElfSection& section : (*file)->sections()) {
    if (section.name.rfind(".plt", 0) != 0) continue;
    const uint64_t begin = vaddr_of((*file)->segments(), section.file_offset).value_or(0);
    for (uint64_t at = begin; at < begin + section.size; at += kEntry) {
      const std::string name = calls.called_by(code.bytes(at, 2 * kEntry), at);
      if (!name.empty()) names += name + " ";
    }
  }
  return names;
}

TEST(ImportedCalls, EntriesOfThePltHaveTheNamesOfWhatTheyJumpTo) {
  Workshop shop;
  shop.put("a.c",
           "#include <stdlib.h>\nint main(int n, char** v) { v[0] = malloc(n); free(v[1]); return n; }\n");
  for (const char* options :
       {"-O1", "-O1 -fcf-protection=full", "-O1 -Wl,-z,now", "-O1 -no-pie", "-shared -fPIC"}) {
    ASSERT_TRUE(shop.run(std::string("cc -w ") + options + " -o a a.c")) << options;
    const std::string names = called_through_plt(shop.path("a"));
    for (const char* name : {"malloc ", "free "})
      EXPECT_NE(names.find(name), std::string::npos) << options << names;
  }
}

TEST(ImportedCalls, OtherCodeIsNone) {
  Workshop shop;
  shop.put("a.c", "int main(void) { return 0; }\n");
  ASSERT_TRUE(shop.run("cc -o a a.c"));
  auto file = ElfFile::open(shop.path("a"));
  ASSERT_TRUE(file.ok());
  const ImportedCalls calls(**file);
  const std::vector<uint8_t> jump = {0xff, 0x25, 0, 0, 0, 0};
  EXPECT_EQ(calls.called_by(jump, 0), "") << "there is no slot";
  EXPECT_EQ(calls.called_by(std::vector<uint8_t>{0xff, 0x25}, 0), "") << "half a jump";
  EXPECT_EQ(calls.called_by({}, 0), "");
}

}  // namespace
}  // namespace uproar
