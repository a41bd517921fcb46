#include "lower/tracefs/tracefs_arguments.h"

#include <gtest/gtest.h>

#include "lower/tracefs/tracefs_line.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;
using Type = ValueType::Kind;

FetchOperation reg(const std::string& name) {
  return {Operation::Register, 0, name, false};
}
FetchOperation at(int64_t displacement) {
  return {Operation::Dereference, displacement, {}, false};
}
FetchOperation constant(int64_t number) {
  return {Operation::Immediate, number, {}, false};
}

FetchArgument argument(std::vector<FetchOperation> operations, Type kind, uint8_t bits = 64) {
  FetchArgument made;
  made.name = "a";
  made.operations = std::move(operations);
  made.type.kind = kind;
  made.type.bits = bits;
  return made;
}

ProbePlan plan_of(std::vector<FetchArgument> arguments, size_t places = 1) {
  ProbePlan plan;
  plan.group = "g";
  plan.event = "e";
  for (size_t i = 0; i < arguments.size(); ++i)
    arguments[i].name = std::string(1, static_cast<char>('a' + i));
  plan.argument_sets = {std::move(arguments)};
  for (size_t i = 0; i < places; ++i) {
    ProbeSite site;
    site.path = "/bin/x";
    site.file_offset = 0x1000 + i;
    site.symbol = "f" + std::to_string(i);
    plan.sites.push_back(site);
  }
  return plan;
}

// What the kernel is told behind the place.
std::string told(const ProbePlan& plan, Helpers helpers, size_t site = 0) {
  auto arguments = kernel_arguments(plan, helpers);
  if (!arguments.ok()) return render(arguments.error());
  const std::string line = tracefs_line(plan, *arguments, site, "g", "e");
  return line.substr(std::min(line.size(), line.find(' ', line.find(' ') + 1)));
}

TEST(KernelArguments, KernelsOwnFormsNeedNoHelper) {
  const ProbePlan plan =
      plan_of({argument({reg("di"), at(8), at(0)}, Type::Signed, 32), argument({reg("si")}, Type::Hex)});
  EXPECT_EQ(told(plan, Helpers::Needed), " a=+0(+8(%di)):s32 b=%si");
}

TEST(KernelArguments, EveryPointerOnTheWayIsWatched) {
  const ProbePlan plan = plan_of({argument({reg("di"), at(8), at(0)}, Type::Signed, 32),
                                  argument({reg("di"), at(4)}, Type::Signed, 32)});
  EXPECT_EQ(told(plan, Helpers::All), " a=+0(+8(%di)):s32 b=+4(%di):s32 __via_1_2=%di __via_1=+8(%di)");
}

TEST(KernelArguments, PointersOnOneWayHaveNamesOfTheirOwn) {
  const ProbePlan plan = plan_of({argument({reg("di"), at(16), at(8), at(0)}, Type::Signed, 32)});
  EXPECT_EQ(told(plan, Helpers::All),
            " a=+0(+8(+16(%di))):s32 __via_1=%di __via2_1=+16(%di) __via3_1=+8(+16(%di))");
}

TEST(KernelArguments, StackAndValuesNeedNoWatching) {
  const ProbePlan plan =
      plan_of({argument({reg("sp"), at(8)}, Type::Signed, 32), argument({reg("di")}, Type::Hex),
               argument({{Operation::StackPointer, 0, {}, false}, at(16)}, Type::Hex)});
  EXPECT_EQ(told(plan, Helpers::All), " a=+8(%sp):s32 b=%di c=+16($stack)");
}

TEST(KernelArguments, StringWithALengthIsBytesAndItsLength) {
  FetchArgument text = argument({reg("di"), at(0)}, Type::SizedString);
  text.length = {reg("si")};
  EXPECT_EQ(told(plan_of({text}), Helpers::Needed), " a=+0(%di):x64[64] __len_1=%si:u64");
  EXPECT_EQ(told(plan_of({text}), Helpers::All), " a=+0(%di):x64[64] __len_1=%si:u64 __data_1=%di");
}

