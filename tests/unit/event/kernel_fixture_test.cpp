// Raw pages of a real kernel against what the traced program held (tests/fixtures/kernels/target.c), against
// the kernel's own text of the same hits, and against libtraceevent where that is right.
#include "support/kernel_fixture.h"

#include <event-parse.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "event/record_decoder.h"
#include "event/record_encoder.h"
#include "event/ring_page.h"
#include "event/text/trace_text.h"

namespace uproar {
namespace {

// Which of the folders of tests/fixtures/kernels the test that runs is about.
std::string& release() {
  static std::string name;
  return name;
}

const KernelFixture& fixture() {
  static std::map<std::string, KernelFixture> loaded;
  return loaded.try_emplace(release(), release()).first->second;
}

class OfEachKernel : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { release() = GetParam(); }
};

struct Decoded {
  Event event;
  std::vector<uint8_t> record;
};

// Every record of all.xxd in order; the records own the bytes that the events point into.
const std::deque<Decoded>& decoded() {
  static std::map<std::string, std::deque<Decoded>> of_release;
  const auto [known, is_new] = of_release.try_emplace(release());
  std::deque<Decoded>& out = known->second;
  if (is_new) {
    for (const auto& page_bytes : fixture().pages("all")) {
      RingPage page(page_bytes);
      RingPage::Record record;
      while (page.next(record)) {
        out.push_back({{}, {record.bytes.begin(), record.bytes.end()}});
        Decoded& last = out.back();
        CommonHeader common;
        EXPECT_TRUE(read_common_header(last.record, common));
        const EventSchema* schema = fixture().schema_by_type(common.type);
        EXPECT_NE(schema, nullptr) << common.type;
        if (schema == nullptr) continue;
        EXPECT_EQ(decode_record(*schema, last.record, last.event), DecodeStatus::Ok) << schema->name;
        last.event.time_ns = record.time_ns;
      }
      EXPECT_EQ(page.status(), DecodeStatus::Ok);
      EXPECT_FALSE(page.lost_before());
    }
  }
  return out;
}

const Event& hit(const std::string& full_name) {
  for (const Decoded& one : decoded()) {
    if (one.event.schema != nullptr && one.event.schema->full_name() == full_name) return one.event;
  }
  ADD_FAILURE() << "no record of " << full_name;
  static const Event none;
  return none;
}

struct Shown {
  std::string name;
  Field::Kind kind;
  std::vector<std::string> values;
  bool operator==(const Shown&) const = default;
};

void PrintTo(const Shown& shown, std::ostream* out) {
  *out << shown.name << " kind " << static_cast<int>(shown.kind) << ":";
  for (const std::string& value : shown.values) *out << " [" << value << "]";
}

std::string show(const Value& value, const Field& field) {
  if (value.fault) return "FAULT";
  switch (field.kind) {
    case Field::Kind::Signed:
      return std::to_string(static_cast<int64_t>(value.bits));
    case Field::Kind::String:
    case Field::Kind::FixedString:
      return std::string(1, '=').append(value.text);
    default:
      return std::to_string(value.bits);
  }
}

std::vector<Shown> shown(const Event& event) {
  std::vector<Shown> out;
  size_t next = 0;
  if (event.schema == nullptr) return out;
  for (const Field& field : event.schema->fields) {
    Shown one{field.name, field.kind, {}};
    for (uint32_t i = 0; i < field.values(); ++i) one.values.push_back(show(event.values.at(next++), field));
    out.push_back(one);
  }
  return out;
}

using K = Field::Kind;

TEST_P(OfEachKernel, ScalarsHaveTheTargetsValues) {
  const std::vector<Shown> expected = {
      {"u8", K::Unsigned, {"251"}},
      {"u16", K::Unsigned, {"65534"}},
      {"u32", K::Unsigned, {"3735928559"}},
      {"u64", K::Unsigned, {"18364758544493064720"}},
      {"s8", K::Signed, {"-5"}},
      {"s16", K::Signed, {"-300"}},
      {"s32", K::Signed, {"-70000"}},
      {"s64", K::Signed, {"-5000000000"}},
      {"x8", K::Hex, {"251"}},
      {"x16", K::Hex, {"65534"}},
      {"x32", K::Hex, {"3735928559"}},
      {"x64", K::Hex, {"18364758544493064720"}},
      {"plainhex", K::Hex, {"18364758544493064720"}},
      {"letter", K::Char, {std::to_string('q')}},
      {"quote", K::Char, {std::to_string('\'')}},
      {"bits8", K::Unsigned, {std::to_string((0xfb >> 4) & 7)}},
      {"bits16", K::Unsigned, {std::to_string((0xfffe >> 1) & 0x1ff)}},
      {"bits32", K::Unsigned, {std::to_string((0xdeadbeef >> 3) & 0x1f)}},
      {"bits64", K::Unsigned, {std::to_string((0xfedcba9876543210 >> 8) & 0xffffffffff)}},
      {"number", K::Signed, {"-7"}},
      {"narrow", K::Unsigned, {"249"}},
      {"constant", K::Signed, {"-42"}},
      {"bad", K::Unsigned, {"0"}}};
  EXPECT_EQ(shown(hit("uproar_fx:fx_scalars")), expected);
}

TEST_P(OfEachKernel, ArraysHaveTheTargetsValues) {
  const std::vector<Shown> expected = {{"u8", K::Unsigned, {"1", "2", "254", "255"}},
                                       {"s8", K::Signed, {"1", "2", "-2", "-1"}},
                                       {"x8", K::Hex, {"1", "2", "254", "255"}},
                                       {"letters", K::Char, {"97", "39", "44", "125"}},
                                       {"u16", K::Unsigned, {"1", "65534", "300", "32768"}},
                                       {"s16", K::Signed, {"1", "-2", "300", "-32768"}},
                                       {"x16", K::Hex, {"1", "65534", "300", "32768"}},
                                       {"u32", K::Unsigned, {"1", "4294967294", "70000", "2147483648"}},
                                       {"s32", K::Signed, {"1", "-2", "70000", "-2147483648"}},
                                       {"x32", K::Hex, {"1", "4294967294", "70000", "2147483648"}},
                                       {"u64", K::Unsigned, {"1", "18446744073709551614", "5000000000"}},
                                       {"s64", K::Signed, {"1", "-2", "5000000000"}},
                                       {"x64", K::Hex, {"1", "18446744073709551614", "5000000000"}},
                                       {"one", K::Unsigned, {"1"}},
                                       {"bits", K::Unsigned, {"0", "15", "2", "0"}}};
  EXPECT_EQ(shown(hit("uproar_fx:fx_arrays")), expected);
  EXPECT_EQ(fixture().schema("uproar_fx:fx_arrays").fields[13].count, 1);  // u8[1] stays an array
}

TEST_P(OfEachKernel, StringsHaveTheTargetsBytes) {
  const std::vector<Shown> expected = {{"plain", K::String, {"=hello"}},
                                       {"user", K::String, {"=hello"}},
                                       {"empty", K::String, {"="}},
                                       {"fault", K::String, {"FAULT"}},
                                       {"comm", K::String, {"=fx-1 [000] d"}},
                                       {"list", K::String, {"=one", "=", "FAULT", "=fo\",\"ur"}},
                                       {"n", K::Signed, {"-7"}},
                                       {"hostile", K::String, {"=a\" n=5 hostile=\"b  = {x}"}},
                                       {"after", K::Hex, {std::to_string(0xfff9)}},
                                       {"utf8",
                                        K::String,
                                        {"=gr\xc3\xbc\xc3\x9f"
                                         "e \xff\x1b[31m"}}};
  EXPECT_EQ(shown(hit("uproar_fx:fx_strings")), expected);
}

TEST_P(OfEachKernel, LinesInStringsAreWhole) {
  const std::vector<Shown> expected = {
      {"lines",
       K::String,
       {"=first\n            bash-1       [000] .....     1.000000: fx_noargs: (0x1)\nlast"}},
      {"n", K::Signed, {"-7"}}};
  EXPECT_EQ(shown(hit("uproar_fx:fx_lines")), expected);
  EXPECT_TRUE(shown(hit("uproar_fx:fx_noargs")).empty());
}

TEST_P(OfEachKernel, ReturnProbesHaveBothAddresses) {
  const std::vector<Shown> tail = {{"s32", K::Signed, {"-70000"}},
                                   {"plain", K::String, {"=hello"}},
                                   {"u16", K::Unsigned, {"1", "65534", "300", "32768"}},
                                   {"list", K::String, {"=one", "=", "FAULT", "=fo\",\"ur"}},
                                   {"letter", K::Char, {std::to_string('q')}}};
  const Event& event = hit("uproar_fx:fx_return");
  std::vector<Shown> values = shown(event);
  ASSERT_EQ(values.size(), 6U);
  EXPECT_EQ(values[0].kind, K::Hex);
  values.erase(values.begin());
  EXPECT_EQ(values, tail);
  EXPECT_TRUE(event.schema->is_return);
  EXPECT_GT(event.return_ip, event.ip);  // main stands behind the functions it calls

  const std::vector<Shown> negative = {{"value", K::Signed, {"-2"}},
                                       {"raw", K::Hex, {std::to_string(0xfffffffe)}}};
  EXPECT_EQ(shown(hit("uproar_fx:fx_negative")), negative);
}

TEST_P(OfEachKernel, TaskTracepointsAreDecoded) {
  const Event& exec = hit("sched:sched_process_exec");
  EXPECT_FALSE(exec.schema->has_ip);
  EXPECT_EQ(exec.ip, 0U);
  EXPECT_TRUE(shown(exec).at(0).values.at(0).starts_with("=/usr/bin/")) << shown(exec).at(0).values.at(0);
  EXPECT_EQ(shown(exec).at(1).values.at(0), std::to_string(exec.tid));
  const Event& fork = hit("sched:sched_process_fork");
  EXPECT_EQ(shown(fork).at(0), (Shown{"parent_comm", K::String, {"=fx-1 [000] d"}}));
  EXPECT_EQ(shown(fork).at(2), (Shown{"child_comm", K::String, {"=fx-1 [000] d"}}));
  const Event& task = hit("task:task_newtask");
  EXPECT_EQ(shown(task).at(1), (Shown{"comm", K::FixedString, {"=fx-1 [000] d"}}));
  EXPECT_EQ(shown(task).at(2), (Shown{"clone_flags", K::Hex, {std::to_string(0x1200000)}}));
  const Event& exit = hit("sched:sched_process_exit");
  EXPECT_EQ(shown(exit).at(0), (Shown{"comm", K::FixedString, {"=fx-1 [000] d"}}));
}

// The kernel's lines of `name` with the strings' newlines joined again, uprobe events only.
std::vector<TextEvent> text_events(const std::string& name, const std::vector<const EventSchema*>& known) {
  std::vector<TextEvent> out;
  const std::vector<std::string> lines = lines_of(fixture().text(name));
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string line = lines[i];
    while (ends_inside_string(line, known) && i + 1 < lines.size()) line += "\n" + lines[++i];
    TextLine parsed = parse_trace_line(line, known);
    if (parsed.kind == TextLine::Kind::Event && parsed.event.has_ip) out.push_back(std::move(parsed.event));
  }
  return out;
}

