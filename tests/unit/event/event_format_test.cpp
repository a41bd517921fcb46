#include "event/event_format.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

using Kind = Field::Kind;

constexpr const char* kCommon =
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
    "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

std::string format_of(const std::string& fields, const std::string& print = "\"\"") {
  return "name: ev\nID: 2326\nformat:\n" + std::string(kCommon) + fields + "\nprint fmt: " + print + "\n";
}

std::string field(const std::string& declaration, int offset, int size, int is_signed = 0) {
  return "\tfield:" + declaration + ";\toffset:" + std::to_string(offset) +
         ";\tsize:" + std::to_string(size) + ";\tsigned:" + std::to_string(is_signed) + ";\n";
}

const std::string kProbeIp = field("unsigned long __probe_ip", 8, 8);

std::string describe_field(const Field& field) {
  const char* kinds[] = {"unsigned", "signed", "hex", "char", "string", "fixed"};
  return field.name + " " + kinds[static_cast<int>(field.kind)] + " " + std::to_string(field.size) + "x" +
         std::to_string(field.count) + " @" + std::to_string(field.offset);
}

// The only field behind __probe_ip.
std::string one_field(const std::string& line, const std::string& print = "\"\"") {
  auto schema = parse_event_format(format_of(kProbeIp + line, print), "g");
  if (!schema.ok()) return schema.error().message;
  if (schema->fields.size() != 1) return std::to_string(schema->fields.size()) + " fields";
  return describe_field(schema->fields[0]);
}

std::string message_for(const std::string& text) {
  auto schema = parse_event_format(text, "g");
  return schema.ok() ? "no error" : schema.error().message;
}

TEST(EventFormat, EntryProbe) {
  const std::string text = format_of(kProbeIp);
  auto schema = parse_event_format(text, "grp");
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(schema->full_name(), "grp:ev");
  EXPECT_EQ(schema->kernel_type, 2326);
  EXPECT_TRUE(schema->has_ip);
  EXPECT_FALSE(schema->is_return);
  EXPECT_TRUE(schema->fields.empty());
  EXPECT_EQ(schema->format, text);
}

TEST(EventFormat, ReturnProbe) {
  auto schema =
      parse_event_format(format_of(field("unsigned long __probe_func", 8, 8) +
                                   field("unsigned long __probe_ret_ip", 16, 8) + field("u8 a", 24, 1)),
                         "g");
  ASSERT_TRUE(schema.ok());
  EXPECT_TRUE(schema->has_ip);
  EXPECT_TRUE(schema->is_return);
  ASSERT_EQ(schema->fields.size(), 1U);
  EXPECT_EQ(schema->fields[0].offset, 24U);
}

TEST(EventFormat, KindsOfNumbersComeFromThePrintFormat) {
  EXPECT_EQ(one_field(field("u32 a", 16, 4), "\"%u\", REC->a"), "a unsigned 4x0 @16");
  EXPECT_EQ(one_field(field("u32 a", 16, 4), "\"0x%x\", REC->a"), "a hex 4x0 @16");
  EXPECT_EQ(one_field(field("s64 a", 16, 8, 1), "\"%Ld\", REC->a"), "a signed 8x0 @16");
  EXPECT_EQ(one_field(field("u8 a", 16, 1), "\"'%c'\", REC->a"), "a char 1x0 @16");
  EXPECT_EQ(one_field(field("u64 a", 16, 8), "\"0x%Lx\", REC->a"), "a hex 8x0 @16");
}

TEST(EventFormat, ConversionsInAStringOfTheFormatDoNotShiftTheOthers) {
  auto schema =
      parse_event_format(format_of(kProbeIp + field("u8 c", 16, 1) + field("u32 x", 17, 4),
                                   "\"(%lx) 100%% c='%c' x=0x%x\", REC->__probe_ip, REC->c, REC->x"),
                         "g");
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(describe_field(schema->fields[0]), "c char 1x0 @16");
  EXPECT_EQ(describe_field(schema->fields[1]), "x hex 4x0 @17");
}

