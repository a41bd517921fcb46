#include "event/helper_fields.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Role = HelperField::Role;

TEST(HelperFields, NamesAreReadBack) {
  const std::vector<uint32_t> one = {2};
  for (Role role : {Role::Length, Role::Limit, Role::Sign, Role::Pointer, Role::Start, Role::Via, Role::Bits,
                    Role::Hex, Role::Char, Role::Text, Role::Object, Role::Tag, Role::Low, Role::High}) {
    const auto field = parse_helper_name(helper_name(role, one));
    ASSERT_TRUE(field) << helper_name(role, one);
    EXPECT_EQ(field->role, role);
    EXPECT_EQ(field->serves, one);
  }
  EXPECT_EQ(helper_name(Role::Place, {}), "__place");
  EXPECT_EQ(parse_helper_name("__place")->role, Role::Place);
}

TEST(HelperFields, ViaMayServeSeveral) {
  const std::vector<uint32_t> serves = {0, 2, 127};
  EXPECT_EQ(helper_name(Role::Via, serves), "__via_1_3_128");
  EXPECT_EQ(parse_helper_name("__via_1_3_128")->serves, serves);
}

TEST(HelperFields, SeveralViasOfTheSameFields) {
  const std::vector<uint32_t> serves = {0, 2};
  EXPECT_EQ(helper_name(Role::Via, serves, 1), "__via_1_3");
  EXPECT_EQ(helper_name(Role::Via, serves, 12), "__via12_1_3");
  EXPECT_EQ(parse_helper_name("__via12_1_3")->serves, serves);
}

TEST(HelperFields, SeveralConditionsOfOneField) {
  const std::vector<uint32_t> one = {2};
  EXPECT_EQ(helper_name(Role::Tag, one, 2), "__tag2_3");
  EXPECT_EQ(parse_helper_name("__high2_3")->role, Role::High);
  EXPECT_FALSE(parse_helper_name("__tag_1_2"));
  EXPECT_FALSE(parse_helper_name("__hex2_1"));
}

TEST(HelperFields, BitsAreTakenOutOfReversedBytes) {
  const PickedBits port{0, 2, 0, 16};
  EXPECT_EQ(pick(0x901f, unpacked_bits(packed(port))), 8080u);
  // 4 and 12 bits that begin with the highest of four bytes, which lie in the upper half of a register.
  EXPECT_EQ(pick(uint64_t{0x00002331} << 32, {32, 4, 28, 4}), 3u);
  EXPECT_EQ(pick(uint64_t{0x00002331} << 32, {32, 4, 16, 12}), 0x123u);
  EXPECT_EQ(pick(0x8877665544332211, {0, 8, 0, 64}), 0x1122334455667788u);
  EXPECT_EQ(pick(0xff, PickedBits{}), 0xffu);
  // A file may hold anything.
  EXPECT_EQ(pick(0xff, {64, 3, 200, 200}), 0u);
}

TEST(HelperFields, FormsOfTexts) {
  const TextForm form{4, TextForm::Layout::LengthLast};
  EXPECT_EQ(unpacked_text(packed(form))->character_bytes, 4);
  EXPECT_EQ(unpacked_text(packed(form))->layout, TextForm::Layout::LengthLast);
  EXPECT_FALSE(unpacked_text(3));
  EXPECT_FALSE(unpacked_text(0x31));
  EXPECT_FALSE(unpacked_text(uint64_t{1} << 40 | 1));
}

TEST(HelperFields, DimensionsHaveNumbers) {
  const std::vector<uint32_t> one = {2};
  for (Role role : {Role::First, Role::Last, Role::Step, Role::Span, Role::Index, Role::At}) {
    const auto field = parse_helper_name(helper_name(role, one, 2));
    ASSERT_TRUE(field) << helper_name(role, one, 2);
    EXPECT_EQ(field->role, role);
    EXPECT_EQ(field->number, 2u);
    EXPECT_EQ(field->serves, one);
  }
  EXPECT_EQ(helper_name(Role::First, one), "__first_3");
  EXPECT_EQ(helper_name(Role::Last, one, 2), "__last2_3");
  EXPECT_EQ(parse_helper_name("__skip_1")->role, Role::Skip);
  EXPECT_FALSE(parse_helper_name("__skip2_1"));
  EXPECT_FALSE(parse_helper_name("__first_1_2"));
}

TEST(HelperFields, OtherNamesAreNone) {
  for (const char* name :
       {"",         "len",       "__len",    "__len_",    "__len_0",    "__len_1_2", "__len_x",   "__len_1x",
        "__len_01", "__len_129", "__via",    "__via2",    "__via2_",    "__via1_1",  "__via02_1", "__len2_1",
        "__via_",   "__via_1_",  "__via__1", "__place_1", "__probe_ip", "_len_1"}) {
    EXPECT_FALSE(parse_helper_name(name)) << name;
  }
}

TEST(HelperFields, LongestViaKeepsWithinTheKernelsNames) {
  std::vector<uint32_t> serves(40);
  for (uint32_t i = 0; i < serves.size(); ++i) serves[i] = i;
  const size_t count = longest_via(serves);
  EXPECT_LE(helper_name(Role::Via, std::span(serves).first(count)).size(), 32U);
  EXPECT_GT(helper_name(Role::Via, std::span(serves).first(count + 1)).size(), 32U);
}

TEST(HelperFields, PointersThatCanBeFollowed) {
  for (uint64_t good :
       {kNothingToFollow, uint64_t{0x400000}, uint64_t{0x7ffc12345678}, uint64_t{0xffff12345678}})
    EXPECT_TRUE(is_followable(good)) << good;
  for (uint64_t bad : {uint64_t{0}, uint64_t{1}, uint64_t{8}, uint64_t{0x1000}, uint64_t{0xffffffff81000000},
                       uint64_t{0xdead000000000000}, ~uint64_t{0}})
    EXPECT_FALSE(is_followable(bad)) << bad;
  EXPECT_TRUE(was_followable(kCheckedPointer));
  EXPECT_FALSE(was_followable(0));
}

// What a recording that was made to do harm may have: each number would cost a copy of a field.
TEST(HelperFields, NameLongerThanTheKernelTakesIsNone) {
  std::string name = "__via";
  for (int i = 0; i < 100000; ++i) name += "_1";
  EXPECT_FALSE(parse_helper_name(name));
}

}  // namespace
}  // namespace uproar
