#include "convert/text/text_export.h"

#include "support/converted.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

std::unique_ptr<RecordingReader> recording(size_t last_record_bytes = 16) {
  return test::recorded([&](RecordingWriter& writer) -> Result<void> {
    TRY(writer.add_event(test::event_info("g", "e")));
    TRY(writer.add_loss({LossInfo::Kind::Overrun, 0, 1'500'000, 7}));
    TRY(writer.add_loss({LossInfo::Kind::Overrun, 1, 9'000'000, 2}));
    const uint8_t record[16] = {0, 0, 0, 0, 9};
    TRY(writer.add_record(0, 1'000'000, 0, record));
    TRY(writer.add_record(0, 2'000'000, 0, {record, last_record_bytes}));
    return writer.finish({});
  });
}

struct Exported {
  std::string text;
  ExportOutcome outcome;
};

Exported exported(RecordingReader& reader, const char* name, const PlayChoice& asked = {},
                  const ProgressFunction& progress = {}) {
  const Style& style = *style_by_name(name);
  PlayChoice choice = asked;
  choice.side = side_choice_of(text_of_file(style));
  const auto player = *Player::make(reader, choice);
  std::vector<uint8_t> bytes;
  const auto output = ByteOutput::to_memory(bytes);
  auto outcome = export_text(*player, style, Escape::None, *output, progress);
  EXPECT_TRUE(outcome.ok());
  return {{bytes.begin(), bytes.end()}, std::move(*outcome)};
}

TEST(TextExport, TraceTextHasItsHeadAndALineWhereEventsWereLost) {
  const auto reader = recording();
  const Exported done = exported(*reader, "ftrace");
  EXPECT_EQ(done.text,
            "# tracer: nop\n"
            "#\n"
            "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
            "#              | |         |   |||||     |         |\n"
            "           <...>-9       [000] .....     0.001000: e: (0x0)\n"
            "CPU:0 [LOST 7 EVENTS]\n"
            "           <...>-9       [000] .....     0.002000: e: (0x0)\n"
            "CPU:1 [LOST 2 EVENTS]\n");
  EXPECT_EQ(done.outcome.events, 2u);
  EXPECT_EQ(done.outcome.lost, 9u);
  EXPECT_TRUE(done.outcome.notes.empty());
}

TEST(TextExport, LossesAreThoseOfTheChosenCpus) {
  const auto reader = recording();
  const std::string text = exported(*reader, "ftrace", {.selection = {.cpus = {1}}}).text;
  EXPECT_TRUE(text.ends_with("|\nCPU:1 [LOST 2 EVENTS]\n")) << text;
}

TEST(TextExport, CsvSaysThatLossesHaveNoRow) {
  const auto reader = recording();
  const Exported done = exported(*reader, "csv");
  EXPECT_TRUE(done.text.starts_with("time,comm,"));
  EXPECT_EQ(done.outcome.notes, std::vector<std::string>{"9 lost events have no row"});
}

TEST(TextExport, RecordsThatDoNotFitAreCounted) {
  const auto reader = recording(4);
  const Exported done = exported(*reader, "json");
  EXPECT_EQ(done.outcome.events, 1u);
  EXPECT_EQ(done.outcome.notes,
            std::vector<std::string>{"1 records do not fit their event's format and were left out"});
}

TEST(TextExport, StopsWhereItIsTold) {
  const auto reader = recording();
  EXPECT_TRUE(exported(*reader, "json", {}, [](const ConversionProgress&) { return false; }).outcome.stopped);
}

}  // namespace
}  // namespace uproar