TEST(KernelArguments, ArraysThatTheProgramLaysOutTellHow) {
  FetchArgument element = argument({reg("cx"), at(0), at(-60)}, Type::Signed, 32);
  element.type.array_count = 64;
  element.array_parts = {{ArrayPart::Role::First, 1, {reg("cx"), at(48)}, 64, true},
                         {ArrayPart::Role::Last, 1, {reg("cx"), at(56)}, 32, true},
                         {ArrayPart::Role::Step, 2, {reg("cx"), at(64)}, 64, false},
                         {ArrayPart::Role::At, 1, {constant(1)}, 64, true},
                         {ArrayPart::Role::Skip, 1, {constant(-60)}, 64, true}};
  EXPECT_EQ(told(plan_of({element}), Helpers::Needed),
            " a=-60(+0(%cx)):s32[64] __first_1=+48(%cx):s64 __last_1=+56(%cx):s32 __step2_1=+64(%cx):u64 "
            "__at_1=\\1:s64 __skip_1=\\-60:s64");
  FetchArgument text = argument({reg("di"), at(0)}, Type::SizedString);
  text.length = {reg("si"), at(4)};
  text.length_bits = 32;
  text.array_parts = {{ArrayPart::Role::First, 1, {reg("si"), at(0)}, 32, true}};
  EXPECT_EQ(told(plan_of({text}), Helpers::Needed),
            " a=+0(%di):x64[64] __len_1=+4(%si):s32 __first_1=+0(%si):s32");
}

TEST(KernelArguments, KnownLengthTakesNoMoreRoomThanItNeeds) {
  FetchArgument name = argument({reg("di"), at(16)}, Type::BoundedString);
  name.length = {constant(20)};
  EXPECT_EQ(told(plan_of({name}), Helpers::Needed), " a=+16(%di):x64[3] __max_1=\\20:u64");
}

TEST(KernelArguments, BitfieldInHexadecimalSaysSo) {
  FetchArgument bits = argument({reg("di"), at(0)}, Type::Bitfield, 8);
  bits.type.bit_width = 5;
  bits.type.shown = Type::Hex;
  EXPECT_EQ(told(plan_of({bits}), Helpers::Needed), " a=+0(%di):b5@0/8 __hex_1=\\1:u8");
}

TEST(KernelArguments, NumberOfTheOtherByteOrderIsRecordedAsItStands) {
  FetchArgument port = argument({reg("di"), at(2)}, Type::Signed, 16);
  port.type.swapped_bytes = 2;
  EXPECT_EQ(told(plan_of({port}), Helpers::Needed),
            " a=+2(%di):u16 __bits_1=\\268435968:u32 __sign_1=\\16:u8");
}

TEST(KernelArguments, WideTextTellsTheBytesOfItsCharacters) {
  FetchArgument text = argument({reg("di"), at(0)}, Type::SizedString);
  text.length = {reg("si")};
  text.type.character_bytes = 2;
  EXPECT_EQ(told(plan_of({text}), Helpers::Needed), " a=+0(%di):x64[64] __len_1=%si:u64 __text_1=\\2:u8");
  FetchArgument name = argument({reg("di"), at(16)}, Type::BoundedString);
  name.length = {constant(20)};
  name.type.character_bytes = 4;
  EXPECT_EQ(told(plan_of({name}), Helpers::Needed), " a=+16(%di):x64[10] __max_1=\\20:u64 __text_1=\\4:u8");
}

TEST(KernelArguments, TextInItsObjectNeedsTheObject) {
  FetchArgument text = argument({reg("di"), at(16), at(0)}, Type::SmallString);
  text.object = {reg("di"), at(0)};
  text.type.small_layout = ValueType::SmallLayout::LengthFirst;
  // The pointer of a long text is not watched: in a short one there is none.
  EXPECT_EQ(told(plan_of({text}), Helpers::All),
            " a=+0(+16(%di)):x64[64] __obj_1=+0(%di):x64[3] __text_1=\\17:u8 __via_1=%di");
}