TEST_P(OfEachKernel, PagesAndTextSayTheSame) {
  const std::vector<TextEvent> text = text_events("trace", fixture().schemas());
  std::vector<const Event*> raw;
  for (const Decoded& one : decoded()) {
    if (one.event.schema->has_ip) raw.push_back(&one.event);
  }
  ASSERT_EQ(raw.size(), 7U);
  ASSERT_EQ(text.size(), raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    SCOPED_TRACE(text[i].event);
    EXPECT_EQ(text[i].event, raw[i]->schema->name);
    EXPECT_EQ(text[i].comm, "fx-1 [000] d");
    EXPECT_EQ(text[i].tid, raw[i]->tid);
    EXPECT_EQ(text[i].flags, raw[i]->flags);
    EXPECT_EQ(text[i].preempt_count, raw[i]->preempt_count);
    EXPECT_EQ(text[i].time_ns, (raw[i]->time_ns + 500) / 1000 * 1000);
    EXPECT_EQ(text[i].ip, raw[i]->ip);
    EXPECT_EQ(text[i].return_ip, raw[i]->return_ip);
    ASSERT_TRUE(fits(text[i], *raw[i]->schema));
    // The text, encoded, decodes to what the kernel's own record does.
    std::vector<uint8_t> record;
    encode_record(text[i], *raw[i]->schema, record);
    Event again;
    ASSERT_EQ(decode_record(*raw[i]->schema, record, again), DecodeStatus::Ok);
    EXPECT_EQ(shown(again), shown(*raw[i]));
  }
}

