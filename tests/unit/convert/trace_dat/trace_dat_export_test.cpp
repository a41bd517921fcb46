#include "convert/trace_dat/trace_dat_export.h"

#include "convert/trace_dat/trace_dat_import.h"
#include "event/event_format.h"
#include "event/record_encoder.h"
#include "support/converted.h"

namespace uproar {
namespace {

std::vector<uint8_t> exported(RecordingReader& reader, TraceDatOptions options,
                              ExportOutcome* outcome = nullptr) {
  std::vector<uint8_t> bytes;
  const auto output = ByteOutput::to_memory(bytes);
  auto done = export_trace_dat(*test::whole(reader), *output, options, {});
  EXPECT_TRUE(done.ok());
  if (outcome != nullptr && done.ok()) *outcome = *done;
  return bytes;
}

std::unique_ptr<RecordingReader> imported(std::span<const uint8_t> bytes) {
  return test::recorded([&](RecordingWriter& writer) -> Result<void> {
    const auto input = ByteInput::from_bytes(std::vector<uint8_t>(bytes.begin(), bytes.end()), "x.dat");
    TRY_ASSIGN(const ImportOutcome outcome, import_trace_dat(*input, {}, writer, {}));
    EXPECT_TRUE(outcome.damage.empty());
    EXPECT_TRUE(outcome.notes.empty());
    return {};
  });
}

const TraceDatOptions kForms[] = {{7, true}, {7, false}, {6, false}};

TEST(TraceDatExport, FilesOfTraceCmdComeBackInEveryForm) {
  for (const std::string name : {"v6", "v7-zstd", "v7-instances"}) {
    const std::string bytes = test::fixture("trace-dat/" + name + ".dat");
    const auto first = imported({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    ASSERT_TRUE(first);
    for (const TraceDatOptions& form : kForms) {
      first->rewind();
      const auto again = imported(exported(*first, form));
      ASSERT_TRUE(again);
      EXPECT_EQ(test::report(*again), test::fixture("trace-dat/" + name + ".txt")) << name << form.version;
      EXPECT_EQ(again->session().clock, first->session().clock);
      EXPECT_EQ(again->session().host, first->session().host);
      // The events' own format texts, byte for byte.
      for (const EventInfo& event : again->events()) {
        const auto same = std::find_if(
            first->events().begin(), first->events().end(),
            [&](const EventInfo& other) { return other.schema.full_name() == event.schema.full_name(); });
        ASSERT_NE(same, first->events().end());
        EXPECT_EQ(event.schema.format, same->schema.format);
      }
    }
  }
}

EventInfo event_of_text(const std::string& group, const std::string& line) {
  EventInfo info;
  info.schema = schema_of(parse_trace_line(line, {}).event, group);
  return info;
}

Result<void> add_line(RecordingWriter& writer, const EventInfo& info, uint32_t number,
                      const std::string& line) {
  const TextEvent event = parse_trace_line(line, {&info.schema}).event;
  std::vector<uint8_t> record;
  encode_record(event, info.schema, record);
  return writer.add_record(event.cpu, event.time_ns, number, record);
}

TEST(TraceDatExport, EventsWithoutAFormatGetOne) {
  const std::string line =
      "            bash-42      [001] DBZff  10.000001: readline: (0x10 <- 0x20) cmd=\"ls -l\" n=-3 p=0x7f00 "
      "a={1,2}";
  const auto reader = test::recorded([&](RecordingWriter& writer) -> Result<void> {
    const EventInfo info = event_of_text("shell", line);
    SessionInfo session;
    session.cpus = 4;
    TRY(writer.write_session(session));
    TRY_ASSIGN(const uint32_t number, writer.add_event(info));
    TRY(writer.add_task({TaskInfo::Kind::Snapshot, 0, 42, 42, 0, "sh", 0}));
    TRY(writer.add_task({TaskInfo::Kind::Rename, 5'000'000'000, 42, 42, 0, "bash", 0}));
    TRY(add_line(writer, info, number, line));
    return writer.finish({});
  });
  ASSERT_TRUE(reader);
  for (const TraceDatOptions& form : kForms) {
    reader->rewind();
    const auto again = imported(exported(*reader, form));
    ASSERT_TRUE(again);
    EXPECT_EQ(test::report(*again),
              "cpus=4\n"
              "            bash-42    [001]    10.000001: readline:             (20 <- 10) cmd=\"ls -l\" "
              "n=-3 p=0x7f00 "
              "a={1,2}\n");
    EXPECT_EQ(again->events()[0].schema.group, "shell");
  }
}

TEST(TraceDatExport, HelperFieldsAreFoldedAndTheFunctionIsAnArgument) {
  const auto reader = test::recorded([](RecordingWriter& writer) -> Result<void> {
    EventInfo info;
    info.schema.group = "g";
    info.schema.name = "many";
    info.schema.kernel_type = 1500;
    info.schema.format = "not what will be written";
    info.schema.fields = {{"s", Field::Kind::Hex, 1, 8, 16},
                          {"__len_1", Field::Kind::Unsigned, 4, 0, 24},
                          {"__place", Field::Kind::Unsigned, 1, 0, 28}};
    info.sites = {{"/bin/x", 0x1000, "first", 0, false, ""}, {"/bin/x", 0x2000, "second", 0, false, ""}};
    TRY_ASSIGN(const uint32_t number, writer.add_event(info));
    std::vector<uint8_t> record(29);
    record[0] = 0xdc;
    record[1] = 0x05;
    record[4] = 42;
    record[8] = 0x77;
    std::copy_n("abcdefgh", 8, record.begin() + 16);
    record[24] = 3;
    record[28] = 1;
    TRY(writer.add_record(0, 9'000'000'000, number, record));
    return writer.finish({});
  });
  ASSERT_TRUE(reader);
  const auto again = imported(exported(*reader, {}));
  ASSERT_TRUE(again);
  EXPECT_EQ(
      test::report(*again),
      "cpus=1\n"
      "           <...>-42    [000]     9.000000: many:                 (77) s=\"abc\" symbol=\"second\"\n");
}

TEST(TraceDatExport, LossesAndGapsComeBack) {
  const EventInfo info = event_of_text("g", "  a-1  [000] .....  1.000000: e: (0x10) n=1");
  auto at = [](const std::string& time, int n) {
    return "               a-1       [000] .....  " + time + ": e: (0x10) n=" + std::to_string(n);
  };
  const auto reader = test::recorded([&](RecordingWriter& writer) -> Result<void> {
    TRY_ASSIGN(const uint32_t number, writer.add_event(info));
    TRY(add_line(writer, info, number, at("1.000000", 1)));
    TRY(add_line(writer, info, number, at("1.000001", 2)));
    TRY(writer.add_loss({LossInfo::Kind::Overrun, 0, 2'000'000'000, 170}));
    TRY(add_line(writer, info, number, at("500000.000000", 3)));
    TRY(writer.add_loss({LossInfo::Kind::Overrun, 0, 500'001'000'000'000, 0}));
    TRY(add_line(writer, info, number, at("500002.000000", 4)));
    TRY(writer.add_loss({LossInfo::Kind::Overrun, 0, 500'003'000'000'000, 5}));
    return writer.finish({});
  });
  ASSERT_TRUE(reader);
  for (const TraceDatOptions& form : kForms) {
    reader->rewind();
    ExportOutcome outcome;
    const auto again = imported(exported(*reader, form, &outcome));
    ASSERT_TRUE(again);
    EXPECT_EQ(outcome.lost, 175u);
    EXPECT_EQ(again->totals().lost, 175u);
    EXPECT_EQ(test::report(*again),
              "cpus=1\n"
              "           <...>-1     [000]      1000000: e:                    (10) n=1\n"
              "           <...>-1     [000]     1.000001: e:                    (10) n=2\n"
              "CPU:0 [170 EVENTS DROPPED]\n"
              "           <...>-1     [000] 500000.000000: e:                    (10) n=3\n"
              "CPU:0 [EVENTS DROPPED]\n"
              "           <...>-1     [000] 500002.000000: e:                    (10) n=4\n");
  }
}

TEST(TraceDatExport, RecordsLongerThanAPageOfTheKernelGetLargerPages) {
  const std::string line = "  a-1  [000] .....  1.500000: e: (0x10) s=\"" + std::string(10'000, 'x') + "\"";
  const EventInfo info = event_of_text("g", line);
  const auto reader = test::recorded([&](RecordingWriter& writer) -> Result<void> {
    TRY_ASSIGN(const uint32_t number, writer.add_event(info));
    for (int i = 0; i < 20; ++i) TRY(add_line(writer, info, number, line));
    return writer.finish({});
  });
  ASSERT_TRUE(reader);
  for (const TraceDatOptions& form : kForms) {
    reader->rewind();
    ExportOutcome outcome;
    const auto again = imported(exported(*reader, form, &outcome));
    ASSERT_TRUE(again);
    EXPECT_EQ(outcome.events, 20u);
    reader->rewind();
    EXPECT_EQ(again->totals().records, 20u);
    EXPECT_NE(test::report(*again).find(std::string(10'000, 'x') + "\"\n"), std::string::npos);
  }
}

TEST(TraceDatExport, RecordingWithoutEventsIsAFile) {
  const auto reader = test::recorded([](RecordingWriter& writer) { return writer.finish({}); });
  ASSERT_TRUE(reader);
  for (const TraceDatOptions& form : kForms) {
    const auto again = imported(exported(*reader, form));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->totals().records, 0u);
  }
}

}  // namespace
}  // namespace uproar
