#include "convert/perf_data/perf_data_session.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "convert/perf_data/perf_data_encode.h"

namespace uproar {
namespace {

constexpr std::string_view kFormat =
    "name: take\nID: 1234\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
    "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
    "\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n\n"
    "print fmt: \"(%lx)\", REC->__probe_ip\n";

PerfAttr attr(uint64_t config, std::vector<uint64_t> ids, const std::string& name = {}) {
  ByteWriter out;
  append_perf_attr({.config = config, .leads = true}, out);
  PerfAttr attr = *parse_perf_attr(out.view());
  attr.ids = std::move(ids);
  attr.name = name;
  return attr;
}

// A LOST record, whose tail names the event with this id.
std::vector<uint8_t> record_of(uint64_t id) {
  ByteWriter out;
  append_perf_lost({.pid = 1, .tid = 1, .time_ns = 5, .cpu = 0, .id = id}, 1, out);
  return {out.view().begin(), out.view().end()};
}

TEST(PerfDataSession, RecordsBelongToEventsByTheirIds) {
  PerfDataSession session;
  EXPECT_FALSE(session.event_of(record_of(7)));
  session.add_attr(attr(1234, {7, 8}));
  EXPECT_EQ(session.event_of(record_of(99)), 0u) << "there is only one";
  session.add_attr(attr(1235, {9}));
  EXPECT_EQ(session.event_of(record_of(8)), 0u);
  EXPECT_EQ(session.event_of(record_of(9)), 1u);
  EXPECT_EQ(session.event_of(record_of(0)), 0u) << "what perf made up";
  EXPECT_FALSE(session.event_of(record_of(99)));
}

TEST(PerfDataSession, NamesComeById) {
  PerfDataSession session;
  session.add_attr(attr(1234, {7}));
  session.add_attr(attr(1235, {9}));
  session.add_attr(attr(1236, {10}, "own:name"));
  session.features.events = {attr(0, {9}, "b:second"), attr(0, {7}, "a:first"), attr(0, {10}, "other:name")};
  session.take_names();
  EXPECT_EQ(session.attrs[0].name, "a:first");
  EXPECT_EQ(session.attrs[1].name, "b:second");
  EXPECT_EQ(session.attrs[2].name, "own:name") << "a name is not replaced";
}

TEST(PerfDataSession, SchemaIsThatOfTheFilesFormat) {
  PerfDataSession session;
  session.add_tracing_data(perf_tracing_data({{"app", std::string(kFormat)}}), 0);
  ASSERT_TRUE(session.damage.empty());
  session.add_attr(attr(1234, {7}));
  std::string fault;
  const EventInfo info = session.event_info(session.attrs[0], {}, fault);
  EXPECT_EQ(fault, "");
  EXPECT_EQ(info.schema.full_name(), "app:take");
  EXPECT_EQ(info.perf_ids, (std::vector<uint64_t>{7}));
  EXPECT_EQ(info.perf_attr, session.attrs[0].bytes);
}

TEST(PerfDataSession, MissingFormatsAreThisMachinesOrTold) {
  PerfDataSession session;
  session.add_attr(attr(1234, {7}, "app:take"));
  std::string fault;
  EventInfo info = session.event_info(session.attrs[0], {}, fault);
  EXPECT_EQ(fault, "the file has no format of event app:take (1234): its values are left out");
  EXPECT_EQ(info.schema.full_name(), "app:take");
  info = session.event_info(
      session.attrs[0],
      [](uint64_t) {
        return LocalFormat{"app", std::string(kFormat)};
      },
      fault);
  EXPECT_EQ(fault, "the file has no format of event 1234: that of this machine's app:take was taken");
  info = session.event_info(
      session.attrs[0],
      [](uint64_t) {
        return LocalFormat{"app", "name: nonsense\n"};
      },
      fault);
  EXPECT_NE(fault.find("makes no sense"), std::string::npos) << fault;
}

TEST(PerfDataSession, BuildIdsByPathAlsoOfLaterRecords) {
  PerfDataSession session;
  session.features.build_ids = {{-1, "/bin/a", "aa"}};
  EXPECT_EQ(session.build_id_of("/bin/a"), "aa");
  EXPECT_EQ(session.build_id_of("/bin/b"), "");
  session.features.build_ids.push_back({-1, "/bin/b", "bb"});
  EXPECT_EQ(session.build_id_of("/bin/b"), "bb");
}

TEST(PerfDataSession, FeatureThatIsCutIsDamage) {
  PerfDataSession session;
  session.add_feature(static_cast<unsigned>(PerfFeature::Hostname), std::vector<uint8_t>{100, 0, 0, 0}, 77);
  ASSERT_EQ(session.damage.size(), 1u);
  EXPECT_EQ(session.damage[0].offset, 77u);
  EXPECT_EQ(session.damage[0].reason, "feature 3 of the file is cut off");
}

}  // namespace
}  // namespace uproar