TEST_P(OfEachKernel, TimesAcrossPausesNeedTimeExtends) {
  // The target sleeps 200 ms, more than the 27 bits of a time delta, before and after its entry hits.
  const uint64_t rename = hit("task:task_rename").time_ns;
  EXPECT_GT(hit("uproar_fx:fx_noargs").time_ns - rename, 200000000U);
  EXPECT_GT(hit("uproar_fx:fx_return").time_ns - hit("uproar_fx:fx_scalars").time_ns, 200000000U);
}

TEST_P(OfEachKernel, EveryTextOptionIsRead) {
  for (const char* name : {"trace.record-tgid", "trace.no-irq-info", "trace.counter"}) {
    SCOPED_TRACE(name);
    for (const auto& known : {fixture().schemas(), std::vector<const EventSchema*>{}}) {
      const std::vector<TextEvent> events = text_events(name, known);
      ASSERT_EQ(events.size(), 1U);
      EXPECT_EQ(events[0].event, "fx_scalars");
      EXPECT_EQ(events[0].comm, "fx-1 [000] d");
      EXPECT_EQ(events[0].arguments.size(), 23U);
      EXPECT_EQ(events[0].pid, std::string(name) == "trace.record-tgid" ? events[0].tid : 0);
      EXPECT_EQ(events[0].flags, std::string(name) == "trace.no-irq-info" ? 0 : 0xff);
      EXPECT_EQ(events[0].time_ns < 1000, std::string(name) == "trace.counter");
    }
  }
}

