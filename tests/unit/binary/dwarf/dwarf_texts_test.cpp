// Which bytes of a value are a text, and which text a pointer leads to.
#include <gtest/gtest.h>

#include "support/compile.h"
#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using oracle::shown;
using Kind = ValueShape::Kind;

constexpr const char* kSource = R"(
#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>
struct Named { char name[8]; int number; };
struct Node { Node* next; int number; };
struct Opaque;
extern "C" int leads(std::string* owned, std::string** twice, char** arguments, Named* named, Node* node, Opaque* opaque) {
  return owned->size() + (*twice)->size() + arguments[0][0] + named->number + node->number + (opaque != nullptr);
}
extern "C" int objects(std::unique_ptr<std::string>& unique, std::vector<char>& bytes, std::vector<int>& numbers,
                       std::array<unsigned char, 4>& four, int (*function)(int), void* any) {
  return unique->size() + bytes.size() + numbers.size() + four[0] + function(1) + (any != nullptr);
}
extern "C" int spans(std::span<char, 3> letters, std::span<int, 2> pair, std::span<std::byte> raw) {
  return letters[0] + pair[1] + (int)raw[0];
}
struct Inner { const char* text; long number; };
struct Outer { Inner inner; };
extern "C" long nested(Outer outer) { return outer.inner.number; }
int main() {}
)";

class DwarfTexts : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("t.cc", kSource);
    if (!shop_.run("g++ -std=c++20 -g -O1 -o t t.cc")) GTEST_SKIP() << "no compiler of C++20";
    fixture_.emplace(shop_.path("t"));
    ASSERT_TRUE(fixture_->info);
  }
  FoundValue find(const std::string& function, const std::string& written) {
    auto found = fixture_->find(function, written);
    EXPECT_TRUE(found.ok()) << written;
    return found.ok() ? *found : FoundValue{};
  }

  Workshop shop_;
  std::optional<DebugFixture> fixture_;
};

TEST_F(DwarfTexts, PointersLeadToTheTextBehindThem) {
  const FoundValue owned = find("leads", "owned");
  EXPECT_EQ(owned.shape.kind, Kind::Pointer);
  ASSERT_TRUE(owned.leads_to);
  EXPECT_EQ(shown(owned.leads_to->text), "[r5]+0+0");
  const FoundValue twice = find("leads", "twice");
  ASSERT_TRUE(twice.leads_to);
  EXPECT_EQ(shown(twice.leads_to->text), "[r4]+0+0+0");
  const FoundValue arguments = find("leads", "arguments");
  ASSERT_TRUE(arguments.leads_to);
  EXPECT_EQ(shown(arguments.leads_to->text), "[r1]+0+0");
  EXPECT_TRUE(find("objects", "unique").leads_to);
}

TEST_F(DwarfTexts, WhatBeginsWithCharactersMayBeTakenForThem) {
  for (const char* name : {"named", "opaque"}) {
    EXPECT_EQ(find("leads", name).no_text, "") << name;
    EXPECT_FALSE(find("leads", name).leads_to) << name;
  }
  EXPECT_EQ(find("objects", "any").no_text, "");
  EXPECT_EQ(find("leads", "node").no_text, "points at Node, which is no text");
  EXPECT_NE(find("objects", "function").no_text, "");
  EXPECT_NE(find("objects", "numbers").no_text, "");
}

// A union is a text only if all of it may be one. libc++ keeps short strings in the object.
TEST_F(DwarfTexts, WhatHoldsATextIsNoText) {
  shop_.put("l.cc", R"(#include <string>
struct Named { std::string name; int id; };
union Mixed { char text[8]; long number; };
union Letters { char text[8]; unsigned char bytes[4]; };
extern "C" int holds(Named *named, Mixed *mixed, Letters *letters, const std::string &text) {
  return named->id + mixed->number + letters->text[0] + text.size();
}
int main() {}
)");
  for (const char* compiler :
       {"g++ -g", "clang++ -g -fstandalone-debug", "clang++ -g -fstandalone-debug -stdlib=libc++"}) {
    if (!shop_.run(std::string(compiler) + " -o l l.cc")) continue;
    SCOPED_TRACE(compiler);
    fixture_.emplace(shop_.path("l"));
    EXPECT_EQ(find("holds", "named").no_text, "points at Named, which is no text");
    EXPECT_EQ(find("holds", "mixed").no_text, "points at Mixed, which is no text");
    EXPECT_EQ(find("holds", "letters").no_text, "");
    EXPECT_TRUE(find("holds", "named->name").shape.kind == Kind::SizedString ||
                find("holds", "named->name").shape.kind == Kind::SmallString);
  }
}

TEST_F(DwarfTexts, BytesHaveTheLengthThatTheyHave) {
  EXPECT_EQ(shown(find("objects", "four").length), "#4");
  const FoundValue bytes = find("objects", "bytes");
  EXPECT_EQ(shown(bytes.text), "[r4]+0+0");
  EXPECT_EQ(bytes.length.kind, ValueLocation::Kind::Unavailable) << "a difference of two pointers";
}

TEST_F(DwarfTexts, SpansMayHaveTheirLengthInTheType) {
  const FoundValue letters = find("spans", "letters");
  EXPECT_EQ(letters.shape.kind, Kind::SizedString);
  EXPECT_EQ(shown(letters.text), "[r5]+0");
  EXPECT_EQ(shown(letters.length), "#3");
  const FoundValue pair = find("spans", "pair");
  EXPECT_EQ(pair.shape.kind, Kind::Array);
  ASSERT_EQ(pair.dimensions.size(), 1u);
  EXPECT_EQ(shown(pair.dimensions[0].last->place), "#1");
  EXPECT_EQ(shown(find("spans", "raw").length), "r2");
}

TEST_F(DwarfTexts, AStructWithinAStructInTwoRegisters) {
  EXPECT_EQ(shown(find("nested", "outer.inner.text").text), "[r5]+0");
  EXPECT_EQ(shown(find("nested", "outer.inner.number").place), "r4");
}

}  // namespace
}  // namespace uproar
