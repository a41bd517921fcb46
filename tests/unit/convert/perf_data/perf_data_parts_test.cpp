// The parts of a perf.data file one by one: header, features, formats, order, address spaces.
#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "convert/perf_data/perf_data_encode.h"
#include "convert/perf_data/perf_data_features.h"
#include "convert/perf_data/perf_data_header.h"
#include "convert/perf_data/perf_data_queue.h"
#include "convert/perf_data/perf_data_tasks.h"
#include "convert/perf_data/tracing_data.h"
#include "symbolize/address_spaces.h"

namespace uproar {
namespace {

std::string complaint(const ByteWriter& bytes) {
  auto header = parse_perf_file_header(bytes.view(), "x");
  return header.ok() ? "" : header.error().message;
}

ByteWriter start(std::string_view magic, std::vector<uint64_t> words) {
  ByteWriter out;
  out.bytes({reinterpret_cast<const uint8_t*>(magic.data()), magic.size()});
  for (const uint64_t word : words) out.u64(word);
  return out;
}

TEST(PerfDataHeader, FaultsHaveNames) {
  EXPECT_EQ(complaint(ByteWriter()), "x is empty");
  EXPECT_EQ(complaint(start("ELF", {})), "x is not a perf.data file");
  EXPECT_EQ(complaint(start("2ELIFREP", {})), "x was written on a machine of the other byte order");
  EXPECT_EQ(complaint(start("PERFILE2", {})), "x is cut off inside its header (8 of 16 bytes)");
  EXPECT_EQ(complaint(start("PERFILE2", {104, 128})), "x is cut off inside its header (24 of 104 bytes)");
  EXPECT_EQ(complaint(start("PERFILE2", {99, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
            "x: its header tells a size of 99 bytes, not 104 or 16");
  EXPECT_EQ(complaint(start("PERFILE2", {104, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
            "x: its header tells a size of 16 bytes for an attribute");
  EXPECT_EQ(complaint(start("PERFILE2", {16})), "");
  auto pipe = parse_perf_file_header(start("PERFILE2", {16}).view(), "x");
  EXPECT_TRUE(pipe.value().pipe);
}

TEST(PerfDataHeader, AttributeKeepsItsBytes) {
  ByteWriter out;
  append_perf_attr({.config = 1234, .chains = true, .leads = true, .clock = 1}, out);
  const auto attr = parse_perf_attr(out.view());
  ASSERT_TRUE(attr);
  EXPECT_EQ(attr->type, 2u);
  EXPECT_EQ(attr->config, 1234u);
  EXPECT_TRUE(attr->layout.sample_id_all);
  EXPECT_TRUE(attr->has_chains());
  EXPECT_TRUE(attr->has_clock);
  EXPECT_EQ(attr->clock, 1);
  EXPECT_EQ(attr->bytes.size(), kPerfAttrBytes);
  EXPECT_FALSE(parse_perf_attr(out.view().first(63)));
}

TEST(PerfDataFeatures, WhatIsWrittenIsRead) {
  SessionInfo session;
  session.host = "box";
  session.kernel = "6.1.0";
  session.machine = "x86_64";
  session.clock = "mono";
  session.cpus = 8;
  session.cpus_online = 4;
  session.tool = "perf 6.1.192";
  session.arguments = {"perf", "record", "-a b"};
  session.cpu_description = "fast one";
  session.cpu_id = "GenuineIntel,6,85,7";
  session.memory_kb = 123456;
  PerfFeatures features;
  for (const PerfFeatureBytes& section :
       perf_feature_sections(session, 10, 20, {{.recording_ns = 5, .realtime_ns = 6}})) {
    EXPECT_TRUE(parse_perf_feature(static_cast<unsigned>(section.bit), section.bytes, features));
    for (size_t size = 0; size < section.bytes.size(); ++size) {  // cut anywhere: no crash
      PerfFeatures cut;
      parse_perf_feature(static_cast<unsigned>(section.bit), std::span(section.bytes).first(size), cut);
    }
  }
  PerfAttr attr;
  attr.has_clock = true;
  attr.clock = 1;
  const SessionInfo read = perf_session_info(features, {attr});
  EXPECT_EQ(read.host, "box");
  EXPECT_EQ(read.kernel, "6.1.0");
  EXPECT_EQ(read.machine, "x86_64");
  EXPECT_EQ(read.clock, "mono");
  EXPECT_EQ(read.cpus, 8u);
  EXPECT_EQ(read.cpus_online, 4u);
  EXPECT_EQ(read.tool, "perf 6.1.192");
  EXPECT_EQ(read.command, "perf record -a b");
  EXPECT_EQ(read.arguments, session.arguments);
  EXPECT_EQ(read.cpu_description, "fast one");
  EXPECT_EQ(read.cpu_id, "GenuineIntel,6,85,7");
  EXPECT_EQ(read.memory_kb, 123456u);
  EXPECT_TRUE(features.has_clock);
  EXPECT_EQ(features.clock_realtime_ns, 6u);
  EXPECT_EQ(features.clock_ns, 5u);
}

TEST(TracingData, FormatsAndTheirNumbers) {
  const auto bytes = perf_tracing_data(
      {{"a", "name: x\nID: 77\nformat:\n"}, {"b", "name: y\nID:\t8\n"}, {"a", "name: z\n"}});
  const TracingData data = parse_tracing_data(bytes);
  EXPECT_EQ(data.fault, "");
  ASSERT_EQ(data.events.size(), 3u);
  EXPECT_EQ(data.events[0].system, "a");
  EXPECT_EQ(data.events[0].id, 77u);
  EXPECT_EQ(data.events[1].id, 0u);
  EXPECT_EQ(data.events[2].system, "b");
  EXPECT_EQ(data.events[2].id, 8u);
  for (size_t size = 0; size < bytes.size() - 16; ++size)
    EXPECT_NE(parse_tracing_data(std::span(bytes).first(size)).fault, "") << size;
}

struct Delivered {
  std::string text;
  PerfDataQueue queue{[this](uint64_t offset, std::span<const uint8_t> record) -> Result<void> {
    text += std::to_string(offset) + std::string(record.begin(), record.end()) + " ";
    return {};
  }};
  void add(uint64_t time, uint64_t offset, std::string_view record) {
    ASSERT_TRUE(
        queue.add(time, offset, {reinterpret_cast<const uint8_t*>(record.data()), record.size()}).ok());
  }
};

TEST(PerfDataQueue, RoundsAreSortedAndEqualTimesKeepTheirOrder) {
  Delivered to;
  to.add(30, 1, "c");
  to.add(10, 2, "a");
  to.add(30, 3, "d");
  ASSERT_TRUE(to.queue.finish_round().ok());
  EXPECT_EQ(to.text, "");  // the next round may still hold older ones
  to.add(20, 4, "b");
  to.add(40, 5, "e");
  ASSERT_TRUE(to.queue.finish_round().ok());
  EXPECT_EQ(to.text, "2a 4b 1c 3d ");
  to.add(35, 6, "x");
  ASSERT_TRUE(to.queue.finish_all().ok());
  EXPECT_EQ(to.text, "2a 4b 1c 3d 6x 5e ");
  EXPECT_FALSE(to.queue.overflowed());
}

TEST(PerfDataQueue, WithoutRoundsMemoryIsBounded) {
  uint64_t delivered = 0;
  PerfDataQueue queue(
      [&](uint64_t, std::span<const uint8_t>) -> Result<void> { return ++delivered, Result<void>(); });
  const std::vector<uint8_t> record(60'000);
  for (uint64_t i = 0; i < 3000; ++i) ASSERT_TRUE(queue.add(i, i, record).ok());
  EXPECT_GT(delivered, 1500u);
  EXPECT_TRUE(queue.overflowed());
  ASSERT_TRUE(queue.finish_all().ok());
  EXPECT_EQ(delivered, 3000u);
}

std::string at(const AddressSpaces& spaces, int32_t pid, uint64_t address) {
  const auto* mapping = spaces.find(pid, address);
  if (mapping == nullptr) return "none";
  return std::to_string(mapping->file) + "+" +
         std::to_string(address - mapping->start + mapping->page_offset);
}

TEST(AddressSpaces, LaterMapsCoverEarlierOnes) {
  AddressSpaces spaces;
  spaces.add(1, {1000, 2000, 0, 7});
  spaces.add(1, {1200, 1300, 5000, 8});
  EXPECT_EQ(at(spaces, 1, 999), "none");
  EXPECT_EQ(at(spaces, 1, 1100), "7+100");
  EXPECT_EQ(at(spaces, 1, 1200), "8+5000");
  EXPECT_EQ(at(spaces, 1, 1300), "7+300");
  EXPECT_EQ(at(spaces, 1, 2000), "none");
  spaces.add(1, {0, 5000, 0, 9});
  EXPECT_EQ(at(spaces, 1, 1250), "9+1250");
}

TEST(AddressSpaces, ChildKeepsWhatItsParentHadAtTheFork) {
  AddressSpaces spaces;
  spaces.add(1, {1000, 2000, 0, 7});
  spaces.fork(2, 1);
  const uint64_t version = spaces.version(2);
  EXPECT_EQ(version, spaces.version(1));
  spaces.add(1, {1000, 2000, 0, 8});
  EXPECT_EQ(at(spaces, 2, 1000), "7+0");
  EXPECT_EQ(at(spaces, 1, 1000), "8+0");
  EXPECT_EQ(spaces.version(2), version);
  spaces.exit(2);
  EXPECT_EQ(at(spaces, 2, 1000), "7+0");
}

TEST(PerfDataTasks, MapsAsPerfShowsThem) {
  MapInfo map;
  map.pid = 9;
  map.start = 0x7000;
  map.page_offset = 0x10;
  map.path = "//anon";
  map.protection = 5;
  EXPECT_EQ(shown_map(map, false).path, "/tmp/perf-9.map");
  EXPECT_EQ(shown_map(map, false).page_offset, 0x7000u);
  map.protection = 3;
  EXPECT_EQ(shown_map(map, false).path, "//anon");
  map.path = "[vdso]";
  EXPECT_EQ(shown_map(map, false).page_offset, 0u);
  map.path = "/bin/a";
  EXPECT_EQ(shown_map(map, false).page_offset, 0x10u);
  map.path = "[kernel.kallsyms]_text";
  EXPECT_EQ(shown_map(map, true).path, "[kernel.kallsyms]");
  map.path = "/lib/modules/6.1/kernel/net/nf-tables.ko.xz";
  EXPECT_EQ(shown_map(map, true).path, "[nf_tables]");
}

}  // namespace
}  // namespace uproar
