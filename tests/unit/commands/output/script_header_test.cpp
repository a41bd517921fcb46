#include "commands/output/script_header.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "support/recordings.h"

namespace uproar {
namespace {

std::string header_of(const SessionInfo& session, bool full = false, Escape escape = Escape::None) {
  const auto bytes = test::write_recording([&](RecordingWriter& writer) {
    (void)writer.write_session(session);
    (void)writer.finish({});
  });
  return header_text(*test::open_bytes(bytes), full, escape);
}

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST(ScriptHeader, WhatIsNotKnownIsLeftOut) {
  EXPECT_EQ(header_of({}), "# ========\n# ========\n#\n");
}

TEST(ScriptHeader, NamesAreThoseOfPerf) {
  SessionInfo session;
  session.host = "db-7";
  session.kernel = "6.1.0";
  session.machine = "x86_64";
  session.version = "0.1.0";
  session.cpus = 8;
  session.cpus_online = 4;
  session.cpu_description = "A CPU";
  session.memory_kb = 1024;
  session.command = "uproar record -e 'a b'";
  EXPECT_EQ(header_of(session),
            "# ========\n# hostname : db-7\n# os release : 6.1.0\n# perf version : uproar 0.1.0\n"
            "# arch : x86_64\n# nrcpus online : 4\n# nrcpus avail : 8\n# cpudesc : A CPU\n"
            "# total memory : 1024 kB\n# cmdline : uproar record -e 'a b' \n# ========\n#\n");
}

TEST(ScriptHeader, VersionOfPerfStandsWithoutItsName) {
  SessionInfo session;
  session.version = "0.1.0";
  session.tool = "perf 6.1.192";
  EXPECT_TRUE(has_line(header_of(session), "# perf version : 6.1.192"));
  session.tool = "trace-cmd 3.1";
  EXPECT_TRUE(has_line(header_of(session), "# perf version : trace-cmd 3.1"));
}

TEST(ScriptHeader, WordsOfTheCommandLineComeFirst) {
  SessionInfo session;
  session.command = "not this";
  session.arguments = {"perf", "record", "-a"};
  EXPECT_TRUE(has_line(header_of(session), "# cmdline : perf record -a "));
}

// One line each, and no control byte on a terminal.
TEST(ScriptHeader, HostileNamesStayOnTheirLine) {
  SessionInfo session;
  session.host = "a\n# arch : fake\x1b[2J";
  EXPECT_TRUE(has_line(header_of(session), "# hostname : a\\n# arch : fake\x1b[2J"));
  EXPECT_TRUE(has_line(header_of(session, false, Escape::Terminal), "# hostname : a\\n# arch : fake\\e[2J"));
}

TEST(ScriptHeader, WholeHeaderOfARecording) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  auto reader = RecordingReader::open(UPROAR_SOURCE_DIR "/formats/recording/v1/typical.upr");
  ASSERT_TRUE(reader.ok());
  const std::string brief = header_text(**reader, false, Escape::None);
  EXPECT_TRUE(has_line(brief, "# captured on    : Tue Nov 14 22:13:20 2023")) << brief;
  EXPECT_TRUE(has_line(brief, "# event : name = uprobes:hit")) << brief;
  EXPECT_TRUE(has_line(brief, "# time of first sample : 0.000001")) << brief;
  EXPECT_TRUE(has_line(brief, "# sample duration :      0.000 ms")) << brief;
  EXPECT_FALSE(has_line(brief, "# clock : mono"));
  const std::string full = header_text(**reader, true, Escape::None);
  EXPECT_TRUE(has_line(full, "# event : name = uprobes:hit, definition = p:hit /bin/a:0x10 n=%di:s32"))
      << full;
  EXPECT_TRUE(has_line(full, "# recorded via : tracefs"));
  EXPECT_TRUE(has_line(full, "# clock : mono"));
  EXPECT_TRUE(has_line(full, "# events lost : 8"));
}

}  // namespace
}  // namespace uproar
