#include "convert/trace_dat/printed_texts.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "event/event_format.h"
#include "event/record_decoder.h"

namespace uproar::trace_dat {
namespace {

std::string format(std::string_view name, std::string_view fields) {
  return "name: " + std::string(name) +
         "\nID: 5\nformat:\n"
         "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
         "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
         "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
         "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
         "\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n" +
         std::string(fields) + "\nprint fmt: \"%ps: %s\", (void *)REC->ip, REC->buf\n";
}

ByteWriter head() {
  ByteWriter out;
  out.u16(5);
  out.u16(0);
  out.u32(42);
  out.u64(0xffffffff81001234);
  return out;
}

// "IP TEXT" of the record.
std::string shown(PrintedTexts& texts, const std::string& text, const ByteWriter& record) {
  auto schema = parse_event_format(text, "ftrace");
  if (!schema.ok()) return schema.error().message;
  if (!texts.take(*schema)) return "not taken";
  const auto bytes = texts.text_record(5, record.view());
  if (bytes.empty()) return "too short";
  Event event;
  if (decode_record(*schema, bytes, event) != DecodeStatus::Ok || event.values.size() != 2)
    return "not decoded";
  EXPECT_EQ(event.values[0].bits, 0xffffffff81001234);
  EXPECT_EQ(texts.ip(), 0xffffffff81001234);
  EXPECT_EQ(event.tid, 42);
  return std::string(event.values[1].text);
}

void put(std::string_view text, ByteWriter& out) {
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(PrintedTexts, PrintIsItsText) {
  for (const std::string field : {"\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n",
                                  "\tfield:char buf;\toffset:16;\tsize:0;\tsigned:1;\n"}) {
    PrintedTexts texts({}, 8);
    ByteWriter record = head();
    put(std::string_view("hello: a=b\n\0\0", 13), record);
    EXPECT_EQ(shown(texts, format("print", field), record), "hello: a=b");
  }
}

constexpr std::string_view kFormats =
    "0xffffffff82a0f8a0 : \"x=%d \\\"s=%s\\\"\\n\"\n0xffffffff82a0f8b0 : \"only text\\n\"\n";

TEST(PrintedTexts, FormatsAreThoseOfTheFile) {
  const auto formats = parse_printk_formats(kFormats);
  ASSERT_EQ(formats.size(), 2u);
  EXPECT_EQ(formats.at(0xffffffff82a0f8a0), "x=%d \"s=%s\"\n");
  EXPECT_EQ(formats.at(0xffffffff82a0f8b0), "only text\n");
  EXPECT_TRUE(parse_printk_formats("0x : \n0x12 : \"\nzz : \"a\"\n").empty());
}

TEST(PrintedTexts, BprintIsPrintedWithItsArguments) {
  PrintedTexts texts(parse_printk_formats(kFormats), 8);
  ByteWriter record = head();
  record.u64(0xffffffff82a0f8a0);
  record.u32(static_cast<uint32_t>(-3));
  put(std::string_view("abc\0", 4), record);
  const std::string fields =
      "\tfield:const char * fmt;\toffset:16;\tsize:8;\tsigned:0;\n"
      "\tfield:u32 buf[];\toffset:24;\tsize:0;\tsigned:0;\n";
  EXPECT_EQ(shown(texts, format("bprint", fields), record), "x=-3 \"s=abc\"");
  ByteWriter unknown = head();
  unknown.u64(0x1234);
  EXPECT_EQ(shown(texts, format("bprint", fields), unknown), "(the file has no text of address 0x1234)");
  EXPECT_EQ(shown(texts, format("bprint", fields), head()), "too short");
}

TEST(PrintedTexts, BputsIsTheTextAtItsAddress) {
  PrintedTexts texts(parse_printk_formats(kFormats), 8);
  ByteWriter record = head();
  record.u64(0xffffffff82a0f8b0);
  EXPECT_EQ(
      shown(texts, format("bputs", "\tfield:const char * str;\toffset:16;\tsize:8;\tsigned:0;\n"), record),
      "only text");
}

TEST(PrintedTexts, OtherEventsStayWhatTheyAre) {
  PrintedTexts texts({}, 8);
  auto schema = parse_event_format(format("other", ""), "ftrace");
  ASSERT_TRUE(schema.ok());
  EXPECT_FALSE(texts.take(*schema));
  schema->name = "print";
  schema->group = "app";
  EXPECT_FALSE(texts.take(*schema));
  EXPECT_FALSE(texts.has(5));
}

}  // namespace
}  // namespace uproar::trace_dat
