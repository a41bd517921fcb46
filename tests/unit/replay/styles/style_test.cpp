#include "replay/styles/style.h"

#include <gtest/gtest.h>

#include "replay/player.h"
#include "support/recordings.h"

namespace uproar {
namespace {

// A style needs a name and a maker, and has then no files, no head, and no other lines.
TEST(Style, WhatIsNotSaidIsNotThere) {
  const Style style{.name = "plain", .what = "nothing much"};
  EXPECT_TRUE(style.format.empty());
  EXPECT_TRUE(style.suffixes.empty());
  EXPECT_FALSE(style.takes_side_lines);
  EXPECT_FALSE(style.tells_losses({.for_file = true}));
  const auto reader =
      test::open_bytes(test::write_recording([](RecordingWriter& writer) { test::fill_minimal(writer); }));
  const auto player = *Player::make(*reader, {});
  std::string head;
  style.append_head(player->printed(), {}, head);
  EXPECT_EQ(head, "");
}

}  // namespace
}  // namespace uproar
