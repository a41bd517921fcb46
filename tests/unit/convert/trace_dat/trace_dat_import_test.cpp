#include "convert/trace_dat/trace_dat_import.h"

#include <gtest/gtest.h>

#include "support/trace_dat_files.h"

namespace uproar {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the files made by hand

// Files that trace-cmd 3.1.6 made, and what its report prints for them.
TEST(TraceDatImport, FilesOfTraceCmdPrintAsTraceCmdPrintsThem) {
  for (const std::string name : {"v6", "v7-plain", "v7-zstd", "v7-instances"}) {
    const Imported got = import(test::fixture("trace-dat/" + name + ".dat"));
    ASSERT_TRUE(got.reader) << got.error;
    EXPECT_EQ(damage(got.outcome), "");
    EXPECT_EQ(got.outcome.notes, std::vector<std::string>{});
    EXPECT_EQ(test::report(*got.reader), test::fixture("trace-dat/" + name + ".txt")) << name;
    EXPECT_EQ(got.reader->end()->events, got.outcome.events);
  }
}

TEST(TraceDatImport, SessionSaysWhatTheFileSays) {
  const Imported got = import(test::fixture("trace-dat/v6.dat"));
  ASSERT_TRUE(got.reader);
  const SessionInfo& session = got.reader->session();
  EXPECT_EQ(session.via, "trace.dat");
  EXPECT_EQ(session.tool, "trace-cmd 3.1.6");
  EXPECT_EQ(session.clock, "mono");
  EXPECT_EQ(session.host, "vm");
  EXPECT_EQ(session.machine, "x86_64");
  EXPECT_EQ(session.cpus, 2u);
  EXPECT_EQ(import(test::fixture("trace-dat/v7-zstd.dat")).reader->session().clock, "local");
}

TEST(TraceDatImport, InstancesAreKept) {
  const Imported got = import(test::fixture("trace-dat/v7-instances.dat"));
  ASSERT_TRUE(got.reader);
  std::vector<std::string> seen;
  for (const EventInfo& event : got.reader->events())
    seen.push_back(event.instance + "/" + event.schema.full_name());
  EXPECT_EQ(seen,
            (std::vector<std::string>{"/demo:text", "/demo:back", "one/demo:text", "another/demo:back"}));
}

// A cut anywhere gives an error, or the beginning of the whole text.
TEST(TraceDatImport, CutFilesGiveWhatIsWholeBeforeTheCut) {
  const std::string bytes = test::fixture("trace-dat/v6.dat");
  const std::string whole = test::fixture("trace-dat/v6.txt");
  const size_t data = bytes.size() - 8192;  // two CPUs, a page each
  size_t longest = 0;
  for (size_t cut = 0; cut < bytes.size(); cut += cut < data ? 1009 : 97) {
    const Imported got = import(std::string_view(bytes).substr(0, cut));
    if (!got.reader) {
      EXPECT_NE(got.error, "");
      continue;
    }
    EXPECT_EQ(got.outcome.damage.size(), 1u) << cut;
    const std::string text = test::report(*got.reader);
    EXPECT_EQ(text, whole.substr(0, text.size())) << cut;
    EXPECT_GE(text.size(), longest);
    longest = text.size();
  }
  EXPECT_GT(longest, whole.size() / 2);
}

TEST(TraceDatImport, FileCutInsideItsHeaderIsNamed) {
  const std::string bytes = test::fixture("trace-dat/v6.dat");
  EXPECT_EQ(import(std::string_view(bytes).substr(0, 5)).error, "error: x.dat is no trace.dat\n");
  EXPECT_EQ(
      import(std::string_view(bytes).substr(0, 1000)).error,
      "error: x.dat: byte 481: the file ends inside the formats of events\n"
      "  help: copy the file again; of a trace-cmd that was killed, `trace-cmd restore` joins the parts\n");
  const std::string packed = test::fixture("trace-dat/v7-zstd.dat");
  EXPECT_EQ(import(std::string_view(packed).substr(0, 3000)).error,
            "error: x.dat: byte 3060: a section of options is to be here, but the file has 3000 bytes\n"
            "  help: copy the file again: it is cut\n");
}

TEST(TraceDatImport, OptionsThatLeadInACircleAreNamed) {
  const std::string start = start7("none", 32);
  ASSERT_EQ(start.size(), 32u);
  const Imported got = import(start + options_section(option(0, number(32))));
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(damage(got.outcome), "32 +0: the sections of options lead in a circle\n");
}

TEST(TraceDatImport, OptionBeyondItsSectionIsNamed) {
  std::string options = option(5, "Linux");
  options[2] = 100;
  EXPECT_EQ(import(start7("none", 32) + options_section(options)).error,
            "error: x.dat: byte 32: an option goes beyond its section\n");
}

TEST(TraceDatImport, UnknownCompressionHasARemedy) {
  EXPECT_EQ(import(start7("lz5", 30) + options_section("")).error,
            "error: x.dat: byte 18: compression 'lz5' is not known\n"
            "  help: trace-cmd convert --compression none makes a file without\n");
}

TEST(TraceDatImport, OtherVersionsAndByteOrdersAreNamed) {
  std::string bytes = version6(page({1}));
  bytes[10] = '9';
  EXPECT_EQ(import(bytes).error,
            "error: x.dat is a trace.dat of version '9'; 6 and 7 can be read\n"
            "  help: trace-cmd convert --file-version 7 makes one that can\n");
  bytes = version6(page({1}));
  bytes[12] = 1;
  EXPECT_EQ(
      import(bytes).error,
      "error: x.dat: byte 12: it was recorded on a machine with big-endian numbers, which cannot be read\n");
  bytes = version6(page({1}));
  bytes[14] = bytes[15] = 0;
  EXPECT_EQ(import(bytes).error, "error: x.dat: byte 14: pages of 0 bytes\n");
}

TEST(TraceDatImport, ImpossibleNumberOfFormatsIsNamed) {
  std::string bytes = version6(page({1}));
  const size_t systems = bytes.find(std::string_view("g\0\1\0\0\0", 6)) - 4;
  bytes[systems + 3] = 0x7f;
  EXPECT_EQ(import(bytes).error,
            "error: x.dat: byte " + std::to_string(systems) + ": 2130706433 groups of events\n");
}

TEST(TraceDatImport, ProgressCanStopIt) {
  std::string pages;
  for (uint64_t i = 0; i < 2000; ++i) {
    std::vector<uint64_t> times;
    for (uint64_t j = 0; j < 16; ++j) times.push_back(1000 * i + j);
    pages += page(times);
  }
  const std::string bytes = version6(pages);
  uint64_t events = 0;
  const auto reader = test::recorded([&](RecordingWriter& writer) -> Result<void> {
    const auto input = ByteInput::from_bytes(std::string_view(bytes), "x.dat");
    TRY_ASSIGN(const ImportOutcome outcome,
               import_trace_dat(*input, {}, writer, [](const ConversionProgress&) { return false; }));
    EXPECT_TRUE(outcome.stopped);
    events = outcome.events;
    return {};
  });
  ASSERT_TRUE(reader);
  EXPECT_EQ(events, 1u << 14);
  EXPECT_EQ(reader->totals().records, events);
}

}  // namespace
}  // namespace uproar
