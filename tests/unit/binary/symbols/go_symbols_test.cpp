#include "binary/symbols/go_symbols.h"

#include <gtest/gtest.h>

#include <map>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

void put(std::vector<uint8_t>& bytes, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// Two functions, a() of 0x10 bytes and b() of 0x20, by the layout of Go 1.18 and later.
std::vector<uint8_t> small_table(uint32_t magic, uint64_t start) {
  std::vector<uint8_t> bytes;
  put(bytes, magic, 4);
  put(bytes, 0x08010000, 4);
  for (uint64_t word :
       {uint64_t{2}, uint64_t{0}, start, uint64_t{72}, uint64_t{0}, uint64_t{0}, uint64_t{0}, uint64_t{88}})
    put(bytes, word, 8);
  for (char c : std::string("main.a\0main.b\0\0\0", 16)) bytes.push_back(static_cast<uint8_t>(c));
  for (uint32_t word : {0x00u, 20u, 0x10u, 28u, 0x30u}) put(bytes, word, 4);  // (distance, place)…, end
  for (uint32_t word : {0x00u, 0u, 0x10u, 7u, 0u, 0u}) put(bytes, word, 4);   // (distance, name)…
  return bytes;
}

TEST(GoSymbols, SmallTable) {
  for (uint32_t magic : {0xfffffff0u, 0xfffffff1u}) {
    auto functions = parse_go_functions(small_table(magic, 0x401000), 0);
    ASSERT_TRUE(functions.ok()) << functions.error().message;
    ASSERT_EQ(functions->size(), 2u);
    EXPECT_EQ((*functions)[0].name, "main.a");
    EXPECT_EQ((*functions)[0].vaddr, 0x401000u);
    EXPECT_EQ((*functions)[0].size, 0x10u);
    EXPECT_EQ((*functions)[1].name, "main.b");
    EXPECT_EQ((*functions)[1].vaddr, 0x401010u);
    EXPECT_EQ((*functions)[1].size, 0x20u);
  }
}

TEST(GoSymbols, CodeStartStandsInForNone) {
  auto functions = parse_go_functions(small_table(0xfffffff1, 0), 0x5000);
  ASSERT_TRUE(functions.ok());
  EXPECT_EQ((*functions)[1].vaddr, 0x5010u);
}

TEST(GoSymbols, UnknownVersionIsAnError) {
  EXPECT_FALSE(parse_go_functions(small_table(0xfffffff2, 0), 0).ok());
  EXPECT_FALSE(parse_go_functions({}, 0).ok());
  EXPECT_FALSE(is_go_table(small_table(0xfffffff2, 0)));
  EXPECT_TRUE(is_go_table(small_table(0xfffffff1, 0)));
}

TEST(GoSymbols, CutOrBrokenTableNeverCrashes) {
  const auto whole = small_table(0xfffffff1, 0x401000);
  for (size_t length = 0; length < whole.size(); ++length)
    (void)parse_go_functions(std::span(whole).first(length), 0).ok();
  for (size_t place = 4; place < whole.size(); ++place) {
    for (uint8_t value : {0xff, 0x7f, 0x00}) {
      auto broken = whole;
      broken[place] = value;
      (void)parse_go_functions(broken, 0).ok();
    }
  }
}

constexpr const char* kProgram = R"(package main
import "fmt"
type T struct{ n int }
//go:noinline
func (t *T) Method(a int) int { return t.n + a }
//go:noinline
func work(a int) int { return a * 3 }
func main() { t := &T{1}; fmt.Println(work(2), t.Method(3)) }
)";

TEST(GoSymbols, StrippedProgramHasTheNamesOfTheWholeOne) {
  if (!Workshop::has("go")) GTEST_SKIP() << "no Go compiler";
  Workshop shop;
  shop.put("m.go", kProgram);
  for (const char* mode : {"exe", "pie"}) {
    const std::string build = std::string("GOFLAGS=-mod=mod go build -buildmode=") + mode + " ";
    if (!shop.run(build + "-o whole m.go && " + build + "-ldflags='-s -w' -o stripped m.go"))
      GTEST_SKIP() << "go build failed";
    auto file = ElfFile::open(shop.path("stripped"));
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_FALSE((*file)->has_symtab());
    auto symbols = (*file)->symbols();
    ASSERT_TRUE(symbols.ok());
    EXPECT_TRUE((*file)->symbol_origin().go_table);
    std::map<std::string, uint64_t> found;
    for (const ElfSymbol& symbol : **symbols) found[symbol.name] = symbol.vaddr;
    for (const char* name : {"main.work", "main.main", "main.(*T).Method", "runtime.mallocgc"})
      EXPECT_EQ(found[name], oracle::address(shop.path("whole"), name)) << mode << " " << name;
    EXPECT_GT(found.size(), 1000u);
  }
}

}  // namespace
}  // namespace uproar
