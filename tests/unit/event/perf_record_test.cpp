#include "event/perf_record.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"

namespace uproar {
namespace {

using Bits = PerfSampleBits;

constexpr uint64_t kAll = Bits::kIdentifier | Bits::kIp | Bits::kTid | Bits::kTime | Bits::kCpu |
                          Bits::kPeriod | Bits::kCallchain | Bits::kRaw;
constexpr PerfLayout kLayout{kAll, 0, true};

std::vector<uint8_t> record(PerfRecordType type, uint16_t misc, const ByteWriter& body) {
  ByteWriter out;
  out.u32(static_cast<uint32_t>(type));
  out.u16(misc);
  out.u16(static_cast<uint16_t>(8 + body.size()));
  out.bytes(body.view());
  return {out.view().begin(), out.view().end()};
}

void text(std::string_view bytes, ByteWriter& out) {
  out.bytes({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

// tid 8 of process 7, at 1000 on CPU 3, of event 42
void tail(ByteWriter& out) {
  out.u32(7);
  out.u32(8);
  out.u64(1000);
  out.u32(3);
  out.u32(0);
  out.u64(42);
}

ByteWriter sample_body() {
  ByteWriter body;
  body.u64(42);
  body.u64(0x401000);
  body.u32(7);
  body.u32(8);
  body.u64(1000);
  body.u32(3);
  body.u32(0);
  body.u64(1);
  body.u64(2);
  body.u64(static_cast<uint64_t>(-512));
  body.u64(0x401000);
  body.u32(12);
  text("raw data 123", body);
  return body;
}

TEST(PerfRecord, Sample) {
  const auto bytes = record(PerfRecordType::Sample, PerfMisc::kUser, sample_body());
  PerfSample sample;
  ASSERT_EQ(parse_perf_sample(bytes, kLayout, sample), PerfStatus::Ok);
  EXPECT_EQ(sample.at.id, 42u);
  EXPECT_EQ(sample.ip, 0x401000u);
  EXPECT_EQ(sample.at.pid, 7);
  EXPECT_EQ(sample.at.tid, 8);
  EXPECT_EQ(sample.at.time_ns, 1000u);
  EXPECT_EQ(sample.at.cpu, 3u);
  EXPECT_EQ(sample.chain, (std::vector<uint64_t>{static_cast<uint64_t>(-512), 0x401000}));
  EXPECT_EQ(std::string(sample.raw.begin(), sample.raw.end()), "raw data 123");
  EXPECT_EQ(perf_event_id(bytes, kLayout), 42u);
  EXPECT_EQ(perf_time(bytes, kLayout), 1000u);
}

TEST(PerfRecord, SampleCutAnywhereIsNoSample) {
  const auto bytes = record(PerfRecordType::Sample, PerfMisc::kUser, sample_body());
  PerfSample sample;
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(parse_perf_sample(std::span(bytes).first(size), kLayout, sample), PerfStatus::Ok) << size;
}

TEST(PerfRecord, ChainOutsideRecord) {
  auto bytes = record(PerfRecordType::Sample, PerfMisc::kUser, sample_body());
  bytes[8 + 48 + 7] = 0x20;  // 2^61 frames
  PerfSample sample;
  EXPECT_EQ(parse_perf_sample(bytes, kLayout, sample), PerfStatus::ChainOutsideRecord);
  EXPECT_STREQ(describe(PerfStatus::ChainOutsideRecord), "call chain reaches beyond its record");
}

TEST(PerfRecord, RawOutsideRecord) {
  auto bytes = record(PerfRecordType::Sample, PerfMisc::kUser, sample_body());
  bytes[8 + 48 + 24] = 13;
  PerfSample sample;
  EXPECT_EQ(parse_perf_sample(bytes, kLayout, sample), PerfStatus::RawOutsideRecord);
}

// Registers AX, SP and IP, and 16 of 24 bytes of the stack.
TEST(PerfRecord, RegistersAndCopiedStack) {
  const PerfLayout layout{Bits::kTid | Bits::kRegsUser | Bits::kStackUser, 0, true, 1 | 1 << 7 | 1 << 8};
  const auto made = [](uint64_t abi, uint64_t filled) {
    ByteWriter body;
    body.u32(7);
    body.u32(8);
    body.u64(abi);
    for (const uint64_t value : {0xaa, 0xbb, 0xcc}) body.u64(value);
    body.u64(24);
    for (uint64_t i = 0; i < 3; ++i) body.u64(i);
    body.u64(filled);
    return record(PerfRecordType::Sample, 0, body);
  };
  PerfSample sample;
  const auto bytes = made(2, 16);
  ASSERT_EQ(parse_perf_sample(bytes, layout, sample), PerfStatus::Ok);
  UserStack stack = perf_user_stack(sample, layout, unwind_machine("x86_64"));
  EXPECT_EQ(stack.registers[0], 0xaau);
  EXPECT_EQ(stack.registers[7], 0xbbu);
  EXPECT_EQ(stack.registers[16], 0xccu);
  EXPECT_EQ(stack.known, 1u | 1u << 7 | 1u << 16);
  EXPECT_EQ(stack.bytes.size(), 16u);
  EXPECT_FALSE(stack.may_go_on);
  const auto full = made(2, 24);
  ASSERT_EQ(parse_perf_sample(full, layout, sample), PerfStatus::Ok);
  EXPECT_TRUE(perf_user_stack(sample, layout, unwind_machine("x86_64")).may_go_on);
  const auto narrow = made(1, 24);  // of a 32-bit program
  ASSERT_EQ(parse_perf_sample(narrow, layout, sample), PerfStatus::Ok);
  EXPECT_EQ(perf_user_stack(sample, layout, unwind_machine("x86_64")).known, 0u);
  EXPECT_EQ(parse_perf_sample(made(2, 25), layout, sample), PerfStatus::StackOutsideRecord);
}

TEST(PerfRecord, CounterValuesOfGroupsArePassedOver) {
  const PerfLayout layout{Bits::kId | Bits::kRead | Bits::kRaw, 1 | 4 | 8, false};
  ByteWriter body;
  body.u64(9);  // id
  body.u64(2);  // counters
  for (uint64_t i = 0; i < 5; ++i) body.u64(i);
  body.u32(4);
  text("raw!", body);
  PerfSample sample;
  const auto bytes = record(PerfRecordType::Sample, 0, body);
  ASSERT_EQ(parse_perf_sample(bytes, layout, sample), PerfStatus::Ok);
  EXPECT_EQ(sample.raw.size(), 4u);
  EXPECT_EQ(perf_event_id(bytes, layout), 9u);
  auto hostile = bytes;
  hostile[8 + 8 + 7] = 0xff;
  EXPECT_EQ(parse_perf_sample(hostile, layout, sample), PerfStatus::ReadOutsideRecord);
}

TEST(PerfRecord, CommByExec) {
  ByteWriter body;
  body.u32(7);
  body.u32(8);
  text(std::string_view("bash\0\0\0\0", 8), body);
  tail(body);
  PerfCommRecord comm;
  ASSERT_EQ(parse_perf_comm(record(PerfRecordType::Comm, PerfMisc::kExec, body), kLayout, comm),
            PerfStatus::Ok);
  EXPECT_EQ(comm.comm, "bash");
  EXPECT_TRUE(comm.exec);
  EXPECT_EQ(comm.pid, 7);
  EXPECT_EQ(comm.at.cpu, 3u);
}

TEST(PerfRecord, CommWithoutEnd) {
  ByteWriter body;
  body.u64(0);
  text("12345678", body);
  tail(body);
  PerfCommRecord comm;
  EXPECT_EQ(parse_perf_comm(record(PerfRecordType::Comm, 0, body), kLayout, comm),
            PerfStatus::NameWithoutEnd);
}

TEST(PerfRecord, ForkNamesBothParents) {
  ByteWriter body;
  for (uint32_t i = 1; i <= 4; ++i) body.u32(i);
  body.u64(999);
  tail(body);
  PerfTaskRecord task;
  const auto bytes = record(PerfRecordType::Fork, 0, body);
  ASSERT_EQ(parse_perf_task(bytes, kLayout, task), PerfStatus::Ok);
  EXPECT_EQ(task.pid, 1);
  EXPECT_EQ(task.parent_pid, 2);
  EXPECT_EQ(task.tid, 3);
  EXPECT_EQ(task.parent_tid, 4);
  EXPECT_EQ(task.time_ns, 999u);
  EXPECT_EQ(parse_perf_task(std::span(bytes).first(40), kLayout, task), PerfStatus::RecordShorterThanFields);
}

ByteWriter map_body(uint8_t id_size, bool by_id) {
  ByteWriter body;
  body.u32(7);
  body.u32(8);
  body.u64(0x1000);
  body.u64(0x2000);
  body.u64(0x3000);
  if (by_id) {
    body.u8(id_size);
    for (int i = 0; i < 3; ++i) body.u8(0);
    for (uint8_t i = 0; i < 20; ++i) body.u8(i);
  } else {
    body.u32(8);
    body.u32(1);
    body.u64(77);
    body.u64(5);
  }
  body.u32(5);
  body.u32(2);
  text(std::string_view("/bin/a\0\0", 8), body);
  tail(body);
  return body;
}

TEST(PerfRecord, MapWithInode) {
  PerfMapRecord map;
  ASSERT_EQ(parse_perf_map(record(PerfRecordType::Mmap2, PerfMisc::kUser, map_body(0, false)), kLayout, map),
            PerfStatus::Ok);
  EXPECT_EQ(map.path, "/bin/a");
  EXPECT_EQ(map.inode, 77u);
  EXPECT_EQ(map.protection, 5u);
  EXPECT_EQ(map.page_offset, 0x3000u);
  EXPECT_FALSE(map.kernel);
}

TEST(PerfRecord, MapWithBuildId) {
  PerfMapRecord map;
  ASSERT_EQ(
      parse_perf_map(record(PerfRecordType::Mmap2, PerfMisc::kMapBuildId, map_body(16, true)), kLayout, map),
      PerfStatus::Ok);
  EXPECT_EQ(map.build_id.size(), 16u);
  EXPECT_EQ(map.build_id[15], 15);
  EXPECT_EQ(
      parse_perf_map(record(PerfRecordType::Mmap2, PerfMisc::kMapBuildId, map_body(21, true)), kLayout, map),
      PerfStatus::BuildIdTooLong);
}

TEST(PerfRecord, Lost) {
  ByteWriter body;
  body.u64(43);
  body.u64(137);
  tail(body);
  PerfLostRecord lost;
  ASSERT_EQ(parse_perf_lost(record(PerfRecordType::Lost, 0, body), kLayout, lost), PerfStatus::Ok);
  EXPECT_EQ(lost.id, 43u);
  EXPECT_EQ(lost.lost, 137u);
  ByteWriter samples;
  samples.u64(5);
  tail(samples);
  ASSERT_EQ(parse_perf_lost(record(PerfRecordType::LostSamples, 0, samples), kLayout, lost), PerfStatus::Ok);
  EXPECT_EQ(lost.id, 42u);
  EXPECT_EQ(lost.lost, 5u);
}

}  // namespace
}  // namespace uproar
