#include "replay/styles/styles.h"

#include <gtest/gtest.h>

#include <set>

#include "support/recordings.h"

namespace uproar {
namespace {

std::unique_ptr<RecordingReader> recording() {
  return test::open_bytes(test::write_recording([](RecordingWriter& writer) { test::fill_minimal(writer); }));
}

TEST(Styles, EveryOutputHasANameOfItsOwn) {
  std::set<std::string> names, formats, suffixes;
  for (const Style& style : styles()) {
    EXPECT_TRUE(names.insert(style.name).second) << style.name;
    EXPECT_EQ(style_by_name(style.name), &style);
    EXPECT_TRUE(style.format.empty() || formats.emplace(style.format).second) << style.name;
    EXPECT_EQ(style.format.empty(), style.suffixes.empty()) << style.name;
    for (const std::string_view suffix : style.suffixes)
      EXPECT_TRUE(suffixes.emplace(suffix).second) << suffix;
  }
  EXPECT_EQ(style_by_name("xml"), nullptr);
}

TEST(Styles, EveryOutputPrintsALineForEachEvent) {
  const auto reader = recording();
  for (const Style& style : styles()) {
    const Printing printing{style};
    PlayChoice choice;
    choice.side = side_choice_of(printing);
    const auto player = *Player::make(*reader, choice);
    auto output = output_of(*player, printing);
    ASSERT_TRUE(output.ok()) << style.name;
    std::string text;
    output->write = [&](std::string_view piece) {
      text += piece;
      return true;
    };
    player->play(*output);
    EXPECT_GT(player->played(), 0u);
    EXPECT_EQ(static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')), player->played())
        << style.name;
  }
}

TEST(Styles, LossesAreForThoseThatTellThem) {
  EXPECT_FALSE(side_choice_of({*style_by_name("perf")}).losses);
  EXPECT_TRUE(side_choice_of({*style_by_name("trace-cmd")}).losses);
  EXPECT_FALSE(side_choice_of({*style_by_name("ftrace")}).losses);
  EXPECT_TRUE(side_choice_of({*style_by_name("ftrace"), {.for_file = true}}).losses);
}

TEST(Styles, TimesThatCountFromALineArePlayedInTurn) {
  const auto reader = recording();
  const auto player = *Player::make(*reader, {});
  TimeCount absolute(TimeCount::Mode::Absolute), relative(TimeCount::Mode::SinceFirst);
  EXPECT_FALSE(output_of(*player, {styles().front(), {}, {}, &absolute})->in_turn);
  EXPECT_TRUE(output_of(*player, {styles().front(), {}, {}, &relative})->in_turn);
}

TEST(Styles, FieldsThatMakeNoSenseAreErrorsWhereLinesHaveSuch) {
  const auto reader = recording();
  const auto player = *Player::make(*reader, {});
  for (const char* style : {"perf", "ftrace", "trace-cmd"})
    EXPECT_FALSE(output_of(*player, {*style_by_name(style), {.fields = {"nonsense"}}}).ok()) << style;
}

}  // namespace
}  // namespace uproar