TEST(EventFormat, ArrayCountComesFromTheSize) {
  EXPECT_EQ(one_field(field("u8 a[]", 16, 8)), "a unsigned 1x8 @16");
  EXPECT_EQ(one_field(field("s16 a[]", 16, 8, 1)), "a signed 2x4 @16");
  EXPECT_EQ(one_field(field("u32 a[]", 16, 8), "\"{0x%x,0x%x}\", REC->a[0], REC->a[1]"), "a hex 4x2 @16");
  EXPECT_EQ(one_field(field("u64 a[]", 16, 8)), "a unsigned 8x1 @16");
  EXPECT_EQ(one_field(field("u8 a[]", 16, 4), "\"{'%c','%c','%c','%c'}\", REC->a[0]"), "a char 1x4 @16");
}

TEST(EventFormat, ArrayCountOfOlderKernelsIsInTheBrackets) {
  EXPECT_EQ(one_field(field("u16 a[4]", 16, 8)), "a unsigned 2x4 @16");
}

TEST(EventFormat, StringsAndArraysOfStrings) {
  EXPECT_EQ(one_field(field("__data_loc char[] s", 16, 4, 1)), "s string 4x0 @16");
  EXPECT_EQ(one_field(field("__data_loc char[][4] s", 16, 16, 1)), "s string 4x4 @16");
  EXPECT_EQ(one_field(field("__data_loc char[][1] s", 16, 4, 1)), "s string 4x1 @16");
}

TEST(EventFormat, TracepointsHaveNoAddress) {
  auto schema = parse_event_format(
      format_of(field("pid_t pid", 8, 4, 1) + field("char comm[16]", 12, 16) +
                    field("const char * name", 32, 8) + field("unsigned char addr[6]", 40, 6) +
                    field("bool dead", 46, 1) + field("__rel_loc char[] r", 48, 4) +
                    field("unsigned long args[6]", 56, 48) + field("struct odd thing", 104, 12) +
                    field("char rest[]", 116, 0),
                "\"pid=%d\", REC->pid"),
      "g");
  ASSERT_TRUE(schema.ok());
  EXPECT_FALSE(schema->has_ip);
  std::vector<std::string> got;
  for (const Field& one : schema->fields) got.push_back(describe_field(one));
  EXPECT_EQ(got, (std::vector<std::string>{"pid signed 4x0 @8", "comm fixed 1x16 @12", "name hex 8x0 @32",
                                           "addr unsigned 1x6 @40", "dead unsigned 1x0 @46", "r hex 4x0 @48",
                                           "args unsigned 8x6 @56", "thing unsigned 1x12 @104"}));
}

TEST(EventFormat, AddressesOf32BitKernelsAreOrdinaryFields) {
  auto schema = parse_event_format(format_of(field("unsigned long __probe_ip", 8, 4)), "g");
  ASSERT_TRUE(schema.ok());
  EXPECT_FALSE(schema->has_ip);
  EXPECT_EQ(schema->fields.size(), 1U);
}

TEST(EventFormat, MissingNameIsReported) {
  EXPECT_EQ(message_for("ID: 1\nformat:\n"),
            "cannot read the format of an event of group g: there is no \"name:\" line");
  EXPECT_EQ(message_for(""), "cannot read the format of an event of group g: there is no \"name:\" line");
}

TEST(EventFormat, MissingOrTooLargeIdIsReported) {
  const std::string expected =
      "cannot read the format of g:ev: there is no \"ID:\" line with a 16-bit number";
  EXPECT_EQ(message_for("name: ev\nformat:\n"), expected);
  EXPECT_EQ(message_for("name: ev\nID: 65536\nformat:\n"), expected);
  EXPECT_EQ(message_for("name: ev\nID: -1\nformat:\n"), expected);
}

