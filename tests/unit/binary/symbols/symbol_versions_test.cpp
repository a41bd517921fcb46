#include "binary/symbols/symbol_versions.h"

#include <gelf.h>
#include <gtest/gtest.h>
#include <libelf.h>

#include "binary/elf/elf_handle.h"
#include "support/compile.h"

namespace uproar {
namespace {

// A library whose f has two versions and whose g has none.
class SymbolVersionsTest : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("v.map", "V1 { global: f; }; V2 { global: f; } V1;\n");
    shop_.put("v.c",
              "__asm__(\".symver f_old,f@V1\"); __asm__(\".symver f_new,f@@V2\");\n"
              "int f_old(void) { return 1; } int f_new(void) { return 2; } int g(void) { return 3; }\n");
    if (!shop_.run("cc -shared -fPIC v.c -Wl,--version-script=v.map -o libv.so")) GTEST_SKIP() << "no cc";
    opened_ = open_elf(shop_.path("libv.so"));
    ASSERT_TRUE(opened_);
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(opened_->elf.get(), section)) != nullptr;) {
      GElf_Shdr header;
      if (gelf_getshdr(section, &header) && header.sh_type == SHT_DYNSYM) {
        dynsym_ = elf_ndxscn(section);
        strings_ = header.sh_link;
        count_ = header.sh_size / header.sh_entsize;
        data_ = elf_getdata(section, nullptr);
      }
    }
  }
  // "V1" and "V2 (default)" of those that are called so.
  std::vector<std::string> of(const SymbolVersions& versions, const std::string& name) {
    std::vector<std::string> found;
    for (size_t i = 1; i < count_; ++i) {
      GElf_Sym symbol;
      if (!gelf_getsym(data_, static_cast<int>(i), &symbol)) continue;
      if (name != elf_strptr(opened_->elf.get(), strings_, symbol.st_name)) continue;
      const SymbolVersions::Version version = versions.of(i);
      found.push_back(version.name + (version.is_default ? " (default)" : ""));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  Workshop shop_;
  std::unique_ptr<OpenedElf> opened_;
  Elf_Data* data_ = nullptr;
  size_t dynsym_ = 0;
  size_t strings_ = 0;
  size_t count_ = 0;
};

TEST_F(SymbolVersionsTest, OneNameInTwoVersions) {
  const SymbolVersions versions(opened_->elf.get(), dynsym_);
  EXPECT_EQ(of(versions, "f"), (std::vector<std::string>{"V1", "V2 (default)"}));
}

TEST_F(SymbolVersionsTest, WithoutAVersionItIsTheOnlyOne) {
  const SymbolVersions versions(opened_->elf.get(), dynsym_);
  for (const std::string& each : of(versions, "g")) EXPECT_EQ(each, " (default)");
  EXPECT_EQ(versions.of(count_ + 1000).name, "");
}

TEST_F(SymbolVersionsTest, VersionsOfAnotherTableAreNotTaken) {
  const SymbolVersions versions(opened_->elf.get(), dynsym_ + 1);
  for (const std::string& each : of(versions, "f")) EXPECT_EQ(each, " (default)");
}

}  // namespace
}  // namespace uproar
