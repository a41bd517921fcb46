#include "recording/metadata/metadata.h"

#include <gtest/gtest.h>

#include "recording/file_format.h"
#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

EventInfo full_event() {
  EventInfo event = test::example_event("hit");
  event.schema.is_return = true;
  event.schema.has_ip = false;
  event.schema.kernel_type = 65535;
  event.schema.fields.push_back({"s", Field::Kind::FixedString, 1, 65535, ~uint32_t{0}});
  event.schema.format = std::string("a\0b\n", 4);
  event.sites.push_back({"/x y", ~uint64_t{0}, "ns::f(int)", 3, true, ""});
  return event;
}

void expect_same(const EventInfo& a, const EventInfo& b) {
  ByteWriter left, right;
  put_event(0, a, left);
  put_event(0, b, right);
  EXPECT_TRUE(std::equal(left.view().begin(), left.view().end(), right.view().begin(), right.view().end()));
}

TEST(Metadata, SessionComesBack) {
  SessionInfo session{"h", "k", "m", "c", "v", "cl", "ver", ~uint32_t{0}};
  ByteWriter out;
  put_session(session, out);
  SessionInfo back;
  ASSERT_EQ(parse_session(out.view(), back), MetadataStatus::Ok);
  EXPECT_EQ(back.host + back.kernel + back.machine + back.command + back.via + back.clock + back.version,
            "hkmcvclver");
  EXPECT_EQ(back.cpus, ~uint32_t{0});
}

TEST(Metadata, EventComesBack) {
  ByteWriter out;
  put_event(65535, full_event(), out);
  uint32_t number = 0;
  EventInfo back;
  ASSERT_EQ(parse_event(out.view(), number, back), MetadataStatus::Ok);
  EXPECT_EQ(number, 65535u);
  expect_same(back, full_event());
  EXPECT_TRUE(back.schema.is_return);
  EXPECT_FALSE(back.schema.has_ip);
  EXPECT_EQ(back.schema.fields[1].count, 65535);
  EXPECT_EQ(back.sites[1].file_offset, ~uint64_t{0});
  EXPECT_TRUE(back.sites[1].offset_given);
}

TEST(Metadata, InstanceOfAnEventComesBack) {
  EventInfo event = full_event();
  event.instance = "one";
  ByteWriter out;
  put_event(1, event, out);
  for (size_t left = 1; left <= 4; ++left) {
    uint32_t number = 0;
    EventInfo back;
    EXPECT_EQ(parse_event(out.view().first(out.size() - left), number, back), MetadataStatus::Cut);
  }
  out.u64(77);  // of a later writer
  uint32_t number = 0;
  EventInfo back;
  EXPECT_EQ(parse_event(out.view(), number, back), MetadataStatus::Ok);
  EXPECT_EQ(back.instance, "one");
}

TEST(Metadata, EventCutAnywhereIsReported) {
  ByteWriter out;
  put_event(1, full_event(), out);
  // Format 1 ends here: no flags, no attributes of perf, no ids.
  const size_t format1 = out.size() - 3;
  for (size_t size = 0; size < out.size(); ++size) {
    uint32_t number = 0;
    EventInfo back;
    EXPECT_EQ(parse_event(out.view().first(size), number, back),
              size == format1 ? MetadataStatus::Ok : MetadataStatus::Cut)
        << size;
  }
}

TEST(Metadata, BytesOfALaterWriterAreIgnored) {
  ByteWriter out;
  put_event(1, full_event(), out);
  out.u64(77);
  uint32_t number = 0;
  EventInfo back;
  EXPECT_EQ(parse_event(out.view(), number, back), MetadataStatus::Ok);
  expect_same(back, full_event());
}

// An Event block up to its number of fields.
ByteWriter event_head(uint64_t number) {
  ByteWriter out;
  out.varint(number);
  out.text("g");
  out.text("n");
  out.u8(0);
  out.varint(1);
  return out;
}

MetadataStatus parse(const ByteWriter& out) {
  uint32_t number = 0;
  EventInfo event;
  return parse_event(out.view(), number, event);
}

TEST(Metadata, HugeNumberOfFieldsIsRefused) {
  ByteWriter out = event_head(1);
  out.varint(~uint64_t{0});
  EXPECT_EQ(parse(out), MetadataStatus::TooMany);
}

TEST(Metadata, HugeNumberOfSitesIsRefused) {
  ByteWriter out = event_head(1);
  out.varint(0);
  out.text("");
  out.text("");
  out.varint(kMaxSites + 1);
  EXPECT_EQ(parse(out), MetadataStatus::TooMany);
}

TEST(Metadata, HugeEventNumberIsRefused) {
  ByteWriter out = event_head(kMaxEvents);
  EXPECT_EQ(parse(out), MetadataStatus::TooMany);
}

TEST(Metadata, UnknownFieldKindIsRefused) {
  ByteWriter out = event_head(1);
  out.varint(1);
  out.text("f");
  out.u8(6);
  out.u8(8);
  out.varint(0);
  out.varint(0);
  EXPECT_EQ(parse(out), MetadataStatus::UnknownKind);
}

