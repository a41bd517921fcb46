#include "resolve/places/find_places.h"

#include <gtest/gtest.h>

#include "definition/parser.h"
#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

class FindPlaces : public testing::Test {
 protected:
  Result<FoundPlaces> find(const std::string& path, const std::string& kind, const std::string& rest,
                           const ResolveOptions& options = {}) {
    text_ = kind + ' ' + path + ':' + rest;
    auto parsed = parse_probe(text_);
    EXPECT_TRUE(parsed.ok()) << text_;
    auto file = ProbedFile::open(path);
    EXPECT_TRUE(file.ok());
    hazards_.clear();
    return find_places(parsed->probe, text_, *file, options, hazards_);
  }

  std::string text_;
  Hazards hazards_;
};

TEST_F(FindPlaces, ANumberIsThePlaceItself) {
  const std::string path = oracle::fixture("pie");
  const uint64_t vaddr = oracle::address(path, "add_two");
  const auto offset = oracle::offset_by_sections(path, vaddr);
  ASSERT_TRUE(offset);
  std::ostringstream number;
  number << "0x" << std::hex << *offset;
  auto found = find(path, "p", number.str());
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().vaddr, vaddr);
  EXPECT_TRUE(found->front().is_function_entry);
  EXPECT_EQ(found->front().function_vaddr, vaddr);
}

TEST_F(FindPlaces, NamesAndPatternsGoTheirOwnWays) {
  const std::string path = oracle::fixture("pie");
  auto named = find(path, "p", "add_two");
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->front().vaddr, oracle::address(path, "add_two"));
  auto pattern = find(path, "p", "add_t*");
  ASSERT_TRUE(pattern.ok());
  EXPECT_EQ(pattern->size(), 2u);  // add_two, add_three
}

TEST_F(FindPlaces, AReferenceCounterIsThatOfEveryPlace) {
  auto found = find(oracle::fixture("pie"), "p", "add_t*(0x10)");
  ASSERT_TRUE(found.ok()) << found.error().message;
  for (const FoundPlace& each : *found) EXPECT_EQ(each.ref_counter, 0x10u);
}

// An inlined call never returns.
TEST_F(FindPlaces, AReturnProbeLeavesInlinedCallsOut) {
  Workshop shop;
  shop.put("i.c",
           "static inline __attribute__((always_inline)) int only(int a) { volatile int b = a; return b; }\n"
           "__attribute__((noinline)) int f(int a) { return only(a) + 1; }\n"
           "int main(int n, char** v) { return f(n); }\n");
  if (!shop.run("cc -g -O1 i.c -o prog")) GTEST_SKIP() << "no cc";
  auto entry = find(shop.path("prog"), "p", "only");
  ASSERT_TRUE(entry.ok()) << entry.error().message;
  EXPECT_TRUE(entry->front().is_inlined);
  auto result = find(shop.path("prog"), "r", "only");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("inlined"), std::string::npos) << result.error().message;
  EXPECT_FALSE(result.error().remedy.empty());
}

}  // namespace
}  // namespace uproar
