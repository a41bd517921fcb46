// The options of script on a stored recording, whole outputs.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "recording/writer.h"
#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

constexpr const char* kGolden = UPROAR_SOURCE_DIR "/tests/golden/bash-readline.upr";

Ran script(std::vector<std::string> options) {
  options.insert(options.begin(), "script");
  options.push_back(kGolden);
  return run_in_process(options);
}

std::string printed(const std::vector<std::string>& options) {
  const Ran ran = script(options);
  EXPECT_EQ(ran.status, kDone) << ran.err;
  return ran.out;
}

TEST(Script, FieldsAndTimes) {
  EXPECT_EQ(printed({"-F", "tid,comm,time"}),
            "            bash  1850  5779.799266: \n"
            "            bash  1850  5780.001361: \n"
            "            bash  1850  5780.204799: \n"
            "            bash  1850  5780.408541: \n");
  EXPECT_EQ(printed({"-F", "-comm", "-F", "-cpu,-event,-trace", "--deltatime", "--ns"}),
            " 1850     0.000000000: \n"
            " 1850     0.202095481: \n"
            " 1850     0.203437906: \n"
            " 1850     0.203742402: \n");
  EXPECT_EQ(printed({"-F", "time", "--reltime"}),
            "    0.000000: \n"
            "    0.202095: \n"
            "    0.405533: \n"
            "    0.609275: \n");
}

TEST(Script, ChosenEvents) {
  EXPECT_EQ(printed({"--filter", "cmd ~ \"ls*\"", "-F", "trace"}),
            "(55ae7d3c6c20 <- 55ae7d332fe2) cmd=\"ls /tmp >/dev/null\"\n");
  EXPECT_EQ(printed({"-e", "uprobes:Bash*", "-S", "readline", "--time", "50%/2", "-F", "trace"}),
            "(55ae7d3c6c20 <- 55ae7d332fe2) cmd=\"echo \"two words\"\"\n"
            "(55ae7d3c6c20 <- 55ae7d332fe2) cmd=\"exit\"\n");
  EXPECT_EQ(printed({"--comms", "zsh"}), "");
  EXPECT_EQ(printed({"--tid", "1,2"}), "");
}

TEST(Script, NonsenseIsUsage) {
  const Ran filter = script({"--filter", "cmd = \"a\""});
  EXPECT_EQ(filter.status, kUsage);
  EXPECT_EQ(filter.out, "");
  EXPECT_EQ(filter.err,
            "uproar: error: there is no comparison =\n"
            "  cmd = \"a\"\n"
            "      ^\n"
            "  help: write ==\n");
  const Ran field = script({"-F", "comm,+tid"});
  EXPECT_EQ(field.status, kUsage);
  EXPECT_EQ(field.err,
            "uproar: error: Cannot mix +-field with overridden fields\n"
            "  help: give all fields, or only +field and -field\n");
  EXPECT_EQ(script({"--time", "5"}).status, kUsage);
  EXPECT_EQ(script({"--pid", "x"}).status, kUsage);
  EXPECT_EQ(script({"-C", "x"}).status, kUsage);
  EXPECT_EQ(script({"-e", "nothing*"}).status, kUsage);
  EXPECT_EQ(script({"--reltime", "--deltatime"}).status, kUsage);
}

