#include "convert/trace_dat/trace_dat_parts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "convert/trace_dat/trace_dat_format.h"
#include "support/trace_dat_files.h"

namespace uproar::trace_dat {
namespace {

using test::number;

// Reads the parts that stand in `bytes`.
class TraceDatParts : public testing::Test {
 protected:
  PartsReader& parts(std::string_view bytes, const Start& start = {}) {
    input_ = ByteInput::from_bytes(bytes, "x.dat");
    parts_ = std::make_unique<PartsReader>(*input_, start);
    return *parts_;
  }
  FileCursor cursor() { return {*input_, 0, input_->size()}; }

  std::unique_ptr<ByteInput> input_;
  std::unique_ptr<PartsReader> parts_;
};

TEST_F(TraceDatParts, TextsOfOptions) {
  EXPECT_EQ(until_nul(std::string_view("ab\0cd", 5)), "ab");
  EXPECT_EQ(until_nul("ab"), "ab");
  EXPECT_EQ(clock_of("local [mono] boot\n"), "mono");
  EXPECT_EQ(clock_of("mono raw\n"), "mono");
  EXPECT_EQ(clock_of("] [mono"), "]");
  EXPECT_EQ(clock_of(""), "");
  EXPECT_EQ(little_endian_number("\x01\x02\x03", 2), 0x0201u);
}

TEST_F(TraceDatParts, OptionsFillTheContents) {
  PartsReader& reader = parts("");
  reader.take_option(kTraceClock, "[local] global mono\n");
  reader.take_option(kUname, std::string("Linux vm 6.18.1 x86_64\0", 23));
  reader.take_option(kVersion, std::string("3.1.6\0", 6));
  reader.take_option(kCpuCount, std::string("\x04\0\0\0", 4));
  reader.take_option(kDate, "-2\n");
  reader.take_option(kOffset, "5");
  reader.take_option(kTscToNs, std::string("\x03\0\0\0\x0a\0\0\0", 8));
  reader.take_option(999, "from a later version");
  EXPECT_EQ(reader.clock(), "local");
  const Contents contents = reader.finish();
  EXPECT_EQ(contents.host, "vm");
  EXPECT_EQ(contents.kernel, "6.18.1");
  EXPECT_EQ(contents.machine, "x86_64");
  EXPECT_EQ(contents.tool_version, "3.1.6");
  EXPECT_EQ(contents.cpus, 4u);
  EXPECT_EQ(contents.time_shift_ns, -1995);
  EXPECT_EQ(contents.tick_multiplier, 3u);
  EXPECT_EQ(contents.tick_shift, 10u);
}

TEST_F(TraceDatParts, OptionsThatAreTooShortTellNothing) {
  PartsReader& reader = parts("");
  reader.take_option(kCpuCount, "\x04");
  reader.take_option(kTscToNs, "\x04");
  reader.take_option(kDate, "yesterday");
  reader.take_option(kUname, "Linux");
  const Contents contents = reader.finish();
  EXPECT_EQ(contents.cpus, 0u);
  EXPECT_EQ(contents.tick_multiplier, 0u);
  EXPECT_EQ(contents.time_shift_ns, 0);
  EXPECT_EQ(contents.host, "");
}

TEST_F(TraceDatParts, StatisticsBelongToTheBufferNamedBefore) {
  PartsReader& reader = parts("");
  reader.take_option(kCpuStat, "CPU: 1\nentries: 35\noverrun: 7\ncommit overrun: 2\ndropped events: 3\n");
  reader.take_option(kCpuStat, "\nBuffer: one\n\n");
  reader.take_option(kCpuStat, "CPU: 0\noverrun: 1\n");
  const Contents contents = reader.finish();
  ASSERT_EQ(contents.statistics.size(), 2u);
  EXPECT_EQ(contents.statistics[0].buffer, "");
  EXPECT_EQ(contents.statistics[0].cpu, 1u);
  EXPECT_EQ(contents.statistics[0].overrun, 7u);
  EXPECT_EQ(contents.statistics[0].dropped, 3u);
  EXPECT_EQ(contents.statistics[1].buffer, "one");
  EXPECT_EQ(contents.statistics[1].overrun, 1u);
}

TEST_F(TraceDatParts, NamesOfTasks) {
  const std::string text = "42 a b\n7 x\nno number\n99999999999 far\n42 later\n8 last";
  PartsReader& reader = parts(number(text.size()) + text);
  FileCursor file = cursor();
  ASSERT_TRUE(reader.read_names(file).ok());
  const Contents contents = reader.finish();
  EXPECT_EQ(contents.names.size(), 3u);
  EXPECT_EQ(contents.names.at(42), "a b");
  EXPECT_EQ(contents.names.at(8), "last");
}

TEST_F(TraceDatParts, LayoutOfPagesIsWhatTheFileSays) {
  const std::string page = "\tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;\n";
  PartsReader& reader = parts(std::string("header_page\0", 12) + number(page.size()) + page +
                              std::string("header_event\0", 13) + number(0));
  FileCursor file = cursor();
  ASSERT_TRUE(reader.read_header_info(file).ok());
  EXPECT_EQ(reader.contents().layout.commit_size, 4u);
}

TEST_F(TraceDatParts, FormatsOfTheTracerStandLast) {
  PartsReader& reader = parts(test::count(1) + number(3) + "abc" + test::formats_of_g());
  FileCursor file = cursor();
  ASSERT_TRUE(reader.read_tracer_formats(file).ok());
  ASSERT_TRUE(reader.read_systems(file).ok());
  const Contents contents = reader.finish();
  ASSERT_EQ(contents.formats.size(), 2u);
  EXPECT_EQ(contents.formats[0].group, "g");
  EXPECT_EQ(contents.formats[1].group, "ftrace");
  EXPECT_EQ(contents.formats[1].text, "abc");
  EXPECT_EQ(contents.tracer_formats, 1u);
}

TEST_F(TraceDatParts, LimitsAreNamedWithTheirPlace) {
  const auto complaint = [](const Result<void>& result) { return result.ok() ? "" : result.error().message; };
  PartsReader& reader = parts(test::count(1) + number(uint64_t{1} << 40));
  FileCursor file = cursor();
  EXPECT_EQ(complaint(reader.read_tracer_formats(file)), "x.dat: byte 4: a format of 1099511627776 bytes");
  EXPECT_EQ(complaint(reader.check_page_bytes(8, 3)), "x.dat: byte 3: pages of 8 bytes");
  EXPECT_EQ(complaint(reader.check_page_bytes(4096, 3)), "");
  for (size_t i = 0; i < kMaxBuffers; ++i) ASSERT_TRUE(reader.add_buffer({}).ok());
  EXPECT_EQ(complaint(reader.add_buffer({})), "x.dat: byte 0: more buffers than a file can have");
  for (uint64_t i = 0; i < 1000; ++i) reader.damaged(i, 1, "x");
  EXPECT_EQ(reader.contents().damage.size(), 100u);
}

}  // namespace
}  // namespace uproar::trace_dat
