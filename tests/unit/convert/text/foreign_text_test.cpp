#include "convert/text/foreign_text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/converted.h"

namespace uproar {
namespace {

struct Read {
  std::unique_ptr<RecordingReader> reader;
  uint64_t records = 0, lost = 0, left_out = 0;
  std::string lines;
};

Read read(const std::string& text, size_t piece = 1 << 20) {
  Read out;
  out.reader = test::recorded([&](RecordingWriter& writer) -> Result<void> {
    TRY(writer.write_session({}));
    ForeignText reader(writer);
    for (size_t at = 0; at < text.size(); at += piece)
      TRY(reader.feed(std::string_view(text).substr(at, piece)));
    TRY(reader.finish());
    out.records = reader.records();
    out.lost = reader.lost();
    out.left_out = reader.left_out();
    out.lines = reader.left_out_lines();
    return writer.finish({.events = out.records, .lost = out.lost});
  });
  return out;
}

const std::string kLine = "            bash-42      [000] ..... 10.000001: take: (0x4000) s=\"ls\" n=5\n";

TEST(ForeignText, LineEndsMarksAndPieces) {
  const std::string text =
      "\xef\xbb\xbf" + kLine.substr(0, kLine.size() - 1) + "\r\n> " + kLine + "\t" + kLine;
  for (const size_t piece : {size_t{1}, size_t{13}, text.size()}) {
    const Read got = read(text, piece);
    EXPECT_EQ(got.records, 3u);
    EXPECT_EQ(got.left_out, 0u);
    EXPECT_EQ(got.reader->events().size(), 1u);
  }
}

TEST(ForeignText, TextOfPerfWithCallChainsComesBackAsItWas) {
  const std::string text =
      "ab 23927 [000] 184694.229089: app:take: (4000) n=1\n"
      "\tffffffff8104f45a native_write_msr+0x6 ([kernel.kallsyms])\n"
      "\t            4000 main+0x10 (/root/ab)\n"
      "\t            4a00 [unknown] (/root/ab)\n"
      "\n"
      "ab 23927 [000] 184694.229090: app:take: (4000) n=2\n"
      "\t            4000 main+0x10 (/root/ab)\n"
      "\n";
  Read got = read(text);
  EXPECT_EQ(got.records, 2u);
  EXPECT_EQ(got.left_out, 0u) << got.lines;
  EXPECT_EQ(test::printed(*got.reader, "perf"), text);
}

// What perf script and trace-cmd report printed.
TEST(ForeignText, TextsOfOtherProgramsAreReadToTheLastLine) {
  for (const std::string name : {"perf-data/plain.txt", "trace-dat/v6.txt", "trace-dat/v7-instances.txt"}) {
    const std::string text = test::fixture(name);
    const Read got = read(text);
    const bool has_head = text.starts_with("cpus=");
    EXPECT_EQ(got.left_out, 0u) << name << " " << got.lines;
    EXPECT_GT(got.records, 0u);
    EXPECT_LE(got.records,
              static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) - (has_head ? 1 : 0));
    for (const EventInfo& event : got.reader->events()) EXPECT_TRUE(event.schema.has_ip) << name;
  }
}

TEST(ForeignText, CountersOfPerfKeepTheirChainsAndPeriods) {
  Read got = read(
      "# a comment\n"
      "java 10488  9962.502413:   10101010 cpu-clock: \n"
      "\t          aa10 inner (inlined)\n"
      "\t          aa10 outer+0xb (/bin/java)\n\n"
      "func_ab 15294 cycles: \n"
      "\t          400570 func_b (/root/func_ab)\n\n"
      "false 39654 19115.489713:          1 branches:u:  7fa68b1f2d84 _dl_start+0x4 (/usr/lib/ld-2.31.so)\n");
  EXPECT_EQ(got.records, 3u);
  EXPECT_EQ(got.left_out, 0u) << got.lines;
  ASSERT_EQ(got.reader->events().size(), 3u);
  EXPECT_EQ(got.reader->events()[0].schema.full_name(), "cpu-clock");
  EXPECT_EQ(got.reader->events()[1].schema.full_name(), "cycles");
  EXPECT_EQ(got.reader->events()[2].schema.full_name(), "branches:u");
  StoredRecord record;
  ASSERT_TRUE(got.reader->next(record));
  for (const EventInfo& event : got.reader->events()) EXPECT_TRUE(event.has_stacks);
}

TEST(ForeignText, UserStacksBelongToTheEventBefore) {
  const Read got = read(kLine +
                        "            bash-42      [000] ..... 10.000002: <user stack trace>\n"
                        " =>  <000055b45485d015>\n =>  <000055b45485d020>\n" +
                        kLine);
  EXPECT_EQ(got.records, 2u);
  EXPECT_EQ(got.left_out, 0u) << got.lines;
  StoredRecord record;
  ASSERT_TRUE(got.reader->next(record));
  EXPECT_EQ(std::vector<uint64_t>(record.stack.begin(), record.stack.end()),
            (std::vector<uint64_t>{static_cast<uint64_t>(-512), 0x55b45485d015, 0x55b45485d020}));
  ASSERT_TRUE(got.reader->next(record));
  EXPECT_TRUE(record.stack.empty());
}

TEST(ForeignText, NamesWithoutAddressesAreText) {
  Read got = read(kLine +
                  "            bash-42      [000] ..... 10.000002: <stack trace>\n"
                  " => kfree\n => do_syscall_64\n");
  EXPECT_EQ(got.records, 2u);
  EXPECT_EQ(got.left_out, 0u) << got.lines;
  EXPECT_NE(test::printed(*got.reader, "perf").find("kfree <- do_syscall_64"), std::string::npos);
}

TEST(ForeignText, LossesOfTraceCmdCount) {
  const Read got = read("cpus=2\n" + kLine + "CPU:1 [170 EVENTS DROPPED]\n" + kLine);
  EXPECT_EQ(got.lost, 170u);
  EXPECT_EQ(got.records, 2u);
  EXPECT_EQ(got.left_out, 0u) << got.lines;
}

TEST(ForeignText, LinesLeftOutAreToldByTheirNumbers) {
  EXPECT_EQ(read(kLine + "hello\n").lines, "line 2");
  EXPECT_EQ(read("hello\n" + kLine + "world\n").lines, "lines 1 and 3");
  EXPECT_EQ(read("1\n2\n3\n4\n5\n6\n" + kLine).lines, "lines 1, 2, 3, 4, 5 and others");
  EXPECT_EQ(read("what follows 12 cycles:\n" + kLine).lines, "line 1")
      << "no call chain shows that it is an event";
  EXPECT_EQ(read(std::string(200000, 'x') + "\n" + kLine).lines, "line 1");
  EXPECT_EQ(read(std::string(200000, 'x')).lines, "line 1");
}

TEST(ForeignText, StringsWithNewlinesAreWhole) {
  const std::string first = "            bash-42      [000] ..... 10.000001: take: (0x4000) s=\"a\n";
  Read got = read(first + "b\"\n" + kLine);
  EXPECT_EQ(got.records, 2u);
  EXPECT_EQ(got.left_out, 0u);
}

TEST(ForeignText, StringThatIsNeverClosedTakesNoLineWithIt) {
  std::string text = "            bash-42      [000] ..... 10.000001: take: (0x4000) n=5 s=\"a\n";
  std::string others;
  for (int i = 0; i < 3000; ++i)
    others += "            bash-42      [000] ..... 11.000001: other: (0x5000) n=5\n";
  const Read got = read(text + others);
  EXPECT_EQ(got.records, 3001u);
  EXPECT_EQ(got.left_out, 0u) << got.lines;
}

TEST(ForeignText, HostileTextTakesNoLong) {
  std::string quotes = "            bash-42      [000] ..... 10.000001: take: (0x4000) s=\"a\n";
  for (int i = 0; i < 60000; ++i) quotes += "\" x=\n";
  read(quotes);
  std::string names;
  for (int i = 0; i < 20000; ++i)
    names += "            bash-42      [000] ..... 10.000001: take" + std::to_string(i) + ": (0x4000) n=5\n";
  EXPECT_EQ(read(names).records, 20000u);
  std::string wide = "            bash-42      [000] ..... 10.000001: take:";
  while (wide.size() < 60000) wide += " a=1";
  EXPECT_EQ(read(wide + "\n").lines, "line 1") << "longer than a record can be";
}

}  // namespace
}  // namespace uproar
