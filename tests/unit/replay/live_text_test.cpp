// Live text: the order over CPUs, and the same lines as a replay of the file beside it.
#include "replay/live_text.h"

#include <gtest/gtest.h>

#include "support/recordings.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// Prints times and CPUs.
class LiveOrder : public testing::Test {
 protected:
  void start(uint64_t most_events = 0) {
    live_ = LiveText::create({.printing = {*style_by_name("csv")},
                              .write =
                                  [this](std::string_view text) {
                                    text_ += text;
                                    return wanted_;
                                  },
                              .most_events = most_events});
    ASSERT_TRUE(live_->add_event(test::event_info("g", "e")).ok());
    ASSERT_TRUE(live_->flush().ok());
  }
  void add(uint32_t cpu, uint64_t time_ns) {
    const uint8_t record[16] = {1, 0, 0, 0, 7};
    ASSERT_TRUE(live_->add_record(cpu, time_ns, 0, record).ok());
  }
  void look(uint64_t until_ns) { ASSERT_TRUE(live_->looked(until_ns).ok()); }
  // "0.5/1 2/0": seconds and CPU of each line since the last question.
  std::string lines() {
    std::string found;
    size_t at = 0;
    while (at < text_.size()) {
      const size_t end = text_.find('\n', at);
      const std::string line = text_.substr(at, end - at);
      at = end + 1;
      if (line.starts_with("time,")) continue;
      const std::string time = line.substr(0, line.find(','));
      const std::string cpu = line.substr(0, line.find(",g:e"));
      found += (found.empty() ? "" : " ") + std::to_string(static_cast<int>(std::stod(time) * 10 + 0.5)) +
               "/" + cpu.substr(cpu.rfind(',') + 1);
    }
    text_.clear();
    return found;
  }

  std::unique_ptr<LiveText> live_;
  std::string text_;
  bool wanted_ = true;
};

TEST_F(LiveOrder, IsThatOfTimeOverAllCpus) {
  start();
  add(0, kSecond / 10 * 1);
  add(0, kSecond / 10 * 4);
  add(1, kSecond / 10 * 2);
  add(1, kSecond / 10 * 3);
  look(UINT64_MAX);
  EXPECT_EQ(lines(), "1/0 2/1 3/1 4/0");
}

TEST_F(LiveOrder, EqualTimesComeByCpuThenAsTheyCame) {
  start();
  add(1, kSecond);
  add(0, kSecond);
  add(0, kSecond);
  look(UINT64_MAX);
  EXPECT_EQ(lines(), "10/0 10/0 10/1");
}

// Of CPU 0 there may be more between 0.2 and 0.5; the look behind found none.
TEST_F(LiveOrder, NothingIsPrintedThatAnotherCpuCouldPrecede) {
  start();
  add(0, kSecond / 10 * 2);
  add(1, kSecond / 10 * 1);
  add(1, kSecond / 10 * 5);
  look(kSecond);
  EXPECT_EQ(lines(), "1/1 2/0");
  look(kSecond);
  EXPECT_EQ(lines(), "5/1");
}

// A ring with more than a look takes: the others wait for it however long that is.
TEST_F(LiveOrder, WaitsForARingThatIsBehind) {
  start();
  add(0, kSecond / 10);
  add(1, kSecond * 4);
  look(kSecond * 5);
  EXPECT_EQ(lines(), "1/0");
  add(0, kSecond * 2);
  look(kSecond * 6);
  EXPECT_EQ(lines(), "20/0");
  add(0, kSecond * 3);
  look(kSecond * 7);
  EXPECT_EQ(lines(), "30/0");
  look(kSecond * 8);
  EXPECT_EQ(lines(), "40/1");
}

// What has its time may not be readable yet when a look begins.
TEST_F(LiveOrder, WhatHappenedJustBeforeTheLookWaits) {
  start();
  add(0, kSecond);
  look(kSecond + 1);
  EXPECT_EQ(lines(), "");
  look(kSecond * 2);
  EXPECT_EQ(lines(), "10/0");
}

TEST_F(LiveOrder, WhatComesTooLateIsPrintedAllTheSame) {
  start();
  add(0, kSecond * 2);
  look(kSecond * 3);
  look(kSecond * 3);
  add(1, kSecond);
  look(kSecond * 4);
  look(kSecond * 4);
  EXPECT_EQ(lines(), "20/0 10/1");
}

TEST_F(LiveOrder, EndsAtTheNumberThatWasAskedFor) {
  start(2);
  for (uint64_t i = 1; i <= 5; ++i) add(0, kSecond * i);
  look(UINT64_MAX);
  EXPECT_EQ(lines(), "10/0 20/0");
  EXPECT_TRUE(live_->satisfied());
  EXPECT_EQ(live_->printed(), 2u);
  add(0, kSecond * 9);
  look(UINT64_MAX);
  EXPECT_EQ(lines(), "");
}

TEST_F(LiveOrder, NothingFollowsWhenNoMoreIsWanted) {
  start();
  wanted_ = false;
  add(0, kSecond);
  look(UINT64_MAX);
  EXPECT_TRUE(live_->satisfied());
  (void)lines();
  add(0, kSecond * 2);
  look(UINT64_MAX);
  EXPECT_EQ(lines(), "");
}

TEST_F(LiveOrder, WhatMakesNoSenseIsToldBeforeTheFirstRecord) {
  live_ = LiveText::create({.printing = {*style_by_name("perf"), {.fields = {"nonsense"}}},
                            .write = [](std::string_view) { return true; }});
  ASSERT_TRUE(live_->add_event(test::event_info("g", "e")).ok());
  EXPECT_FALSE(live_->flush().ok());
}

std::string replayed(RecordingReader& reader, const Printing& printing) {
  PlayChoice choice;
  choice.side = side_choice_of(printing);
  auto player = Player::make(reader, choice);
  EXPECT_TRUE(player.ok());
  std::string text;
  printing.style.append_head((*player)->printed(), printing.options, text);
  auto output = output_of(**player, printing);
  output->write = [&](std::string_view part) {
    text += part;
    return true;
  };
  (*player)->play(*output);
  return text;
}

TEST(LiveText, IsWhatAReplayOfTheFilePrints) {
  for (const Style& style : styles()) {
    for (const bool side_lines : {false, true}) {
      if (side_lines && !style.takes_side_lines) continue;
      Printing printing{style, {.nanoseconds = true}};
      if (side_lines) printing.side_lines = {.tasks = true, .maps = true, .losses = true};
      std::string text;
      const test::Bytes file = test::write_recording([&](RecordingWriter& writer) {
        const auto live = LiveText::create({.printing = printing,
                                            .write =
                                                [&](std::string_view part) {
                                                  text += part;
                                                  return true;
                                                },
                                            .beside = &writer});
        test::fill_typical(*live);
        EXPECT_EQ(live->printed() + live->undecodable(), 30u);
      });
      const auto reader = test::open_bytes(file);
      EXPECT_EQ(text, replayed(*reader, printing)) << style.name << side_lines;
      EXPECT_GT(text.size(), 100u);
    }
  }
}

}  // namespace
}  // namespace uproar
