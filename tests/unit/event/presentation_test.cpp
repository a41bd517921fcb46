#include "event/presentation.h"

#include <gtest/gtest.h>

#include <string>

#include "support/presented.h"

namespace uproar {
namespace {

using Kind = Field::Kind;

TEST(Presentation, EventWithoutHelpersIsShownAsItIs) {
  Layout layout;
  layout.number("a", Kind::Signed, 4, 5).number("b", Kind::Hex, 8, 9);
  EXPECT_EQ(presented(layout), "a=5 b=9");
  EXPECT_FALSE(Presentation(layout.schema()).needs_tidying());
}

TEST(Presentation, BytesAndALengthAreAString) {
  EXPECT_EQ(presented(Layout().bytes("s", "hello, garbage", 2).number("__len_1", Kind::Unsigned, 8, 5)),
            "s=hello");
  const std::string nul("a\0b", 3);
  EXPECT_EQ(presented(Layout().bytes("s", nul + "x", 2).number("__len_1", Kind::Unsigned, 4, 3)), "s=" + nul);
  EXPECT_EQ(presented(Layout().bytes("s", "x", 2).number("__len_1", Kind::Unsigned, 8, 0)), "s=");
}

TEST(Presentation, StringThatIsLongerThanItsBytesIsCut) {
  EXPECT_EQ(presented(Layout().bytes("s", "12345678", 1).number("__len_1", Kind::Unsigned, 8, 9)),
            "s=12345678 cut");
  EXPECT_EQ(presented(Layout().bytes("s", "12345678", 1).number("__len_1", Kind::Unsigned, 8, 8)),
            "s=12345678");
}

TEST(Presentation, LimitEndsAtTheNul) {
  EXPECT_EQ(
      presented(Layout().bytes("s", std::string("ab\0cd", 5), 2).number("__max_1", Kind::Unsigned, 8, 16)),
      "s=ab");
  EXPECT_EQ(presented(Layout().bytes("s", "abcdefgh", 1).number("__max_1", Kind::Unsigned, 8, 5)), "s=abcde");
}

TEST(Presentation, SignOfABitfield) {
  EXPECT_EQ(presented(Layout().number("c", Kind::Unsigned, 4, 125).number("__sign_1", Kind::Unsigned, 1, 7)),
            "c=-3");
  EXPECT_EQ(presented(Layout().number("c", Kind::Unsigned, 4, 63).number("__sign_1", Kind::Unsigned, 1, 7)),
            "c=63");
}

TEST(Presentation, BitsOfTheOtherByteOrder) {
  const uint32_t whole = packed(PickedBits{0, 2, 0, 16});
  EXPECT_EQ(
      presented(Layout().number("p", Kind::Unsigned, 2, 0x901f).number("__bits_1", Kind::Unsigned, 4, whole)),
      "p=8080");
  EXPECT_EQ(presented(Layout()
                          .number("n", Kind::Unsigned, 2, 0xfbff)
                          .number("__bits_1", Kind::Unsigned, 4, whole)
                          .number("__sign_1", Kind::Unsigned, 1, 16)),
            "n=-5");
}

TEST(Presentation, KindsThatTheKernelDidNotRecord) {
  Layout layout;
  layout.number("h", Kind::Unsigned, 1, 21).number("c", Kind::Unsigned, 8, 'x');
  layout.number("__hex_1", Kind::Unsigned, 1, 1).number("__char_2", Kind::Unsigned, 1, 1);
  EXPECT_EQ(presented(layout), "h=21 c=120");
  Presentation presentation(layout.schema());
  EXPECT_EQ(presentation.schema().fields[0].kind, Kind::Hex);
  EXPECT_EQ(presentation.schema().fields[1].kind, Kind::Char);
}

TEST(Presentation, WideTextIsConverted) {
  const std::string utf16(
      "a\0\x03\x26"
      "b\0xx",
      8);
  const uint8_t form = packed(TextForm{2, TextForm::Layout::None});
  EXPECT_EQ(presented(Layout()
                          .bytes("s", utf16, 1)
                          .number("__len_1", Kind::Unsigned, 8, 3)
                          .number("__text_1", Kind::Unsigned, 1, form)),
            "s=a☃b");
  EXPECT_EQ(presented(Layout()
                          .bytes("s", utf16, 1)
                          .number("__len_1", Kind::Unsigned, 8, 5)
                          .number("__text_1", Kind::Unsigned, 1, form)),
            "s=a☃b\xe7\xa1\xb8 cut");
  EXPECT_EQ(presented(Layout()
                          .bytes("s", std::string("a\0\0\0b\0", 6), 1)
                          .number("__max_1", Kind::Unsigned, 8, 4)
                          .number("__text_1", Kind::Unsigned, 1, form)),
            "s=a");
}

// Layouts of libc++: the first or the last byte tells whether the text is in the object.
TEST(Presentation, TextInItsObjectOrElsewhere) {
  auto shown_of = [](TextForm::Layout layout, std::string object, const std::string& elsewhere) {
    object.resize(24);
    return presented(Layout()
                         .bytes("s", elsewhere, 2)
                         .bytes("__obj_1", object, 3)
                         .number("__text_1", Kind::Unsigned, 1, packed(TextForm{1, layout})));
  };
  using Form = TextForm::Layout;
  const std::string length("\5\0\0\0\0\0\0\0", 8);
  const std::string pointer("\0\0\1\0\0\0\0\0", 8);
  const std::string nowhere(8, '\0');
  EXPECT_EQ(shown_of(Form::LengthFirst, "\x0ashort and more", "garbage"), "s=short");
  EXPECT_EQ(
      shown_of(Form::LengthFirst, std::string("\x31\0\0\0\0\0\0\0", 8) + length + pointer, "longer one"),
      "s=longe");
  EXPECT_EQ(
      shown_of(Form::LengthFirst, std::string("\x31\0\0\0\0\0\0\0", 8) + length + nowhere, "longer one"),
      "s=(fault)");
  std::string last = "short";
  last.resize(24);
  last[23] = 5;
  EXPECT_EQ(shown_of(Form::LengthLast, last, "garbage"), "s=short");
  EXPECT_EQ(
      shown_of(Form::LengthLast, pointer + length + std::string("\x31\0\0\0\0\0\0\x80", 8), "longer one"),
      "s=longe");
}

TEST(Presentation, ValueOfAVariantThatIsNotThereIsAFault) {
  auto shown_of = [](uint64_t tag, uint64_t low, uint64_t high) {
    return presented(Layout()
                         .number("v", Kind::Signed, 4, 7)
                         .number("__tag_1", Kind::Unsigned, 1, tag)
                         .number("__low_1", Kind::Unsigned, 8, low)
                         .number("__high_1", Kind::Unsigned, 8, high));
  };
  EXPECT_EQ(shown_of(1, 1, 1), "v=7");
  EXPECT_EQ(shown_of(0, 1, 1), "v=(fault)");
  // Anything but 5.
  EXPECT_EQ(shown_of(4, 6, 4), "v=7");
  EXPECT_EQ(shown_of(200, 6, 4), "v=7");
  EXPECT_EQ(shown_of(5, 6, 4), "v=(fault)");
}

TEST(Presentation, ValueBehindAPointerThatCannotBeFollowedIsAFault) {
  EXPECT_EQ(presented(Layout()
                          .number("n", Kind::Signed, 4, 77)
                          .number("k", Kind::Signed, 4, 78)
                          .number("__via_1", Kind::Hex, 8, 0)),
            "n=(fault) k=78");
  EXPECT_EQ(presented(Layout()
                          .number("n", Kind::Signed, 4, 77)
                          .number("k", Kind::Signed, 4, 78)
                          .number("__via_1_2", Kind::Hex, 8, 0x7fff00000000)),
            "n=77 k=78");
}

TEST(Presentation, EmptyStringNeedsNoPointer) {
  Layout empty;
  empty.bytes("s", "", 1).number("__len_1", Kind::Unsigned, 8, 0).number("__data_1", Kind::Hex, 8, 0);
  EXPECT_EQ(presented(empty), "s=");
  Layout fault;
  fault.bytes("s", "", 1).number("__len_1", Kind::Unsigned, 8, 4).number("__data_1", Kind::Hex, 8, 0);
  EXPECT_EQ(presented(fault), "s=(fault)");
}

TEST(Presentation, StringTooLongForTheKernelShowsItsStart) {
  EXPECT_EQ(presented(Layout().faulted("s").bytes("__start_1", "dddddddd", 1)), "s=dddddddd cut");
  EXPECT_EQ(presented(Layout().faulted("s").bytes("__start_1", "", 1)), "s=(fault)");
}

TEST(Presentation, StartIsNothingWhenItsPointerCouldNotBeRead) {
  auto start_behind = [](uint64_t pointer) {
    return presented(
        Layout().faulted("s").bytes("__start_1", "stale", 1).number("__via_1", Kind::Hex, 8, pointer));
  };
  EXPECT_EQ(start_behind(0), "s=(fault)");
  EXPECT_EQ(start_behind(0x7fff00000000), "s=stale cut");
}

TEST(Presentation, StringThatGotTooLittleRoomIsCut) {
  EXPECT_EQ(presented(Layout().text("s", "abc").bytes("__start_1", "abcdefgh", 1)), "s=abc cut");
  EXPECT_EQ(presented(Layout().text("s", "abc").bytes("__start_1", "abc", 1)), "s=abc");
}

TEST(Presentation, PlaceIsToldAndNotShown) {
  Layout layout;
  layout.number("a", Kind::Signed, 4, 5).number("__place", Kind::Unsigned, 4, 4711);
  EXPECT_EQ(presented(layout), "a=5");
  Presentation presentation(layout.schema());
  Event event;
  const auto record = layout.record();
  presentation.decode(record, event);
  EXPECT_EQ(event.place, 4711U);
}

TEST(Presentation, TidyRecordHoldsNothingThatIsNotShown) {
  Layout layout;
  layout.bytes("s", "secretXX", 1)
      .number("__len_1", Kind::Unsigned, 8, 6)
      .number("__data_1", Kind::Hex, 8, 0x7fff1234);
  auto record = layout.record();
  Presentation(layout.schema()).tidy(record);
  const std::string text(record.begin(), record.end());
  EXPECT_NE(text.find("secret"), std::string::npos);
  EXPECT_EQ(text.find('X'), std::string::npos);
  EXPECT_EQ(record[record.size() - 8], 1);
  EXPECT_EQ(record[record.size() - 7], 0);
}

// Rust's slices without elements point at 1, 2, 4 or 8.
TEST(Presentation, TidyRecordDoesNotTakeADanglingPointerForAGoodOne) {
  for (uint64_t pointer : {0, 1, 8}) {
    Layout layout;
    layout.number("n", Kind::Signed, 4, 0).number("__via_1", Kind::Hex, 8, pointer);
    auto record = layout.record();
    Presentation presentation(layout.schema());
    presentation.tidy(record);
    Event event;
    ASSERT_EQ(presentation.decode(record, event), DecodeStatus::Ok);
    EXPECT_TRUE(event.values[0].fault) << pointer;
  }
}

TEST(Presentation, TidyRecordKeepsAPointerThatServesSeveralArguments) {
  Layout layout;
  layout.number("n", Kind::Signed, 4, 5)
      .number("m", Kind::Signed, 4, 6)
      .number("__via_1_2", Kind::Hex, 8, 0x7fff1234);
  auto record = layout.record();
  Presentation presentation(layout.schema());
  presentation.tidy(record);
  Event event;
  ASSERT_EQ(presentation.decode(record, event), DecodeStatus::Ok);
  EXPECT_EQ(event.values[0].bits, 5U);
  EXPECT_FALSE(event.values[1].fault);
}

TEST(Presentation, NamesThatServeNothingAreShown) {
  EXPECT_EQ(presented(Layout().number("a", Kind::Signed, 4, 5).number("__len_1", Kind::Unsigned, 8, 9)),
            "a=5 __len_1=9");
  EXPECT_EQ(presented(Layout().number("a", Kind::Signed, 4, 5).number("__via_7", Kind::Hex, 8, 9)),
            "a=5 __via_7=9");
  EXPECT_EQ(presented(Layout().number("__via_1", Kind::Hex, 8, 9)), "__via_1=9");
}

TEST(Presentation, ShortRecordsDoNoHarm) {
  Layout layout;
  layout.bytes("s", "secret", 1).number("__len_1", Kind::Unsigned, 8, 6).number("__via_1", Kind::Hex, 8, 9);
  const auto whole = layout.record();
  Presentation presentation(layout.schema());
  Event event;
  for (size_t size = 0; size < whole.size(); ++size) {
    std::vector<uint8_t> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(presentation.decode(part, event), DecodeStatus::Ok);
    presentation.tidy(part);
  }
}

// Numbers that fill an array of 4 of them, and what tells which of them count.
Layout four_numbers() {
  Layout layout;
  layout.numbers("a", Kind::Signed, {10, 20, 30, 40});
  return layout;
}

TEST(Presentation, ArraysEndWhereTheProgramSays) {
  auto layout = four_numbers();
  layout.number("__first_1", Kind::Signed, 4, 1).number("__last_1", Kind::Signed, 4, 3);
  EXPECT_EQ(presented(layout), "a=10 a=20 a=30 a=absent");
  auto empty = four_numbers();
  empty.number("__first_1", Kind::Signed, 4, 1).number("__last_1", Kind::Signed, 4, 0);
  EXPECT_EQ(presented(empty), "a=absent a=absent a=absent a=absent");
  auto longer = four_numbers();
  longer.number("__first_1", Kind::Signed, 4, 1).number("__last_1", Kind::Signed, 4, 9);
  EXPECT_EQ(presented(longer), "a=10 a=20 a=30 a=40 cut");
}

TEST(Presentation, OneElementIsChosen) {
  auto layout = four_numbers();
  layout.number("__first_1", Kind::Signed, 4, -1).number("__last_1", Kind::Signed, 4, 2);
  layout.number("__index_1", Kind::Signed, 8, 1);
  EXPECT_EQ(presented(layout), "a=30");
  auto outside = four_numbers();
  outside.number("__first_1", Kind::Signed, 4, 1).number("__last_1", Kind::Signed, 4, 2);
  outside.number("__index_1", Kind::Signed, 8, 3);
  EXPECT_EQ(presented(outside), "a=(fault)");
}

TEST(Presentation, ElementsAreMadeOfTheirBits) {
  Layout layout;
  layout.numbers("a", Kind::Unsigned, {0x01000000, 0xfeffffff, 0, 0});
  layout.number("__first_1", Kind::Signed, 4, 0).number("__last_1", Kind::Signed, 4, 1);
  layout.number("__bits_1", Kind::Unsigned, 4, packed(PickedBits{0, 4, 0, 32}));
  layout.number("__sign_1", Kind::Unsigned, 1, 32);
  EXPECT_EQ(presented(layout), "a=1 a=-2 a=absent a=absent");
}

TEST(Presentation, ArraysOfVariantsThatAreNotThere) {
  auto layout = four_numbers();
  layout.number("__first_1", Kind::Signed, 4, 1).number("__last_1", Kind::Signed, 4, 2);
  layout.number("__tag_1", Kind::Unsigned, 4, 5).number("__low_1", Kind::Unsigned, 8, 1);
  layout.number("__high_1", Kind::Unsigned, 8, 4);
  EXPECT_EQ(presented(layout), "a=(fault) a=absent a=absent a=absent");
}

TEST(Presentation, TextsOfWhichTheBoundsAreKnown) {
  Layout layout;
  layout.bytes("s", "abcdefgh", 1);
  layout.number("__len_1", Kind::Signed, 4, 7).number("__first_1", Kind::Signed, 4, 3);
  EXPECT_EQ(presented(layout), "s=abcde");
  Layout empty;
  empty.bytes("s", "abcdefgh", 1);
  empty.number("__len_1", Kind::Signed, 4, -1).number("__first_1", Kind::Signed, 4, 1);
  EXPECT_EQ(presented(empty), "s=");
}

TEST(Presentation, FaultBitsAreOfFieldsAndTheirHelpers) {
  Layout layout;
  layout.number("a", Kind::Unsigned, 8, 0).number("b", Kind::Unsigned, 8, 0).bytes("c", "text", 1);
  layout.numbers("d", Kind::Unsigned, {0, 0}).number("__len_3", Kind::Unsigned, 8, 0);
  layout.number("__faults", Kind::Hex, 8, 0b11010);
  EXPECT_EQ(presented(layout), "a=0 b=(fault) c=(fault) d=(fault) d=(fault)");
}

// A string of its own length in the record, as BPF sends it: its bytes may be NULs, and the one behind them is not its.
TEST(Presentation, TextsWithALengthThatAreAsLongAsTheyAre) {
  Layout whole;
  whole.text("s", std::string("a\0b", 3)).number("__len_1", Kind::Unsigned, 8, 3);
  EXPECT_EQ(presented(whole), std::string("s=a\0b", 5));
  Layout cut;
  cut.text("s", "abc").number("__len_1", Kind::Unsigned, 8, 100);
  EXPECT_EQ(presented(cut), "s=abc cut");
  Layout none;
  none.faulted("s").number("__len_1", Kind::Unsigned, 8, 3);
  EXPECT_EQ(presented(none), "s=(fault)");
}

TEST(Presentation, CutBitsAreOfStrings) {
  Layout layout;
  layout.text("s", "begin").number("__cuts", Kind::Hex, 8, 1);
  EXPECT_EQ(presented(layout), "s=begin cut");
}

}  // namespace
}  // namespace uproar
