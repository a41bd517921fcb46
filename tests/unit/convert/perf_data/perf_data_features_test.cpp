#include "convert/perf_data/perf_data_features.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "convert/perf_data/perf_data_encode.h"
#include "convert/perf_data/perf_data_header.h"

namespace uproar {
namespace {

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

}  // namespace
}  // namespace uproar
