#include "resolve/target/probed_file.h"

#include <gtest/gtest.h>

#include "support/compile.h"
#include "support/debug_fixture.h"

namespace uproar {
namespace {

TEST(ProbedFile, ErrorsAreThoseOfOpening) {
  auto file = ProbedFile::open("/nowhere/at/all");
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message.find("/nowhere/at/all"), std::string::npos);
}

TEST(ProbedFile, DebugInformationIsOpenedOnce) {
  auto file = ProbedFile::open(oracle::dwarf_fixture("o1"));
  ASSERT_TRUE(file.ok());
  auto first = file->debug_info();
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(*first, *file->debug_info());
}

TEST(ProbedFile, ThatOfAStrippedFileIsInItsDebugFile) {
  auto file = ProbedFile::open(oracle::dwarf_fixture("stripped"));
  ASSERT_TRUE(file.ok());
  auto info = file->debug_info();
  if (!oracle::exists(oracle::dwarf_fixture("stripped.debug"))) GTEST_SKIP() << "no debug file beside it";
  auto told =
      oracle::lines_of("readelf --string-dump=.gnu_debuglink '" + file->elf().path() + "' 2>/dev/null");
  bool has_link = false;
  for (const std::string& line : told) has_link |= line.find("stripped.debug") != std::string::npos;
  EXPECT_EQ(info.ok(), has_link);
}

TEST(ProbedFile, WithoutDebugInformationTheAnswerIsKept) {
  Workshop shop;
  shop.put("n.c", "int main(void) { return 0; }\n");
  if (!shop.run("cc n.c -o prog")) GTEST_SKIP() << "no cc";
  auto file = ProbedFile::open(shop.path("prog"));
  ASSERT_TRUE(file.ok());
  auto info = file->debug_info();
  ASSERT_FALSE(info.ok());
  EXPECT_FALSE(info.error().remedy.empty());
  EXPECT_EQ(file->debug_info().error().message, info.error().message);
  EXPECT_FALSE(file->go());
}

TEST(ProbedFile, AProgramOfGoIsKnownAsOne) {
  if (!oracle::exists(oracle::dwarf_fixture("go_o1"))) GTEST_SKIP() << "no Go compiler";
  auto file = ProbedFile::open(oracle::dwarf_fixture("go_o1"));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(file->go());
}

}  // namespace
}  // namespace uproar
