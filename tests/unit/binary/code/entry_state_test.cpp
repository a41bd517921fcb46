#include "binary/code/entry_state.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Kind = EntryValue::Kind;
constexpr uint32_t kRbp = 6;
constexpr uint32_t kRsp = 7;
constexpr uint32_t kRdi = 5;

EntryState x86() {
  EntryState state(kRsp, 8);
  state.begin(0x1000, 0x1004);
  return state;
}

TEST(EntryState, RegistersHoldWhatTheyDidAtTheEntryUntilTheyAreWritten) {
  EntryState state = x86();
  ASSERT_TRUE(state.value(kRdi));
  EXPECT_EQ(state.value(kRdi)->kind, Kind::Register);
  EXPECT_EQ(state.value(kRdi)->dwarf_register, kRdi);
  state.forget(kRdi);
  EXPECT_FALSE(state.value(kRdi));
  state.end();
  const Prologue made = state.finish();
  EXPECT_TRUE(made.keeps(kRbp, 0x1000));
  EXPECT_EQ(made.first_write.at(kRdi), 0x1000u);
}

TEST(EntryState, TheStackPointerIsThePlaceWhereTheFrameBegins) {
  EntryState state = x86();
  EXPECT_EQ(state.frame(kRsp), (FramePlace{0, 0}));
  state.move_frame(kRsp, -16);
  state.set(kRbp, state.value(kRsp));
  EXPECT_EQ(state.frame(kRbp), (FramePlace{0, -16}));
  EXPECT_EQ(state.value(kRbp)->kind, Kind::Address);
  // The frame is taken back at the end: its largest extent counts.
  state.move_frame(kRsp, 16);
  const Prologue made = state.finish();
  EXPECT_EQ(made.frame_registers.at(kRsp).place, (FramePlace{0, -16}));
  EXPECT_EQ(made.frame_registers.at(kRbp).since, 0x1004u);
}

TEST(EntryState, ARoundedFrameIsCountedFromAnew) {
  EntryState state = x86();
  state.round_frame(kRsp);
  state.move_frame(kRsp, -8);
  EXPECT_EQ(state.frame(kRsp), (FramePlace{1, -8}));
}

TEST(EntryState, WhatWasPutAsideComesBack) {
  EntryState state = x86();
  state.put({0, -24}, 8, state.value(kRdi));
  ASSERT_TRUE(state.loaded({0, -24}, 4));
  EXPECT_EQ(state.loaded({0, -24}, 4)->dwarf_register, kRdi);
  EXPECT_FALSE(state.loaded({0, -20}, 4));  // a part
  EXPECT_FALSE(state.loaded({0, -40}, 8));  // of its own frame, where nothing was stored
  state.put({0, -20}, 4, std::nullopt);     // over it
  EXPECT_FALSE(state.loaded({0, -24}, 4));
}

TEST(EntryState, BehindTheReturnAddressLiesWhatTheCallerPutThere) {
  EntryState state = x86();
  ASSERT_TRUE(state.loaded({0, 8}, 8));
  EXPECT_EQ(state.loaded({0, 8}, 8)->kind, Kind::Stack);
  EXPECT_FALSE(state.loaded({0, 0}, 8));  // the return address
  EXPECT_FALSE(state.loaded({1, 8}, 8));  // nobody knows how far from the entry
  const EntryState arm(31, 0);
  EXPECT_TRUE(arm.loaded({0, 0}, 8));
}

TEST(EntryState, OnlyTheFirstWriteOfARegisterIsACopy) {
  EntryState state = x86();
  state.set(3, state.value(kRdi));
  state.set(3, state.value(4));
  const Prologue made = state.finish();
  ASSERT_EQ(made.copies.count(3), 1u);
  EXPECT_EQ(made.copies.at(3).dwarf_register, kRdi);
}

TEST(EntryState, AUseAfterAWriteIsNotOfTheEntry) {
  EntryState state = x86();
  state.note_use(kRdi);
  state.note_write(4);
  state.note_use(4);
  EXPECT_EQ(state.finish().used, std::set<uint32_t>{kRdi});
}

TEST(EntryState, RoomIsNoStore) {
  EntryState state = x86();
  state.put({0, -8}, 8, state.value(0), true);
  state.put({0, -16}, 8, state.value(kRdi));
  const Prologue made = state.finish();
  ASSERT_EQ(made.stores.size(), 1u);
  EXPECT_EQ(made.stores[0].place, (FramePlace{0, -16}));
  EXPECT_EQ(made.stores[0].vaddr, 0x1000u);
}

TEST(EntryState, OffsetsThatMakeNoSenseDoNoHarm) {
  EntryState state = x86();
  state.move_frame(kRsp, INT64_MIN);
  state.move_frame(kRsp, INT64_MIN);
  EXPECT_EQ(state.frame(kRsp), (FramePlace{0, 0}));
  state.put({0, INT64_MAX}, 8, std::nullopt);
  EXPECT_TRUE(state.loaded({0, 8}, 8));
}

}  // namespace
}  // namespace uproar