TEST_P(OfEachKernel, OverrunPagesSayHowManyWereLost) {
  const auto pages = fixture().pages("lost");
  ASSERT_GE(pages.size(), 2U);
  int64_t next = -1;
  for (size_t i = 0; i < pages.size(); ++i) {
    RingPage page(pages[i]);
    EXPECT_EQ(page.lost_before(), i == 0);
    EXPECT_EQ(page.lost_count_known(), i == 0);
    if (i == 0) next = static_cast<int64_t>(page.lost_count());
    RingPage::Record record;
    Event event;
    while (page.next(record)) {  // the hits are numbered: what the page says was lost is what is missing
      ASSERT_EQ(decode_record(fixture().schema("uproar_fx:fx_lines"), record.bytes, event), DecodeStatus::Ok);
      EXPECT_EQ(static_cast<int64_t>(event.values.at(1).bits), next++);
    }
    EXPECT_EQ(page.status(), DecodeStatus::Ok);
  }
  EXPECT_EQ(next, 300);
}

TEST_P(OfEachKernel, LostLineAndJoinedLinesOfTracePipe) {
  const std::vector<std::string> lines = lines_of(fixture().text("trace_pipe.lost"));
  const TextLine loss = parse_trace_line(lines.at(0), {});
  ASSERT_EQ(loss.kind, TextLine::Kind::Loss);
  EXPECT_EQ(loss.loss.cpu, 0U);
  ASSERT_TRUE(loss.loss.count.has_value());
  const std::vector<TextEvent> events = text_events("trace_pipe.lost", fixture().schemas());
  EXPECT_EQ(events.size() + *loss.loss.count, 300U);
  for (const TextEvent& event : events) EXPECT_EQ(event.event, "fx_lines");
}

// libtraceevent 1.7 reads numbers (without extending their sign) and strings right; not arrays of uprobes.
TEST_P(OfEachKernel, NumbersAndStringsAreThoseOfLibtraceevent) {
  tep_set_loglevel(TEP_LOG_NONE);
  const std::unique_ptr<tep_handle, void (*)(tep_handle*)> tep(tep_alloc(), tep_free);
  tep_set_long_size(tep.get(), 8);
  size_t compared = 0;
  for (const Decoded& one : decoded()) {
    const EventSchema& schema = *one.event.schema;
    // Its parser does not get past the first string array.
    const bool has_string_array = schema.format.find("char[][") != std::string::npos;
    if (has_string_array) continue;
    tep_event* event = tep_find_event(tep.get(), schema.kernel_type);
    if (event == nullptr) {
      tep_parse_event(tep.get(), schema.format.c_str(), schema.format.size(), schema.group.c_str());
      event = tep_find_event(tep.get(), schema.kernel_type);
    }
    ASSERT_NE(event, nullptr);
    std::vector<uint8_t> bytes = one.record;
    tep_record record{};
    record.data = bytes.data();
    record.size = static_cast<int>(bytes.size());
    size_t next = 0;
    for (const Field& field : schema.fields) {
      const Value& value = one.event.values.at(next);
      next += field.values();
      if (field.kind == Field::Kind::String) {
        int length = 0;
        const char* raw = static_cast<const char*>(
            tep_get_field_raw(nullptr, event, field.name.c_str(), &record, &length, 0));
        ASSERT_NE(raw, nullptr);
        EXPECT_EQ(std::string(value.text), length > 0 ? std::string(raw, length - 1) : "") << field.name;
        ++compared;
      } else if (field.count == 0) {
        unsigned long long number = 0;
        ASSERT_EQ(tep_read_number_field(tep_find_field(event, field.name.c_str()), bytes.data(), &number), 0);
        const uint64_t mask = field.size == 8 ? ~uint64_t{0} : (uint64_t{1} << (field.size * 8)) - 1;
        EXPECT_EQ(value.bits & mask, number) << schema.name << " " << field.name;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 40U);
}

INSTANTIATE_TEST_SUITE_P(KernelFixture, OfEachKernel, testing::ValuesIn(kernel_fixtures()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace_if(
                               name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; },
                               '_');
                           return name;
                         });

}  // namespace
}  // namespace uproar
