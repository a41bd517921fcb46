#include "lower/bpf/lower_bpf.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "event/presentation.h"
#include "support/bpf_cases.h"
#include "support/lowered_bpf.h"

namespace uproar {
namespace {

using test::BpfCase;
using test::lowered;

uproar_record head_of(const std::vector<uint8_t>& record) {
  uproar_record head;
  std::memcpy(&head, record.data(), sizeof head);
  return head;
}

// The record as the kernel's ring would have it.
std::vector<uint8_t> ring_bytes(const BpfLayout& layout, const std::vector<uint8_t>& record) {
  const EventSchema& schema = layout.schema;
  std::vector<uint8_t> bytes(schema.is_return ? 24 : 16);
  if (!schema.fields.empty()) bytes.resize(schema.fields.back().offset + schema.fields.back().byte_size());
  const auto put = [&bytes](uint64_t at, const void* from, size_t size) {
    std::memcpy(bytes.data() + at, from, size);
  };
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    const Field& field = schema.fields[i];
    const BpfField& source = layout.fields[i];
    switch (source.kind) {
      case BpfField::Kind::Number:
        put(field.offset, record.data() + source.offset, field.byte_size());
        break;
      case BpfField::Kind::Faults:
        put(field.offset, record.data() + layout.faults_at, field.byte_size());
        break;
      case BpfField::Kind::Place: {
        const uint32_t site = UPROAR_COOKIE_SITE(head_of(record).cookie);
        put(field.offset, &site, field.size);
        break;
      }
      case BpfField::Kind::Cuts:
        break;
      case BpfField::Kind::Text:
        for (uint32_t k = 0; k < field.values(); ++k) {
          uproar_text text;
          std::memcpy(&text, record.data() + source.offset + 8 * k, sizeof text);
          if (text.length == 0) continue;
          EXPECT_GE(text.offset, layout.fixed_bytes);
          EXPECT_LE(text.offset + text.length, record.size());
          const uint32_t location = static_cast<uint32_t>(bytes.size()) | text.length << 16;
          put(field.offset + 4 * k, &location, 4);
          bytes.insert(bytes.end(), record.begin() + text.offset, record.begin() + text.offset + text.length);
        }
        break;
    }
  }
  return bytes;
}

std::string shown_value(const Value& value, Field::Kind kind) {
  if (value.fault) return "fault";
  char text[32];
  switch (kind) {
    case Field::Kind::String:
    case Field::Kind::FixedString:
      return "[" + std::string(value.text) + "]";
    case Field::Kind::Hex:
      std::snprintf(text, sizeof text, "0x%lx", static_cast<unsigned long>(value.bits));
      return text;
    case Field::Kind::Char:
      return std::string("'") + static_cast<char>(value.bits) + "'";
    case Field::Kind::Signed:
      return std::to_string(static_cast<int64_t>(value.bits));
    case Field::Kind::Unsigned:
      break;
  }
  return std::to_string(value.bits);
}

std::string shown(const BpfLayout& layout, const std::vector<uint8_t>& record) {
  Presentation presentation(layout.schema);
  const std::vector<uint8_t> bytes = ring_bytes(layout, record);
  Event event;
  EXPECT_EQ(presentation.decode(bytes, event), DecodeStatus::Ok);
  std::string text;
  size_t next = 0;
  for (const Field& field : presentation.schema().fields) {
    text += (text.empty() ? "" : " ") + field.name + "=" + (field.count != 0 ? "{" : "");
    for (uint32_t k = 0; k < field.values(); ++k)
      text += (k > 0 ? "," : "") + shown_value(event.values[next++], field.kind);
    if (field.count != 0) text += "}";
  }
  return text;
}

TEST(LowerBpf, ValuesAreThoseOfTheProcess) {
  for (const BpfCase& each : test::bpf_cases()) {
    const BpfPrograms programs = lowered({each.definition});
    BpfEmulator machine(programs);
    test::set_up(machine);
    EXPECT_EQ(machine.hit(0, 0), "") << each.definition;
    ASSERT_EQ(machine.records.size(), 1u) << each.definition;
    EXPECT_EQ(shown(programs.events[0].layout, machine.records[0]), each.shown) << each.definition;
    EXPECT_EQ(machine.counters(0).hits, 1u);
  }
}

// The same in one program, each told by its cookie.
TEST(LowerBpf, ManyEventsShareAProgram) {
  std::vector<std::string> definitions;
  for (const BpfCase& each : test::bpf_cases()) definitions.push_back(each.definition);
  for (const uint32_t most : {30000U, 1500U}) {
    BpfOptions options;
    options.most_instructions = most;
    const BpfPrograms programs = lowered(definitions, options);
    EXPECT_EQ(programs.programs.size() == 2, most == 30000U) << programs.programs.size();
    for (uint32_t event = 0; event < definitions.size(); ++event) {
      BpfEmulator machine(programs);
      test::set_up(machine);
      EXPECT_EQ(machine.hit(event, 0), "") << definitions[event];
      ASSERT_EQ(machine.records.size(), 1u) << definitions[event];
      const auto& record = machine.records[0];
      EXPECT_EQ(programs.set_events[UPROAR_COOKIE_SET(head_of(record).cookie)], event);
      EXPECT_EQ(shown(programs.events[event].layout, record), test::bpf_cases()[event].shown);
      EXPECT_EQ(machine.counters(event).hits, 1u);
      EXPECT_EQ(machine.counters((event + 1) % programs.events.size()).hits, 0u);
    }
  }
}

TEST(LowerBpf, HeadsTellTaskPlaceAndTime) {
  const BpfPrograms programs = lowered({"p:e /bin/bash:0x10 a=%di", "r:e2 /bin/bash:0x10"});
  BpfEmulator machine(programs);
  test::set_up(machine);
  machine.function = 0x400000;
  ASSERT_EQ(machine.hit(0, 0), "");
  ASSERT_EQ(machine.hit(1, 0), "");
  const uproar_record head = head_of(machine.records[0]);
  EXPECT_EQ(head.time, 1000u);
  EXPECT_EQ(head.pid_tgid, uint64_t{100} << 32 | 101);
  EXPECT_EQ(head.cookie, programs.events[0].cookies[0]);
  EXPECT_EQ(head.ip, 0x400010u);
  EXPECT_EQ(head.cpu, 0u);
  EXPECT_EQ(head.length, machine.records[0].size());
  uint64_t function;
  std::memcpy(&function, machine.records[1].data() + programs.events[1].layout.function_at, 8);
  EXPECT_EQ(function, 0x400000u);
}

// Programs of kernels that cannot let them wait.
TEST(LowerBpf, WithoutSleepMissingPagesAreFaults) {
  BpfOptions options;
  options.sleepable = false;
  const BpfPrograms programs =
      lowered({"p:e /bin/bash:0x10 a=+0(%r8):u8 b=+0(%r8):string c=+0(%dx):string"}, options);
  BpfEmulator machine(programs);
  test::set_up(machine);
  EXPECT_EQ(machine.hit(0, 0), "");
  EXPECT_EQ(shown(programs.events[0].layout, machine.records.at(0)), "a=fault b=fault c=[hello]");
  EXPECT_FALSE(programs.programs[0].is_sleepable);
}

// Neighbours that are read through one pointer cost one read.
TEST(LowerBpf, FieldsOfOneObjectAreReadAtOnce) {
  const auto steps = [](const std::string& arguments) {
    const BpfPrograms programs = lowered({"p:e /bin/bash:0x10 " + arguments});
    BpfEmulator machine(programs);
    test::set_up(machine);
    EXPECT_EQ(machine.hit(0, 0), "");
    return machine.steps;
  };
  const size_t one = steps("a=+0(+0(%si)):u64");
  EXPECT_LT(steps("a=+0(+0(%si)):u64 b=+8(+0(%si)):u32 c=+12(+0(%si)):u32 d=+16(+0(%si)):u32"), one + 14);
}

}  // namespace
}  // namespace uproar