TEST(KernelArguments, VariantIsToldByItsDiscriminant) {
  FetchArgument value = argument({reg("di"), at(4)}, Type::Signed, 32);
  FetchCondition condition;
  condition.operations = {reg("di"), at(0)};
  condition.type.kind = Type::Unsigned;
  condition.type.bits = 32;
  condition.low = condition.high = 1;
  value.conditions = {condition};
  EXPECT_EQ(told(plan_of({value}), Helpers::Needed),
            " a=+4(%di):s32 __tag_1=+0(%di):u32 __low_1=\\1:u64 __high_1=\\1:u64");
}

TEST(KernelArguments, SignedBitfieldTellsItsWidth) {
  FetchArgument bits = argument({reg("di"), at(0)}, Type::Bitfield, 32);
  bits.type.bit_width = 7;
  bits.type.bit_offset = 8;
  bits.type.is_signed = true;
  EXPECT_EQ(told(plan_of({bits}), Helpers::Needed), " a=+0(%di):b7@8/32 __sign_1=\\7:u8");
}

TEST(KernelArguments, PlainStringShowsItsStartWhenItIsTooLong) {
  EXPECT_EQ(told(plan_of({argument({reg("di"), at(0)}, Type::String)}), Helpers::All),
            " a=+0(%di):string __start_1=+0(%di):x64[5]");
}

TEST(KernelArguments, WhatLeadsToAStringsPointerIsWatched) {
  EXPECT_EQ(told(plan_of({argument({reg("di"), at(8), at(0)}, Type::String)}), Helpers::All),
            " a=+0(+8(%di)):string __via_1=%di __via2_1=+8(%di) __start_1=+0(+8(%di)):x64[5]");
}

TEST(KernelArguments, PlacesOfDifferentFunctionsAreNumbered) {
  const ProbePlan plan = plan_of({argument({reg("di")}, Type::Hex)}, 3);
  EXPECT_EQ(told(plan, Helpers::Needed, 2), " a=%di __place=\\2:u32");
  ProbePlan same = plan;
  for (ProbeSite& site : same.sites) site.symbol = "f";
  EXPECT_EQ(told(same, Helpers::Needed, 2), " a=%di");
}

TEST(KernelArguments, SetsAgreeOnNamesWhateverTheyWatch) {
  ProbePlan plan = plan_of({argument({reg("di"), at(8)}, Type::Signed, 32)}, 2);
  plan.argument_sets.push_back({argument({constant(5)}, Type::Signed, 32)});
  plan.sites[1].argument_set = 1;
  EXPECT_EQ(told(plan, Helpers::All, 0), " a=+8(%di):s32 __via_1=%di __place=\\0:u32");
  EXPECT_EQ(told(plan, Helpers::All, 1), " a=\\5:s32 __via_1=\\65536 __place=\\1:u32");
}

TEST(KernelArguments, ExpressionThatGrewTooLongIsTold) {
  std::vector<FetchOperation> operations = {reg("di")};
  for (int i = 0; i < 9; ++i) operations.push_back(at(100000));
  EXPECT_NE(told(plan_of({argument(operations, Type::Hex)}), Helpers::Needed).find("which takes 63"),
            std::string::npos);
}

TEST(KernelArguments, TooManyBytesAreTold) {
  FetchArgument text = argument({reg("di"), at(0)}, Type::SizedString);
  text.length = {reg("si")};
  EXPECT_NE(
      told(plan_of(std::vector<FetchArgument>(6, text)), Helpers::Needed).find("the kernel allows 3072"),
      std::string::npos);
  EXPECT_EQ(told(plan_of(std::vector<FetchArgument>(5, text)), Helpers::All).find("error"),
            std::string::npos);
}

}  // namespace
}  // namespace uproar
