#include "convert/recording_export.h"

#include "support/converted.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

std::unique_ptr<RecordingReader> recording() {
  return test::recorded([](RecordingWriter& writer) -> Result<void> {
    SessionInfo session;
    session.host = "there";
    TRY(writer.write_session(session));
    for (const char* name : {"one", "two"}) {
      EventInfo info = test::event_info("g", name, {test::field("n", Field::Kind::Unsigned, 4)});
      info.schema.fields[0].offset = 16;
      TRY(writer.add_event(info));
    }
    TRY(writer.add_task({TaskInfo::Kind::Snapshot, 0, 70, 70, 0, "worker", 0}));
    for (const uint32_t cpu : {0u, 1u}) TRY(writer.add_loss({LossInfo::Kind::Overrun, cpu, 5, cpu + 1}));
    const std::vector<uint64_t> stack = {0x10, 0x20};
    for (uint8_t i = 0; i < 100; ++i) {
      const uint8_t record[20] = {0, 0, 0, 0, 70, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, i};
      TRY(writer.add_record(i % 2, i, i / 2 % 2, record, stack));
    }
    EndSummary end;
    end.events = 100;
    end.hits = 103;
    end.hits_known = true;
    return writer.finish(end);
  });
}

std::unique_ptr<RecordingReader> part(RecordingReader& reader, const PlayChoice& choice) {
  return test::recorded([&](RecordingWriter& writer) -> Result<void> {
    TRY_ASSIGN(const auto player, Player::make(reader, choice));
    TRY_ASSIGN(const ExportOutcome outcome, export_recording(*player, writer, {}));
    EXPECT_TRUE(outcome.notes.empty());
    return {};
  });
}

TEST(RecordingExport, PartPrintsWhatTheWholePrintsOfIt) {
  const auto whole = recording();
  for (const PlayChoice& choice :
       {PlayChoice{}, PlayChoice{.selection = {.events = {"two"}}}, PlayChoice{.selection = {.cpus = {1}}},
        PlayChoice{.selection = {.filter = "n > 30 && n < 40"}},
        PlayChoice{.time = "0.00000001,0.00000002"}}) {
    const auto some = part(*whole, choice);
    ASSERT_TRUE(some);
    std::string expected;
    {
      const auto player = *Player::make(*whole, choice);
      Player::Output output = *output_of(*player, {*style_by_name("json")});
      output.write = [&](std::string_view text) {
        expected += text;
        return true;
      };
      player->play(output);
    }
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(test::printed(*some, "json"), expected);
  }
}

TEST(RecordingExport, KnowsWhatTheWholeKnew) {
  const auto whole = recording();
  const auto some = part(*whole, {.selection = {.events = {"two"}, .cpus = {1}}});
  ASSERT_TRUE(some);
  EXPECT_EQ(some->session().host, "there");
  ASSERT_EQ(some->events().size(), 1u);
  EXPECT_EQ(some->events()[0].schema.name, "two");
  EXPECT_EQ(some->task_events().size(), 1u);
  ASSERT_EQ(some->losses().size(), 1u);
  EXPECT_EQ(some->losses()[0].cpu, 1u);
  ASSERT_TRUE(some->end());
  EXPECT_EQ(some->end()->events, 25u);
  EXPECT_EQ(some->end()->lost, 2u);
  EXPECT_TRUE(some->end()->hits_filtered);
}

TEST(RecordingExport, StopsWhereItIsTold) {
  const auto reader = test::recorded([](RecordingWriter& writer) -> Result<void> {
    TRY(writer.add_event(test::event_info("g", "e")));
    const uint8_t record[16] = {};
    for (uint64_t i = 0; i < 40'000; ++i) TRY(writer.add_record(0, i, 0, record));
    return writer.finish({});
  });
  const auto some = test::recorded([&](RecordingWriter& writer) -> Result<void> {
    TRY_ASSIGN(
        const ExportOutcome outcome,
        export_recording(*test::whole(*reader), writer, [](const ConversionProgress&) { return false; }));
    EXPECT_TRUE(outcome.stopped);
    EXPECT_EQ(outcome.events, 16384u);
    return {};
  });
  ASSERT_TRUE(some);
  EXPECT_EQ(some->totals().records, 16384u);
}

}  // namespace
}  // namespace uproar
