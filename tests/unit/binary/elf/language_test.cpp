#include "binary/elf/language.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "binary/symbols/symbols.h"
#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

TEST(Language, OfAMangledName) {
  EXPECT_EQ(language_of_name("main"), Language::C);
  EXPECT_EQ(language_of_name("_Zeta"), Language::Cpp);
  EXPECT_EQ(language_of_name("_ZN3app4areaEd"), Language::Cpp);
  EXPECT_EQ(language_of_name("_ZN4core3fmt5write17h0123456789abcdefE"), Language::Rust);
  EXPECT_EQ(language_of_name("_ZN4core3fmt5write17h0123456789abcdefE.llvm.123"), Language::Rust);
  EXPECT_EQ(language_of_name("_ZN4core3fmt5write17h0123456789abcdeXE"), Language::Cpp);
  EXPECT_EQ(language_of_name("_RNvCs15kBYyAo9fc_3lib3add"), Language::Rust);
  EXPECT_EQ(language_of_name("_Read"), Language::C);
  EXPECT_EQ(language_of_name(""), Language::C);
}

TEST(Language, OfAFunctionInAProgramWithGo) {
  std::optional<GoProgram> go = GoProgram{"go1.19", 19, 0x1000, 0x2000};
  EXPECT_EQ(language_of_function(go, "main.add", 0x1500), Language::Go);
  EXPECT_EQ(language_of_function(go, "net/http.(*Server).Serve", 0x1500), Language::Go);
  EXPECT_EQ(language_of_function(go, "", 0x1500), Language::Go);
  EXPECT_EQ(language_of_function(go, "main.add", 0x2500), Language::C) << "behind Go's own code";
  EXPECT_EQ(language_of_function(go, "x_cgo_init", 0x1500), Language::C);
  EXPECT_EQ(language_of_function(go, "work.part.0", 0x1500), Language::C);
  EXPECT_EQ(language_of_function(go, "_ZN3app4areaEd", 0x1500), Language::Cpp);
  EXPECT_EQ(language_of_function(std::nullopt, "main.add", 0x1500), Language::C);
}

TEST(Language, ProgramInC) {
  auto file = ElfFile::open(std::string(UPROAR_FIXTURES) + "/pie");
  ASSERT_TRUE(file.ok());
  EXPECT_FALSE(go_program(**file).has_value());
}

class Folder : public testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::string& path_ = folder_.path();
};

TEST_F(Folder, ProgramInGo) {
  if (std::system("go version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no Go compiler here";
  std::ofstream(path_ + "/main.go")
      << "package main\n//go:noinline\nfunc add(a, b int) int { return a + b }\n"
         "func main() { println(add(1, 2)) }\n";
  const std::string build =
      "cd " + path_ +
      " && GOCACHE=${GOCACHE:-/tmp/uproar-go-cache} GOFLAGS=-mod=mod GO111MODULE=off go build ";
  ASSERT_EQ(
      std::system((build + "-o whole main.go && " + build + "-ldflags='-s -w' -o stripped main.go").c_str()),
      0);
  const std::string version = oracle::lines_of("go version " + path_ + "/whole").at(0);
  for (const char* name : {"/whole", "/stripped"}) {
    auto file = ElfFile::open(path_ + name);
    ASSERT_TRUE(file.ok());
    auto go = go_program(**file);
    ASSERT_TRUE(go.has_value()) << name;
    EXPECT_EQ(version, path_ + "/whole: " + go->version);
    EXPECT_NE(go->version.find("go1." + std::to_string(go->minor)), std::string::npos);
  }
  auto file = ElfFile::open(path_ + "/whole");
  auto go = go_program(**file);
  EXPECT_EQ(go->text_begin, oracle::address(path_ + "/whole", "runtime.text"));
  EXPECT_EQ(go->text_end, oracle::address(path_ + "/whole", "runtime.etext"));
  EXPECT_EQ(language_of_function(go, "main.add", oracle::address(path_ + "/whole", "main.add")),
            Language::Go);
}

// The build information as Go 1.13 to 1.17 wrote it, in an ELF file of gcc's making.
TEST_F(Folder, BuildInformationByPointers) {
  std::ofstream(path_ + "/old.c") <<
      R"(const char version[] = "go1.15.3"; const struct { const char* text; unsigned long size; } text = {version, 8};
struct { char magic[14]; unsigned char word, flags; const void* version; const void* modules; } info
    __attribute__((section(".go.buildinfo"), used)) = {"\xff Go buildinf:", 8, 0, &text, 0};
void _start(void) {}
)";
  ASSERT_EQ(std::system(("cd " + path_ + " && gcc -nostdlib -static -no-pie -w old.c -o old").c_str()), 0);
  auto file = ElfFile::open(path_ + "/old");
  ASSERT_TRUE(file.ok());
  auto go = go_program(**file);
  ASSERT_TRUE(go.has_value());
  EXPECT_EQ(go->version, "go1.15.3");
  EXPECT_EQ(go->minor, 15u);
}

TEST_F(Folder, FunctionTableTellsTheLeastVersion) {
  struct Row {
    const char* magic;
    uint32_t minor;
  };
  for (Row row :
       {Row{"0xfffffff1", 20}, Row{"0xfffffff0", 18}, Row{"0xfffffffa", 16}, Row{"0xfffffffb", 2}}) {
    std::ofstream(path_ + "/table.c")
        << "const unsigned table[] __attribute__((section(\".gopclntab\"), used)) = {" << row.magic
        << ", 0};\nvoid _start(void) {}\n";
    ASSERT_EQ(std::system(("cd " + path_ + " && gcc -nostdlib -static -no-pie table.c -o table").c_str()), 0);
    auto file = ElfFile::open(path_ + "/table");
    ASSERT_TRUE(file.ok());
    auto go = go_program(**file);
    ASSERT_TRUE(go.has_value());
    EXPECT_EQ(go->version, "");
    EXPECT_EQ(go->minor, row.minor);
  }
}

}  // namespace
}  // namespace uproar
