#include "convert/kernel_format.h"

#include <gtest/gtest.h>

#include "event/event_format.h"
#include "event/record_decoder.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

using test::event_info;
using test::event_of;
using test::fault;
using test::field;
using test::negative;
using test::number;
using test::text;
using Kind = Field::Kind;

EventSchema sample(bool is_return = false) {
  EventSchema schema =
      event_info("g", "e",
                 {field("n", Kind::Signed, 4), field("b", Kind::Hex, 1), field("c", Kind::Char, 1),
                  field("s", Kind::String, 4), field("a", Kind::Unsigned, 8, 2),
                  field("l", Kind::String, 4, 2), field("odd name", Kind::Signed, 8)},
                 is_return)
          .schema;
  schema.kernel_type = 1500;
  return packed_schema(schema);
}

TEST(KernelFormat, TextIsSpelledAsTheKernelSpellsIt) {
  EXPECT_EQ(format_text(sample()),
            "name: e\n"
            "ID: 1500\n"
            "format:\n"
            "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
            "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
            "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
            "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
            "\n"
            "\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
            "\tfield:s32 n;\toffset:16;\tsize:4;\tsigned:1;\n"
            "\tfield:u8 b;\toffset:20;\tsize:1;\tsigned:0;\n"
            "\tfield:u8 c;\toffset:21;\tsize:1;\tsigned:0;\n"
            "\tfield:__data_loc char[] s;\toffset:22;\tsize:4;\tsigned:1;\n"
            "\tfield:u64 a[2];\toffset:26;\tsize:16;\tsigned:0;\n"
            "\tfield:__data_loc char[][2] l;\toffset:42;\tsize:8;\tsigned:1;\n"
            "\tfield:s64 odd_name;\toffset:50;\tsize:8;\tsigned:1;\n"
            "\n"
            "print fmt: \"(%lx) n=%d b=0x%x c='%c' s=\\\"%s\\\" a={%Lu,%Lu} l={\\\"%s\\\",\\\"%s\\\"} "
            "odd_name=%Ld\", "
            "REC->__probe_ip, REC->n, REC->b, REC->c, __get_str(s), REC->a[0], REC->a[1], __get_str(l[0]), "
            "__get_str(l[1]), REC->odd_name\n");
}

TEST(KernelFormat, TextIsReadBackAsTheSameSchema) {
  for (const bool is_return : {false, true}) {
    const EventSchema packed = sample(is_return);
    const auto read = parse_event_format(format_text(packed), "g");
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->is_return, is_return);
    EXPECT_EQ(read->kernel_type, 1500);
    ASSERT_EQ(read->fields.size(), packed.fields.size());
    for (size_t i = 0; i < packed.fields.size(); ++i) {
      EXPECT_EQ(read->fields[i].name, packed.fields[i].name);
      EXPECT_EQ(read->fields[i].kind, packed.fields[i].kind);
      EXPECT_EQ(read->fields[i].size, packed.fields[i].size);
      EXPECT_EQ(read->fields[i].count, packed.fields[i].count);
      EXPECT_EQ(read->fields[i].offset, packed.fields[i].offset);
    }
  }
}

TEST(KernelFormat, RecordHoldsTheValues) {
  const EventInfo info = event_info("g", "e");
  const EventSchema packed = sample(true);
  const Event event = event_of(info, {negative(-3), number(0xfe), number('x'), text("hello"), number(1),
                                      number(UINT64_MAX), text("one"), fault(), negative(INT64_MIN)});
  const auto record = record_of(event, packed);
  ASSERT_TRUE(record);
  Event read;
  ASSERT_EQ(decode_record(packed, *record, read), DecodeStatus::Ok);
  EXPECT_EQ(read.tid, event.tid);
  EXPECT_EQ(read.ip, event.ip);
  EXPECT_EQ(read.return_ip, event.return_ip);
  EXPECT_EQ(read.flags, event.flags);
  ASSERT_EQ(read.values.size(), event.values.size());
  for (size_t i = 0; i < read.values.size(); ++i) {
    EXPECT_EQ(read.values[i].bits, event.values[i].bits) << i;
    EXPECT_EQ(read.values[i].text, event.values[i].text) << i;
    EXPECT_EQ(read.values[i].fault, event.values[i].fault) << i;
  }
}

TEST(KernelFormat, RecordThatNoDataLocCouldDescribeIsRefused) {
  const EventInfo info = event_info("g", "e");
  const EventSchema packed = packed_schema(event_info("g", "e", {field("s", Kind::String, 4)}).schema);
  const std::string long_text(65535, 'x');
  EXPECT_FALSE(record_of(event_of(info, {text(long_text)}), packed));
  EXPECT_TRUE(record_of(event_of(info, {text(std::string_view(long_text).substr(100))}), packed));
}

TEST(KernelFormat, NameAndNumberAreReplaced) {
  EXPECT_EQ(
      renamed_format("name: tmp\nID: 7\nformat:\n\tfield:x\n\nprint fmt: \"ID: %d\nname: \"\n", "mine", 1500),
      "name: mine\nID: 1500\nformat:\n\tfield:x\n\nprint fmt: \"ID: %d\nname: \"\n");
}

}  // namespace
}  // namespace uproar
