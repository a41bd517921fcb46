#include "convert/trace_dat_import.h"

#include <zstd.h>

#include <optional>

#include "base/byte_writer.h"
#include "converted.h"

namespace uproar {
namespace {

struct Imported {
  std::unique_ptr<RecordingReader> reader;
  ImportOutcome outcome;
  std::string error;
};

Imported import(std::string_view bytes) {
  Imported out;
  out.reader = test::recorded([&](RecordingWriter& writer) -> Result<void> {
    const auto input = ByteInput::from_bytes(bytes, "x.dat");
    auto outcome = import_trace_dat(*input, {}, writer, {});
    if (!outcome.ok()) {
      out.error = render(outcome.error());
      return std::move(outcome.error());
    }
    out.outcome = std::move(*outcome);
    return {};
  });
  return out;
}

std::string damage(const ImportOutcome& outcome) {
  std::string text;
  for (const Damage& place : outcome.damage)
    text += std::to_string(place.offset) + " +" + std::to_string(place.bytes) + ": " + place.reason + "\n";
  return text;
}

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

// ── files made by hand ──

constexpr std::string_view kFormat =
    "name: hit\nID: 1500\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
    "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
    "\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
    "\tfield:u32 n;\toffset:16;\tsize:4;\tsigned:0;\n\n"
    "print fmt: \"(%lx) n=%u\", REC->__probe_ip, REC->n\n";

void put(std::string_view text, ByteWriter& out) {
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}
void put_counted(std::string_view text, ByteWriter& out) {
  out.u64(text.size());
  put(text, out);
}
std::string as_text(const ByteWriter& bytes) {
  return {reinterpret_cast<const char*>(bytes.view().data()), bytes.size()};
}

// A sub-buffer of 512 bytes with one event each `times`.
std::string page(const std::vector<uint64_t>& times, uint32_t flags = 0, std::optional<uint64_t> lost = {},
                 uint16_t type = 1500) {
  ByteWriter data;
  uint64_t last = times.at(0);
  uint32_t n = 0;
  for (const uint64_t time : times) {
    data.u32(6 | static_cast<uint32_t>(time - last) << 5);
    last = time;
    data.u16(type);
    data.u16(0);
    data.u32(42);
    data.u64(0x1000);
    data.u32(n++);
    data.u32(0);
  }
  ByteWriter out;
  out.u64(times.at(0));
  out.u64(data.size() | flags);
  out.bytes(data.view());
  if (lost) out.u64(*lost);
  while (out.size() < 512) out.u8(0);
  return as_text(out);
}

// Version 6 with these pages as CPU 0's.
std::string version6(const std::string& pages) {
  ByteWriter out;
  put(std::string_view("\x17\x08\x44tracing"
                       "6\0\0\x08",
                       14),
      out);
  out.u32(512);
  put(std::string_view("header_page\0", 12), out);
  put_counted("\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n", out);
  put(std::string_view("header_event\0", 13), out);
  put_counted("", out);
  out.u32(0);
  out.u32(1);
  put(std::string_view("g\0", 2), out);
  out.u32(1);
  put_counted(kFormat, out);
  out.u32(0);
  out.u32(0);
  put_counted("42 a b\n", out);
  out.u32(1);
  put(std::string_view("options  \0\0\0flyrecord\0", 22), out);
  out.u64(out.size() + 16);
  out.u64(pages.size());
  put(pages, out);
  return as_text(out);
}

constexpr uint32_t kMissed = uint32_t{1} << 31;
constexpr uint32_t kStored = uint32_t{1} << 30;

TEST(TraceDatImport, LossesStandWhereThePagesTellThem) {
  const Imported got = import(version6(page({10'000'000'000}) + page({11'000'000'000}, kMissed | kStored, 7) +
                                       page({12'000'000'000}, kMissed)));
  ASSERT_TRUE(got.reader);
  EXPECT_EQ(got.outcome.lost, 7u);
  EXPECT_EQ(test::report(*got.reader),
            "cpus=1\n"
            "             a b-42    [000]    10.000000: hit:                  (1000) n=0\n"
            "CPU:0 [7 EVENTS DROPPED]\n"
            "             a b-42    [000]    11.000000: hit:                  (1000) n=0\n"
            "CPU:0 [EVENTS DROPPED]\n"
            "             a b-42    [000]    12.000000: hit:                  (1000) n=0\n");
}

TEST(TraceDatImport, DamagedPageIsToldAndTheNextIsRead) {
  std::string broken = page({11'000'000'000, 11'000'000'100});
  broken[16 + 28] = 0;  // the second event's length: in the next word, which is another
  const Imported got = import(version6(page({10'000'000'000}) + broken + page({12'000'000'000})));
  ASSERT_TRUE(got.reader);
  EXPECT_EQ(got.reader->totals().records, 3u);
  ASSERT_EQ(got.outcome.damage.size(), 1u);
  EXPECT_EQ(got.outcome.damage[0].bytes, 512u);
  EXPECT_EQ(got.outcome.damage[0].reason, describe(DecodeStatus::PageEventBeyondCommit));
}

TEST(TraceDatImport, RecordsWithoutAFormatAreCounted) {
  const Imported got = import(version6(page({1, 2}, 0, {}, 77) + page({3})));
  ASSERT_TRUE(got.reader);
  EXPECT_EQ(got.outcome.events, 1u);
  EXPECT_EQ(got.outcome.lost, 2u);
  EXPECT_EQ(got.outcome.notes, std::vector<std::string>{
                                   "2 records are of event number 77, whose format the file does not have"});
  ASSERT_EQ(got.reader->losses().size(), 1u);
  EXPECT_EQ(got.reader->losses()[0].kind, LossInfo::Kind::Unreadable);
}

std::string start7(std::string_view packing, uint64_t options) {
  ByteWriter out;
  put(std::string_view("\x17\x08\x44tracing"
                       "7\0\0\x08",
                       14),
      out);
  out.u32(512);
  put(packing, out);
  out.u8(0);
  out.u8(0);
  out.u64(options);
  return as_text(out);
}
std::string options_section(const std::string& options) {
  ByteWriter out;
  out.u16(0);
  out.u16(0);
  out.u32(0);
  out.u64(options.size());
  put(options, out);
  return as_text(out);
}
std::string option(uint16_t id, const std::string& data) {
  ByteWriter out;
  out.u16(id);
  out.u32(static_cast<uint32_t>(data.size()));
  put(data, out);
  return as_text(out);
}
std::string number(uint64_t value) {
  ByteWriter out;
  out.u64(value);
  return as_text(out);
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

// A buffer of packed pages in a file of version 7.
std::string version7(const std::string& packed_pages, const std::string& formats) {
  const std::string start = start7("zstd", 32 + 16 + formats.size());
  ByteWriter section;
  section.u16(18);
  section.u16(0);
  section.u32(0);
  section.u64(formats.size());
  ByteWriter buffer;
  const size_t options_bytes = 16 + (6 + 8) + (6 + 8 + 1 + 5 + 4 + 4 + 20) + (6 + 8);
  const uint64_t data = 32 + 16 + formats.size() + options_bytes;
  buffer.u64(0);
  put(std::string_view("\0mono\0", 6), buffer);
  buffer.u32(512);
  buffer.u32(1);
  buffer.u32(3);
  buffer.u64(data);
  buffer.u64(packed_pages.size() - 4);
  return start + as_text(section) + formats +
         options_section(option(18, number(32)) + option(3, as_text(buffer)) + option(0, number(0))) +
         packed_pages;
}
std::string formats_of_g() {
  ByteWriter out;
  out.u32(1);
  put(std::string_view("g\0", 2), out);
  out.u32(1);
  put_counted(kFormat, out);
  return as_text(out);
}
std::string chunk(const std::string& pages, std::optional<uint32_t> told = {}) {
  std::string packed(ZSTD_compressBound(pages.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), pages.data(), pages.size(), 1));
  ByteWriter out;
  out.u32(static_cast<uint32_t>(packed.size()));
  out.u32(told.value_or(static_cast<uint32_t>(pages.size())));
  put(packed, out);
  return as_text(out);
}
std::string count(uint32_t chunks) {
  ByteWriter out;
  out.u32(chunks);
  return as_text(out);
}

TEST(TraceDatImport, ChunksThatCannotBeUnpackedAreToldAndTheNextIsRead) {
  const std::string first = chunk(page({1'000'000'000}));
  const std::string bomb = chunk(std::string(1 << 20, '\0'), 512);  // unpacks to more than it says
  std::string broken = chunk(page({2'000'000'000}));
  broken[12] ^= 0x55;
  const std::string huge = chunk("", 0xffffffff);
  const std::string last = chunk(page({3'000'000'000, 3'000'000'001}));
  const std::string bytes = version7(count(5) + first + bomb + broken + huge + last, formats_of_g());
  const Imported got = import(bytes);
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(got.outcome.events, 3u);
  ASSERT_EQ(got.outcome.damage.size(), 3u);
  EXPECT_EQ(got.outcome.damage[0].reason, "a chunk of pages cannot be unpacked");
  EXPECT_EQ(got.outcome.damage[1].reason, "a chunk of pages cannot be unpacked");
  EXPECT_EQ(got.outcome.damage[2].reason, "a chunk of pages of 4294967295 bytes");
  StoredRecord record;
  ASSERT_TRUE(got.reader->next(record));
  EXPECT_EQ(record.cpu, 3u);
}

TEST(TraceDatImport, PackedPagesThatEndInsideAChunkAreTold) {
  std::string bytes = version7(count(2) + chunk(page({1})) + chunk(page({2})), formats_of_g());
  bytes.resize(bytes.size() - 5);
  const Imported got = import(bytes);
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(got.outcome.events, 1u);
  ASSERT_EQ(got.outcome.damage.size(), 2u);
  EXPECT_EQ(got.outcome.damage[0].reason, "the file ends inside the pages of CPU 3");
  EXPECT_EQ(got.outcome.damage[1].reason, "the pages of CPU 3 end inside a packed chunk");
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
