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

LocalFormat format_of_here() {
  return {"app", std::string(kFormat), "here", "6.1.0"};
}

TEST(PerfDataSession, MissingFormatsAreTold) {
  PerfDataSession session;
  session.add_attr(attr(1234, {7}, "app:take"));
  std::string fault;
  const EventInfo info = session.event_info(session.attrs[0], {}, fault);
  EXPECT_EQ(fault, "the file has no format of event app:take (1234): its values are left out");
  EXPECT_EQ(info.schema.full_name(), "app:take");
  EXPECT_TRUE(info.schema.fields.empty());
}

TEST(PerfDataSession, MissingFormatsAreThisMachinesIfHostKernelAndNameAreItsOwn) {
  struct Case {
    std::string host, kernel, name;
    bool taken;
  };
  const Case cases[] = {
      {"here", "6.1.0", "app:take", true},
      {"here", "6.1.0", "app:take:u", true},
      {"", "", "", false},
      {"phone", "6.1.0", "app:take", false},
      {"here", "4.14.1", "app:take", false},
      {"here", "6.1.0", "sched:sched_switch", false},
      {"here", "6.1.0", "", false},
      {"here", "6.1.0", "app:take2", false},
  };
  for (const Case& one : cases) {
    PerfDataSession session;
    session.features.host = one.host;
    session.features.kernel = one.kernel;
    session.add_attr(attr(1234, {7}, one.name));
    std::string fault;
    const EventInfo info = session.event_info(
        session.attrs[0], [](uint64_t) { return format_of_here(); }, fault);
    EXPECT_EQ(fault.ends_with("that of this machine's app:take was taken"), one.taken) << fault;
    EXPECT_EQ(info.schema.has_ip, one.taken) << one.host << one.kernel << one.name;
    if (one.name.empty()) {
      EXPECT_EQ(info.schema.full_name(), "tracepoint_1234");
    }
  }
}

TEST(PerfDataSession, EventsWithoutANameHaveTheirKinds) {
  PerfDataSession session;
  PerfAttr unnamed;
  const auto name = [&](uint32_t type, uint64_t config) {
    unnamed.type = type;
    unnamed.config = config;
    std::string fault;
    return session.event_info(unnamed, {}, fault).schema.full_name();
  };
  EXPECT_EQ(name(0, 0), "cycles");
  EXPECT_EQ(name(0, 10), "event_0_a");
  EXPECT_EQ(name(1, 10), "bpf-output");
  EXPECT_EQ(name(4, 0x1c2), "r1c2");
  EXPECT_EQ(name(9, 0x300), "event_9_300");
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
