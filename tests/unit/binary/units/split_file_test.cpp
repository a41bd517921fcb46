#include "binary/units/split_file.h"

#include <gtest/gtest.h>

#include "support/compile.h"

namespace uproar {
namespace {

class SplitFileTest : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("one.c", "int one(int n) { return n; }\n");
    shop_.put("two.c", "int one(int); int main(void) { return one(2); }\n");
    if (!shop_.run("gcc -g -gsplit-dwarf -o a one.c two.c")) GTEST_SKIP() << "no gcc";
    const std::string name = shop_.run("test -e a-one.dwo") ? "a-one.dwo" : "one.dwo";
    object_ = shop_.path(name.c_str());
  }
  Workshop shop_;
  std::string object_;
};

TEST_F(SplitFileTest, ObjectHasOneUnit) {
  auto file = SplitFile::open(object_);
  ASSERT_TRUE(file.ok()) << file.error().message;
  const std::vector<uint64_t> ids = (*file)->ids();
  ASSERT_EQ(ids.size(), 1u);
  SplitParts parts;
  EXPECT_TRUE((*file)->parts(ids.front(), parts));
  EXPECT_FALSE(parts.unit.empty());
  EXPECT_FALSE(parts.is_big_endian);
  EXPECT_FALSE((*file)->parts(ids.front() + 1, parts));
}

TEST_F(SplitFileTest, PackageHasThoseOfItsObjects) {
  const uint64_t id = (*SplitFile::open(object_))->ids().front();
  if (!shop_.run("dwp -e a -o a.dwp")) GTEST_SKIP() << "no dwp";
  auto file = SplitFile::open(shop_.path("a.dwp"));
  ASSERT_TRUE(file.ok()) << file.error().message;
  SplitParts parts;
  EXPECT_TRUE((*file)->parts(id, parts));
  EXPECT_FALSE(parts.unit.empty());
  EXPECT_FALSE((*file)->parts(id + 1, parts));
}

TEST_F(SplitFileTest, WhatIsNoElfFile) {
  shop_.put("text", "no ELF file");
  EXPECT_FALSE(SplitFile::open(shop_.path("text")).ok());
}

}  // namespace
}  // namespace uproar