TEST(Script, StylesOfEventsOnlyTakeNoOtherLines) {
  const Ran ran = script({"--style", "csv", "--show-task-events"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err,
            "uproar: error: the style 'csv' has lines of events only\n"
            "  help: leave --show-… out, or print another style\n");
  EXPECT_EQ(script({"--style", "json"}).out, script({"--json"}).out);
  EXPECT_EQ(printed({"--style", "csv", "--reltime", "--time", "50%/2"}).substr(0, 83),
            "time,comm,pid,tid,cpu,event,ip,ret_ip,symbol,faults,cut,base64,args.cmd\n0.000000000");
}

TEST(Script, HeaderOnly) {
  // The date is that of the local zone, the command line is long.
  const std::string text = printed({"--header-only"});
  const size_t host = text.find("# hostname");
  const size_t command = text.find("# cmdline");
  const size_t event = text.find("# event");
  ASSERT_NE(event, std::string::npos);
  EXPECT_EQ(text.substr(0, text.find(" : ")), "# ========\n# captured on   ");
  EXPECT_EQ(text.substr(host, command - host),
            "# hostname : vm\n"
            "# os release : 6.18.44-fc-v445\n"
            "# perf version : uproar 0.1.0\n"
            "# arch : x86_64\n"
            "# nrcpus avail : 2\n");
  EXPECT_EQ(text.substr(event),
            "# event : name = uprobes:BashReadline\n"
            "# time of first sample : 5779.799266\n"
            "# time of last sample : 5780.408541\n"
            "# sample duration :    609.276 ms\n"
            "# ========\n"
            "#\n");
  EXPECT_NE(printed({"--header-only", "-I"})
                .find("# event : name = uprobes:BashReadline, definition = r:BashReadline bash:readline "
                      "cmd=+0($retval):string\n"),
            std::string::npos);
}

// A recording in a folder of its own.
class GrowingFile : public testing::Test {
 protected:
  GrowingFile() {
    Fd fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    writer_ = std::move(*RecordingWriter::create(std::move(fd), path_));
    EventInfo event;
    event.schema.group = "g";
    event.schema.name = "e";
    EXPECT_TRUE(writer_->write_session({}).ok());
    EXPECT_TRUE(writer_->add_event(event).ok());
  }

  void add(uint64_t seconds, uint32_t cpu = 0) {
    const uint8_t record[16] = {1, 0, 0, 0, 7, 0, 0, 0, 0x10};
    EXPECT_TRUE(writer_->add_record(cpu, seconds * 1'000'000'000, 0, record).ok());
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.path("growing.upr");
  std::unique_ptr<RecordingWriter> writer_;
};

TEST_F(GrowingFile, FollowedToItsEnd) {
  add(1);
  ASSERT_TRUE(writer_->flush().ok());
  Ran ran;
  std::thread reader([&] { ran = run_in_process({"script", "--follow", "-F", "cpu,time,trace", path_}); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  add(3);
  // Later in the file, but earlier in time: it is printed when it comes.
  add(2, 1);
  ASSERT_TRUE(writer_->flush().ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  add(4);
  ASSERT_TRUE(writer_->finish({}).ok());
  reader.join();
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(ran.out,
            "[000]     1.000000: (10)\n"
            "[001]     2.000000: (10)\n"
            "[000]     3.000000: (10)\n"
            "[000]     4.000000: (10)\n");
}

// The file with a limit is replaced again and again by a shorter one; what is printed is all there was, once.
TEST_F(GrowingFile, FollowedWhileItsOldestRecordsGo) {
  auto limited =
      RecordingWriter::create(Fd(::open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600)),
                              path_, {.block_bytes = 4096, .max_bytes = 64 << 10});
  ASSERT_TRUE(limited.ok());
  writer_ = std::move(*limited);
  ASSERT_TRUE(writer_->write_session({}).ok());
  EventInfo event;
  event.schema.group = "g";
  event.schema.name = "e";
  ASSERT_TRUE(writer_->add_event(event).ok());
  std::string expected;
  uint32_t noise = 1;
  const auto add_some = [&](uint64_t second) {
    for (uint64_t i = 0; i < 40; ++i) {
      uint8_t record[416] = {1, 0, 0, 0, 7, 0, 0, 0, 0x10};
      for (size_t at = 16; at < sizeof record; ++at)
        record[at] = static_cast<uint8_t>((noise = noise * 1664525 + 1013904223) >> 24);
      EXPECT_TRUE(writer_->add_record(i % 2, (second * 1000 + i) * 1'000'000, 0, record).ok());
      expected += std::to_string(second) + ".0" + (i < 10 ? "0" : "") + std::to_string(i) + "000\n";
    }
    EXPECT_TRUE(writer_->flush().ok());
  };
  add_some(10);
  Ran ran;
  std::thread reader([&] { ran = run_in_process({"script", "--follow", "-F", "time", path_}); });
  for (uint64_t second = 11; second < 36; ++second) {
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    add_some(second);
  }
  ASSERT_TRUE(writer_->finish({}).ok());
  reader.join();
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_GT(writer_->records_removed(), 500u);
  std::string printed;
  for (char c : ran.out) {
    if (c != ' ' && !(c == ':')) printed += c;
  }
  EXPECT_EQ(printed, expected);
}

TEST_F(GrowingFile, OnlyFilesCanBeFollowed) {
  add(1);
  ASSERT_TRUE(writer_->finish({}).ok());
  const Ran ran = run_in_process({"script", "--follow", "--time", "10%", path_});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.err,
            "uproar: error: a part of a recording that still grows is not known\n"
            "  help: give --time in seconds\n");
}

}  // namespace
}  // namespace uproar
