// The table of outputs, and how a player is led through one.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "replay/player.h"
#include "replay/styles/style.h"
#include "replay/time_count.h"

namespace uproar {

// Every output there is; the first is the default.
const std::vector<Style>& styles();
// Null: there is none of that name.
const Style* style_by_name(std::string_view name);

// What is printed in a style, and from where its times are counted.
struct Printing {
  const Style& style;
  StyleOptions options = {};
  SideChoice side_lines = {};  // as perf script prints them; for styles that take them
  TimeCount* count = nullptr;  // goes on from one player to the next; null: absolute
};

// What the player has to be given besides events: PlayChoice::side.
SideChoice side_choice_of(const Printing& printing);

// A player's output but for its `write`. What `recording` refers to and printing.count must outlive it. Errors: those of
// Style::make, and fields that make no sense.
Result<Player::Output> output_of(const PrintedRecording& recording, const Printing& printing);
inline Result<Player::Output> output_of(const Player& player, const Printing& printing) {
  return output_of(player.printed(), printing);
}

}  // namespace uproar