TEST(EventFormat, FieldLinesOutOfFormAreReported) {
  const std::string expected =
      "cannot read the format of g:ev: its field lines are not in the form of the kernel's format files";
  EXPECT_EQ(message_for(format_of("\tfield:u8 a\n")), expected);
  EXPECT_EQ(message_for(format_of("\tfield:;\n")), expected);
  EXPECT_EQ(message_for(format_of("\tfield:u8 a;\toffset:x;\tsize:1;\tsigned:0;\n")), expected);
  EXPECT_EQ(message_for(format_of("\tfield:u8 a;\toffset:8;\tsize:-1;\tsigned:0;\n")), expected);
  EXPECT_EQ(message_for(format_of("\tfield:u8 a;\toffset:8;\tsize:1;\tsigned:0;\tmore:1;\n")), expected);
  EXPECT_EQ(message_for(format_of(field("u8 a[", 8, 1))), expected);
  EXPECT_EQ(message_for(format_of(field("", 8, 1))), expected);
  EXPECT_EQ(message_for(format_of(field("u8", 8, 1))), expected);
  EXPECT_EQ(message_for(format_of(field("u8 a[[", 8, 1))), expected);
  EXPECT_EQ(message_for(format_of(field("u8 a[1][2][3]", 8, 1))), expected);
  EXPECT_EQ(message_for(format_of(field("u8 a[2\xdd]", 8, 1))), expected);
  EXPECT_EQ(message_for(format_of(field("u8 \"a\"", 8, 1))), expected);
  EXPECT_EQ(message_for(format_of("\tfield:u8 a;\toffset:4294967304;\tsize:1;\tsigned:0;\n")), expected);
}

TEST(EventFormat, FieldsOutsideAnyRecordAreReported) {
  const std::string expected = "cannot read the format of g:ev: a field lies outside any record";
  EXPECT_EQ(message_for(format_of(kProbeIp + field("u8 a[]", 65530, 8))), expected);
  EXPECT_EQ(message_for(format_of(kProbeIp + field("u8 a[]", 16, 70000))), expected);
}

TEST(EventFormat, FieldsInTheCommonHeaderAreReported) {
  EXPECT_EQ(message_for(format_of(field("u8 a", 7, 1))),
            "cannot read the format of g:ev: a field lies in the common header");
}

// "print" of kernels before 4.15 has its text in "char buf", without brackets.
TEST(EventFormat, FieldsWithoutSizeAreTheRecordsEnd) {
  const auto schema =
      parse_event_format(format_of(field("unsigned long ip", 8, 8) + field("char buf", 16, 0)), "ftrace");
  ASSERT_TRUE(schema.ok()) << schema.error().message;
  ASSERT_EQ(schema->fields.size(), 1u);
  EXPECT_EQ(schema->fields[0].name, "ip");
}

TEST(EventFormat, LinesOfOldKernelsHaveNoSign) {
  EXPECT_EQ(one_field("\tfield:u32 a;\toffset:16;\tsize:4;\n"), "a unsigned 4x0 @16");
}

TEST(EventFormat, StringFieldOfAnOddSizeIsReported) {
  EXPECT_EQ(message_for(format_of(kProbeIp + field("__data_loc char[] s", 16, 6))),
            "cannot read the format of g:ev: a string field is not made of 4-byte words");
}

TEST(EventFormat, HugeAndBinaryTextsAreRefused) {
  EXPECT_EQ(message_for(std::string((1 << 20) + 1, 'a')),
            "cannot read the format of an event of group g: the text is longer than 1 MiB");
  EXPECT_EQ(message_for(std::string("name: a\0b\n", 10)),
            "cannot read the format of an event of group g: the text holds a NUL byte");
  std::string many;
  for (int i = 0; i < 1025; ++i) many += field("u8 a" + std::to_string(i), 16 + i, 1);
  EXPECT_EQ(message_for(format_of(many)), "cannot read the format of g:ev: there are more than 1024 fields");
}

TEST(EventFormat, EveryPrefixOfAFormatIsReadOrRefused) {
  const std::string text = format_of(
      kProbeIp + field("__data_loc char[][4] s", 16, 16, 1) + field("u8 a[]", 32, 4), "\"%d\", REC->a[0]");
  for (size_t size = 0; size < text.size(); ++size) {
    auto schema = parse_event_format(text.substr(0, size), "g");
    EXPECT_TRUE(!schema.ok() || schema->name == "ev") << size;
  }
}

}  // namespace
}  // namespace uproar