TEST(Metadata, MoreValuesThanARecordHasBytesAreRefused) {
  ByteWriter out = event_head(1);
  out.varint(2);
  for (int i = 0; i < 2; ++i) {
    out.text("f");
    out.u8(0);
    out.u8(1);
    out.varint(40000);
    out.varint(0);
  }
  EXPECT_EQ(parse(out), MetadataStatus::OutOfRange);
}

TEST(Metadata, ImpossibleFieldSizeIsRefused) {
  ByteWriter out = event_head(1);
  out.varint(1);
  out.text("f");
  out.u8(0);
  out.u8(3);
  out.varint(0);
  out.varint(0);
  EXPECT_EQ(parse(out), MetadataStatus::OutOfRange);
}

TEST(Metadata, OverlongVarintIsRefused) {
  ByteWriter out;
  for (int i = 0; i < 12; ++i) out.u8(0xff);
  EXPECT_EQ(parse(out), MetadataStatus::Cut);
}

TEST(Metadata, TextBeyondItsLimitIsRefused) {
  ByteWriter out;
  out.text(std::string(kMaxTextBytes + 1, 'x'));
  SessionInfo session;
  EXPECT_EQ(parse_session(out.view(), session), MetadataStatus::TextTooLong);
}

TEST(Metadata, TasksComeBackInAnyOrderOfTime) {
  std::vector<TaskInfo> tasks = {{TaskInfo::Kind::Snapshot, 0, 1, 1, 0, "init"},
                                 {TaskInfo::Kind::Fork, ~uint64_t{0}, INT32_MAX, INT32_MIN, -1, ""},
                                 {TaskInfo::Kind::Exit, 5, 7, 0, 0, ""}};
  ByteWriter out;
  uint64_t previous_ns = 0;
  for (const TaskInfo& task : tasks) {
    put_task(task, previous_ns, out);
    previous_ns = task.time_ns;
  }
  std::vector<TaskInfo> back;
  ASSERT_EQ(parse_tasks(out.view(), 3, back), MetadataStatus::Ok);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back[i].kind, tasks[i].kind);
    EXPECT_EQ(back[i].time_ns, tasks[i].time_ns);
    EXPECT_EQ(back[i].tid, tasks[i].tid);
    EXPECT_EQ(back[i].pid, tasks[i].pid);
    EXPECT_EQ(back[i].parent_tid, tasks[i].parent_tid);
    EXPECT_EQ(back[i].comm, tasks[i].comm);
  }
}

TEST(Metadata, ListOfAnotherLengthIsReported) {
  ByteWriter out;
  put_task({TaskInfo::Kind::Snapshot, 0, 1, 1, 0, "init"}, 0, out);
  std::vector<TaskInfo> back;
  EXPECT_EQ(parse_tasks(out.view(), 0, back), MetadataStatus::BadCount);
  EXPECT_EQ(parse_tasks(out.view(), 2, back), MetadataStatus::Cut);
  EXPECT_EQ(parse_tasks(out.view(), ~uint32_t{0}, back), MetadataStatus::Cut);
}

TEST(Metadata, LossesComeBack) {
  ByteWriter out;
  put_loss({LossInfo::Kind::Unreadable, kUnknownCpu, 9, ~uint64_t{0}}, 0, out);
  put_loss({LossInfo::Kind::Overrun, 0, 8, 1}, 9, out);
  std::vector<LossInfo> back;
  ASSERT_EQ(parse_losses(out.view(), 2, back), MetadataStatus::Ok);
  EXPECT_EQ(back[0].kind, LossInfo::Kind::Unreadable);
  EXPECT_EQ(back[0].cpu, kUnknownCpu);
  EXPECT_EQ(back[0].count, ~uint64_t{0});
  EXPECT_EQ(back[1].cpu, 0u);
  EXPECT_EQ(back[1].time_ns, 8u);
}

TEST(Metadata, UnknownLossKindIsRefused) {
  std::vector<LossInfo> back;
  EXPECT_EQ(parse_losses(Bytes{4, 0, 0, 0}, 1, back), MetadataStatus::UnknownKind);
}

TEST(Metadata, AnchorsComeBack) {
  ByteWriter out;
  put_anchor({~uint64_t{0}, 1, 2}, 0, out);
  std::vector<ClockAnchor> back;
  ASSERT_EQ(parse_anchors(out.view(), 1, back), MetadataStatus::Ok);
  EXPECT_EQ(back[0].recording_ns, ~uint64_t{0});
  EXPECT_EQ(back[0].realtime_ns, 1u);
  EXPECT_EQ(back[0].perf_ns, 2u);
}

TEST(Metadata, EndComesBackAndHasItsSize) {
  ByteWriter out;
  put_end({1, 2, 3, true, false}, 4, out);
  EXPECT_EQ(out.size(), kEndPayloadBytes);
  EndSummary back;
  uint64_t index_offset = 0;
  ASSERT_EQ(parse_end(out.view(), back, index_offset), MetadataStatus::Ok);
  EXPECT_EQ(back.events, 1u);
  EXPECT_EQ(back.lost, 2u);
  EXPECT_EQ(back.hits, 3u);
  EXPECT_TRUE(back.hits_known);
  EXPECT_FALSE(back.hits_filtered);
  EXPECT_EQ(index_offset, 4u);
  EXPECT_EQ(parse_end(out.view().first(32), back, index_offset), MetadataStatus::Cut);
}

}  // namespace
}  // namespace uproar
