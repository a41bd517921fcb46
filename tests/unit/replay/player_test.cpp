#include "replay/player.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "support/recordings.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

// Two events with a number each, on three CPUs, a record a microsecond; task 70 + n % 4.
constexpr uint32_t kRecords = 20'000;

std::vector<uint8_t> recording() {
  return test::write_recording([](RecordingWriter& writer) {
    for (const char* name : {"one", "two"}) {
      EventInfo info = test::event_info("g", name, {test::field("n", Field::Kind::Unsigned)});
      info.schema.fields[0].offset = 16;
      ASSERT_TRUE(writer.add_event(info).ok());
    }
    for (const uint64_t time_ns : {5'000'000, 0}) {
      LossInfo loss;
      loss.time_ns = time_ns;
      loss.count = 3;
      ASSERT_TRUE(writer.add_loss(loss).ok());
    }
    for (uint64_t i = 0; i < kRecords; ++i) {
      uint8_t record[24] = {};
      record[4] = static_cast<uint8_t>(70 + i % 4);
      std::memcpy(record + 16, &i, 8);
      ASSERT_TRUE(writer.add_record(i % 3, 1000 * (i + 1), i % 2, record).ok());
    }
    ASSERT_TRUE(writer.finish({}).ok());
  });
}

// Prints the number of each event, and gathers sums by schema.
class Gatherer final : public Sink {
 public:
  void take(const Event& event, std::string& out) override {
    out += std::to_string(event.values.at(0).bits) + " ";
    sums[event.schema] += event.values.at(0).bits;
  }
  void take_side(const SideRecord& side, std::string& out) override {
    out += "lost " + std::to_string(side.loss->count) + " ";
  }
  void merge(Sink& other) override {
    for (const auto& [schema, sum] : static_cast<Gatherer&>(other).sums) sums[schema] += sum;
  }
  std::map<const EventSchema*, uint64_t> sums;
};

struct Played {
  std::string text;
  std::map<std::string, uint64_t> sums;
  uint64_t events = 0;
};

Played play(const PlayChoice& choice, unsigned threads, bool in_turn = false) {
  const auto reader = test::open_bytes(recording());
  const auto player = Player::make(*reader, choice);
  EXPECT_TRUE(player.ok());
  Played played;
  Player::Output output;
  output.make_sink = [] { return std::make_unique<Gatherer>(); };
  output.in_turn = in_turn;
  output.threads = threads;
  output.write = [&](std::string_view text) {
    played.text += text;
    return true;
  };
  const auto sink = (*player)->play(output);
  for (const auto& [schema, sum] : static_cast<Gatherer&>(*sink).sums) played.sums[schema->name] += sum;
  played.events = (*player)->played();
  EXPECT_EQ((*player)->undecodable(), 0u);
  return played;
}

TEST(Player, SideBySideGivesWhatOneThreadGives) {
  for (const PlayChoice& choice :
       {PlayChoice{}, PlayChoice{.selection = {.events = {"two"}, .cpus = {0, 2}}},
        PlayChoice{.selection = {.tids = {71}, .filter = "n > 5000"}}, PlayChoice{.time = "10%/3"}}) {
    const Played expected = play(choice, 1, true);
    EXPECT_GT(expected.events, 0u);
    for (const unsigned threads : {1u, 2u, 5u}) {
      const Played played = play(choice, threads);
      EXPECT_TRUE(played.text == expected.text);
      EXPECT_EQ(played.sums, expected.sums);
      EXPECT_EQ(played.events, expected.events);
    }
  }
}

TEST(Player, SumsOfAllThreadsAreMerged) {
  const Played played = play({}, 3);
  const uint64_t half = kRecords / 2;
  EXPECT_EQ(played.sums, (std::map<std::string, uint64_t>{{"one", half * (half - 1)}, {"two", half * half}}));
  EXPECT_EQ(played.events, kRecords);
}

TEST(Player, SideRecordsStandAtTheirTime) {
  const Played played = play({.selection = {.filter = "n >= 4998 && n < 5001"}, .side = {.losses = true}}, 3);
  EXPECT_EQ(played.text, "lost 3 4998 lost 3 4999 5000 ");
}

TEST(Player, EndsWhenNoMoreIsWanted) {
  const auto reader = test::open_bytes(recording());
  const auto player = *Player::make(*reader, {});
  for (const bool in_turn : {true, false}) {
    size_t pieces = 0;
    Player::Output output;
    output.make_sink = [] { return std::make_unique<Gatherer>(); };
    output.in_turn = in_turn;
    output.write = [&](std::string_view) {
      ++pieces;
      return false;
    };
    player->play(output);
    EXPECT_EQ(pieces, 1u);
  }
}

TEST(Player, StoredRecordsAreThoseThatAreWanted) {
  const auto reader = test::open_bytes(recording());
  for (const std::string filter : {"", "n < 100"}) {
    const auto player =
        *Player::make(*reader, {.selection = {.events = {"one"}, .cpus = {1}, .filter = filter}});
    for (int round = 0; round < 2; ++round) {
      StoredRecord record;
      uint64_t records = 0;
      while (player->next(record)) {
        EXPECT_EQ(record.event, 0u);
        EXPECT_EQ(record.cpu, 1u);
        ++records;
      }
      EXPECT_EQ(records, filter.empty() ? 3333u : 16u);
      player->rewind();
    }
  }
}

TEST(Player, ChoicesThatMakeNoSenseAreErrors) {
  const auto reader = test::open_bytes(recording());
  EXPECT_FALSE(Player::make(*reader, {.selection = {.events = {"three"}}}).ok());
  EXPECT_FALSE(Player::make(*reader, {.selection = {.filter = "m == 1"}}).ok());
  EXPECT_FALSE(Player::make(*reader, {.time = "soon"}).ok());
}

TEST(Player, FactsOfEventsAreOneForAllThreads) {
  const auto reader = test::open_bytes(recording());
  const auto player = *Player::make(*reader, {});
  Player::Output output;
  output.make_sink = [] { return std::make_unique<Gatherer>(); };
  output.threads = 4;
  const auto sink = player->play(output);
  std::vector<const EventSchema*> met;
  for (const auto& [schema, sum] : static_cast<Gatherer&>(*sink).sums) met.push_back(schema);
  ASSERT_EQ(met.size(), 2u);
  for (const EventSchema* schema : met)
    EXPECT_TRUE(schema == &player->events()[0].schema() || schema == &player->events()[1].schema());
}

}  // namespace
}  // namespace uproar
