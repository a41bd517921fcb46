// Where the bytes and the length of Rust's texts and sequences are.
#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using oracle::shown;
using Kind = ValueShape::Kind;

class DwarfRustTexts : public testing::Test {
 protected:
  void SetUp() override {
    if (!oracle::exists(oracle::dwarf_fixture("rust_o0"))) GTEST_SKIP() << "rustc is not installed";
    fixture_.emplace("rust_o0");
    ASSERT_TRUE(fixture_->info);
  }
  FoundValue find(const std::string& function, const std::string& written) {
    auto found = fixture_->find(function, written);
    EXPECT_TRUE(found.ok()) << written;
    return found.ok() ? *found : FoundValue{};
  }

  std::optional<DebugFixture> fixture_;
};

TEST_F(DwarfRustTexts, AReferenceToAVectorLeadsToItsBytes) {
  const FoundValue bytes = find("keep", "bytes");
  EXPECT_EQ(bytes.shape.kind, Kind::Pointer);
  ASSERT_TRUE(bytes.leads_to);
  EXPECT_EQ(shown(bytes.leads_to->text).rfind("[r5]", 0), 0u) << shown(bytes.leads_to->text);
  EXPECT_EQ(shown(bytes.leads_to->length), shown(find("keep", "bytes.len").place));
  EXPECT_EQ(bytes.no_text, "");
}

TEST_F(DwarfRustTexts, PathsAndStringsOfTheSystemAreTexts) {
  const FoundValue path = find("keep", "path");
  EXPECT_EQ(path.shape.kind, Kind::SizedString);
  EXPECT_EQ(shown(path.text), "[r4]+0");
  EXPECT_EQ(shown(path.length), "r1");
  EXPECT_EQ(find("keep", "os").shape.kind, Kind::SizedString);
  EXPECT_EQ(find("keep", "shared").shape.kind, Kind::SizedString);
}

// The length of a C string counts its NUL, which is none of its characters.
TEST_F(DwarfRustTexts, StringsOfCEndWithTheirNul) {
  EXPECT_EQ(find("wrap", "c").shape.kind, Kind::CString);
  EXPECT_EQ(find("wrap", "name").shape.kind, Kind::CString);
}

TEST_F(DwarfRustTexts, CountedBytesStandBehindTheirCounters) {
  const FoundValue counted = find("keep", "rc");
  EXPECT_EQ(shown(counted.text), "[r8]+16") << "the fifth register that passes something, and two counters";
}

TEST_F(DwarfRustTexts, AnArrayHasAsManyBytesAsItsTypeSays) {
  const FoundValue four = find("wrap", "four");
  ASSERT_TRUE(four.leads_to);
  EXPECT_EQ(shown(four.leads_to->length), "#4");
}

TEST_F(DwarfRustTexts, WhatIsThereSometimesHasACondition) {
  const FoundValue maybe = find("wrap", "maybe");
  ASSERT_TRUE(maybe.leads_to);
  EXPECT_EQ(maybe.leads_to->variants.size(), 1u);
}

TEST_F(DwarfRustTexts, WhatHasNoBytesIsNoText) {
  EXPECT_EQ(find("wrap", "words").no_text.rfind("points at ", 0), 0u);
  EXPECT_EQ(find("wrap", "one").no_text, "points at u8, which is no text");
}

}  // namespace
}  // namespace uproar
