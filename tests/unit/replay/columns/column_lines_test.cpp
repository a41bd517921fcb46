// Lines from columns are those that the events of the same block print.
#include "replay/columns/column_lines.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "recording/blocks/row_block.h"
#include "recording/columns/column_encoder.h"
#include "replay/shown_events.h"
#include "replay/styles/perf_script.h"

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;
using Kind = Field::Kind;

void put(Bytes& out, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// Fields one behind the other, as the kernel packs them.
EventInfo event_of(const std::string& name, std::vector<Field> fields, bool is_return = false) {
  EventInfo event;
  event.schema.group = "g";
  event.schema.name = name;
  event.schema.is_return = is_return;
  uint32_t offset = is_return ? 24 : 16;
  for (Field& field : fields) {
    field.offset = offset;
    offset += field.byte_size();
  }
  event.schema.fields = std::move(fields);
  return event;
}

// What a record holds: one number for each value, or a text.
struct Content {
  std::vector<uint64_t> numbers;
  std::optional<std::string> text;  // of a string: nothing is a fault
};

Bytes record_of(const EventSchema& schema, uint32_t tid, uint64_t ip, const std::vector<Content>& contents) {
  Bytes record;
  put(record, 0x72a, 4);
  put(record, tid, 4);
  put(record, ip, 8);
  if (schema.is_return) put(record, ip + 0x20, 8);
  uint32_t fixed = static_cast<uint32_t>(record.size());
  for (const Field& field : schema.fields) fixed += field.byte_size();
  std::string data;
  for (size_t i = 0; i < contents.size(); ++i) {
    const Field& field = schema.fields[i];
    if (field.kind == Kind::String) {
      const std::string& text = contents[i].text ? *contents[i].text + '\0' : std::string();
      put(record, text.size() << 16 | (fixed + data.size()), 4);
      data += text;
    } else if (contents[i].text) {
      std::string text = *contents[i].text;
      text.resize(field.byte_size());
      record.insert(record.end(), text.begin(), text.end());
    } else {
      for (uint64_t number : contents[i].numbers) put(record, number, field.size);
    }
  }
  record.insert(record.end(), data.begin(), data.end());
  return record;
}

class Replay {
 public:
  explicit Replay(std::vector<EventInfo> events, SelectionRequest request = {})
      : events_(std::move(events)), shown_(events_), stage_(shown_, tasks_), request_(std::move(request)) {
    tasks_.seal();
  }

  void add(uint64_t time_ns, uint32_t event, uint32_t tid, uint64_t ip,
           const std::vector<Content>& contents) {
    builder_.add(time_ns, event, record_of(events_[event].schema, tid, ip, contents), {});
  }
  TaskTable& tasks() { return tasks_; }

  // Nothing if the block has to be printed by rows.
  std::optional<std::string> by_columns(const PerfScriptOptions& options = {}) {
    const auto payload = encode();
    ColumnDecoder decoder;
    ColumnBlock block;
    EXPECT_EQ(decoder.decode(builder_.header(1), payload, block), RecordStatus::Ok);
    const Selection chosen = selection();
    ColumnPrinter printer(shown_, tasks_, chosen, options);
    const auto lines = printer.prepare(block, 1, [](uint32_t number) { return number; });
    if (!lines) return std::nullopt;
    std::string text;
    // In stretches, as several threads would.
    for (size_t begin = 0; begin < block.rows(); begin += 700)
      printer.print(*lines, begin, std::min(begin + 700, block.rows()), text);
    return text;
  }

  std::string by_events(const PerfScriptOptions& options = {}) {
    const auto payload = encode();
    RowDecoder decoder;
    RowBlock rows;
    EXPECT_EQ(decoder.decode(builder_.header(1), payload, rows), RecordStatus::Ok);
    const Selection chosen = selection();
    const auto printer = make_perf_script_printer(shown_, options);
    std::string text;
    Event event;
    for (size_t row = 0; row < rows.rows(); ++row) {
      const StoredRecord record{rows.time(row), 1, rows.number(row), rows.record(row), rows.stack(row)};
      if (stage_.take(record, chosen, event) == EventStage::Outcome::Wanted) printer->take(event, text);
    }
    return text;
  }

 private:
  Bytes encode() {
    ColumnEncoder encoder;
    for (const EventInfo& event : events_) encoder.add_event(event.schema);
    ByteWriter out;
    encoder.encode(builder_, out);
    return {out.view().begin(), out.view().end()};
  }
  Selection selection() {
    auto made = Selection::make(request_, shown_.selectable(), nullptr);
    EXPECT_TRUE(made.ok());
    return *made;
  }

  std::vector<EventInfo> events_;
  TaskTable tasks_;
  ShownEvents shown_;
  EventStage stage_;
  SelectionRequest request_;
  BlockBuilder builder_;
};

void expect_same(Replay& replay, const PerfScriptOptions& options = {}) {
  const auto text = replay.by_columns(options);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, replay.by_events(options));
}

TEST(ColumnLines, NumbersOfEveryKindAndSize) {
  std::vector<Field> fields;
  for (Kind kind : {Kind::Unsigned, Kind::Signed, Kind::Hex}) {
    for (uint8_t size : {1, 2, 4, 8})
      fields.push_back({"f" + std::to_string(fields.size()), kind, size, 0, 0});
  }
  fields.push_back({"c", Kind::Char, 1, 0, 0});
  fields.push_back({"array", Kind::Signed, 2, 3, 0});
  fields.push_back({"chars", Kind::Char, 1, 4, 0});
  Replay replay({event_of("numbers", fields)});
  std::mt19937_64 random(1);
  for (uint64_t i = 0; i < 3000; ++i) {
    std::vector<Content> contents;
    for (const Field& field : fields) {
      Content content;
      for (uint32_t k = 0; k < field.values(); ++k)
        content.numbers.push_back(field.kind == Kind::Char ? 'a' + random() % 26 : random() >> random() % 64);
      contents.push_back(content);
    }
    replay.add(1'000'000'000 + i * 37, 0, 77, 0x401000, contents);
  }
  expect_same(replay);
  expect_same(replay, {.nanoseconds = true, .fields = kFieldTime | kFieldTrace});
  expect_same(replay, {.fields = kFieldComm | kFieldPid | kFieldTid | kFieldEvent});
}

TEST(ColumnLines, ConstantsAreTextOfTheLine) {
  Replay replay({event_of("same", {{"n", Kind::Signed, 4, 0, 0}, {"x", Kind::Hex, 8, 2, 0}}, true)});
  for (uint64_t i = 0; i < 10; ++i) replay.add(5 + i, 0, 77, 0x401000, {{{uint64_t(-7)}, {}}, {{1, 2}, {}}});
  expect_same(replay);
  EXPECT_NE(replay.by_columns()->find("(401000 <- 401020) n=-7 x={0x1,0x2}\n"), std::string::npos);
}

TEST(ColumnLines, StringsFaultsAndArraysOfStrings) {
  Replay replay({event_of(
      "text",
      {{"s", Kind::String, 4, 0, 0}, {"n", Kind::Unsigned, 4, 0, 0}, {"c", Kind::FixedString, 1, 12, 0}})});
  const std::optional<std::string> texts[] = {"plain", "", std::nullopt, "\x1b[31m \" \\ grüße",
                                              std::string(300, 'a')};
  for (uint32_t i = 0; i < 2000; ++i)
    replay.add(i, 0, 77, 0x401000, {{{}, texts[i % 5]}, {{i}, {}}, {{}, i % 3 ? "fixed" : "twelve bytes"}});
  expect_same(replay);
}

TEST(ColumnLines, SizedStringsWithNulsAndCuts) {
  Replay replay({event_of("sized", {{"v", Kind::Hex, 8, 8, 0},
                                    {"__len_1", Kind::Unsigned, 8, 0, 0},
                                    {"w", Kind::Hex, 8, 8, 0},
                                    {"__max_3", Kind::Unsigned, 8, 0, 0}})});
  for (uint32_t i = 0; i < 500; ++i) {
    std::string text = "a";
    text += '\0';
    text += std::to_string(i % 50);
    if (i % 7 == 0) text.assign(64, 'x');
    const uint64_t lengths[] = {text.size(), 2, 0, 64, 70};
    replay.add(i, 0, 77, 0x401000, {{{}, text}, {{lengths[i % 5]}, {}}, {{}, text}, {{lengths[i % 4]}, {}}});
  }
  expect_same(replay);
}

TEST(ColumnLines, SignedBitFieldsKeepTheirSign) {
  Replay replay({event_of("bits", {{"b", Kind::Unsigned, 4, 0, 0}, {"__sign_1", Kind::Unsigned, 1, 0, 0}})});
  for (uint32_t i = 0; i < 100; ++i) replay.add(i, 0, 77, 0x401000, {{{i % 32}, {}}, {{5}, {}}});
  expect_same(replay);
  EXPECT_NE(replay.by_columns()->find("b=-1\n"), std::string::npos);
}

TEST(ColumnLines, PointersThatNobodyCouldFollowAreFaultsAndMixedOnesNeedTheEvents) {
  const auto event = event_of("via", {{"n", Kind::Signed, 8, 0, 0}, {"__via_1", Kind::Hex, 8, 0, 0}});
  Replay good({event}), bad({event}), mixed({event});
  for (uint32_t i = 0; i < 100; ++i) {
    good.add(i, 0, 77, 0x401000, {{{i}, {}}, {{1}, {}}});
    bad.add(i, 0, 77, 0x401000, {{{i}, {}}, {{0}, {}}});
    mixed.add(i, 0, 77, 0x401000, {{{i}, {}}, {{i % 2}, {}}});
  }
  expect_same(good);
  expect_same(bad);
  EXPECT_NE(bad.by_columns()->find("n=(fault)\n"), std::string::npos);
  EXPECT_FALSE(mixed.by_columns());
}

TEST(ColumnLines, StringsWhoseBeginningIsKeptNeedTheEvents) {
  const auto event = event_of("long", {{"s", Kind::String, 4, 0, 0}, {"__start_1", Kind::Hex, 8, 5, 0}});
  Replay whole({event}), cut({event});
  for (uint32_t i = 0; i < 100; ++i) {
    whole.add(i, 0, 77, 0x401000, {{{}, "whole"}, {{}, ""}});
    cut.add(i, 0, 77, 0x401000, {{{}, std::nullopt}, {{}, "beginning"}});
  }
  expect_same(whole);
  EXPECT_FALSE(cut.by_columns());
}

TEST(ColumnLines, EventsThatShareColumnsKeepTheirNamesAndOthersTheirs) {
  Replay replay({event_of("one", {{"n", Kind::Signed, 4, 0, 0}}),
                 event_of("another", {{"count", Kind::Signed, 4, 0, 0}}),
                 event_of("third", {{"s", Kind::String, 4, 0, 0}}), event_of("plain", {})});
  std::mt19937 random(2);
  for (uint32_t i = 0; i < 5000; ++i) {
    const uint32_t event = random() % 4;
    std::vector<Content> contents;
    if (event < 2) contents.push_back({{random() % 1000}, {}});
    if (event == 2) contents.push_back({{}, "text " + std::to_string(random() % 9)});
    replay.add(i / 3, event, 70 + random() % 200, 0x401000 + random() % 3 * 16, contents);
  }
  expect_same(replay);
}

TEST(ColumnLines, UnwantedEventsAreLeftOut) {
  SelectionRequest request;
  request.events = {"one"};
  Replay replay(
      {event_of("one", {{"n", Kind::Signed, 4, 0, 0}}), event_of("two", {{"n", Kind::Signed, 4, 0, 0}})},
      request);
  for (uint32_t i = 0; i < 100; ++i) replay.add(i, i % 2, 77, 0x401000, {{{i}, {}}});
  expect_same(replay);
  EXPECT_EQ(replay.by_columns()->find("two"), std::string::npos);
}

TEST(ColumnLines, NamesOfTasksAreThoseOfTheMoment) {
  Replay replay({event_of("one", {{"n", Kind::Signed, 4, 0, 0}})});
  for (uint64_t time_ns : {0, 500, 900}) {
    TaskInfo task;
    task.time_ns = time_ns;
    task.tid = task.pid = 77;
    task.comm = "name at " + std::to_string(time_ns);
    replay.tasks().add(task);
  }
  replay.tasks().seal();
  for (uint32_t i = 0; i < 1000; ++i) replay.add(i, 0, i % 3 ? 77 : 0, 0x401000, {{{i}, {}}});
  expect_same(replay);
}

TEST(ColumnLines, EventOfSeveralFunctionsNamesTheOneThatWasHit) {
  EventInfo event = event_of("many", {{"n", Kind::Signed, 4, 0, 0}, {"__place", Kind::Unsigned, 2, 0, 0}});
  for (uint64_t i = 0; i < 300; ++i)
    event.sites.push_back({.path = "/p", .file_offset = 16 * i, .symbol = "f" + std::to_string(i)});
  Replay several({event}), single({event}), unknown({event});
  for (uint32_t i = 0; i < 1000; ++i) {
    several.add(i, 0, 77, 0x401000, {{{i}, {}}, {{i % 300}, {}}});
    single.add(i, 0, 77, 0x401000, {{{i}, {}}, {{7}, {}}});
    unknown.add(i, 0, 77, 0x401000, {{{i}, {}}, {{i % 301}, {}}});
  }
  expect_same(several);
  expect_same(single);
  EXPECT_FALSE(unknown.by_columns());
}

// What uproar itself never writes, but a file may have.
TEST(ColumnLines, HelpersThatMakeNoSenseNeedTheEvents) {
  Replay wide({event_of("wide", {{"b", Kind::Unsigned, 1, 0, 0}, {"__sign_1", Kind::Unsigned, 1, 0, 0}})});
  Replay negative({event_of("via", {{"n", Kind::Signed, 8, 0, 0}, {"__via_1", Kind::Signed, 4, 0, 0}})});
  Replay twice({event_of("fixed", {{"c", Kind::FixedString, 2, 8, 0}})});
  for (uint32_t i = 0; i < 100; ++i) {
    wide.add(i, 0, 77, 0x401000, {{{255}, {}}, {{16}, {}}});
    negative.add(i, 0, 77, 0x401000, {{{i}, {}}, {{0x80000000}, {}}});
    twice.add(i, 0, 77, 0x401000, {{{}, "more than eight"}});
  }
  EXPECT_FALSE(wide.by_columns());
  EXPECT_FALSE(negative.by_columns());
  EXPECT_FALSE(twice.by_columns());
}

TEST(ColumnLines, WhatAsksForEventsIsNotPrintedFromColumns) {
  Replay replay({event_of("one", {{"n", Kind::Signed, 4, 0, 0}})});
  SelectionRequest request;
  const std::vector<EventInfo> infos = {event_of("one", {{"n", Kind::Signed, 4, 0, 0}})};
  const ShownEvents shown(infos);
  const std::vector<SelectableEvent> events = shown.selectable();
  EXPECT_TRUE(ColumnPrinter::possible(*Selection::make(request, events, nullptr), {}));
  EXPECT_FALSE(
      ColumnPrinter::possible(*Selection::make(request, events, nullptr), {.escape = Escape::Terminal}));
  EXPECT_FALSE(ColumnPrinter::possible(*Selection::make(request, events, nullptr),
                                       {.fields = kDefaultFields | kFieldMisc}));
  request.filter = "n > 5";
  EXPECT_FALSE(ColumnPrinter::possible(*Selection::make(request, events, nullptr), {}));
}

}  // namespace
}  // namespace uproar
