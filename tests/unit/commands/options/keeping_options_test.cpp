#include "commands/options/keeping_options.h"

#include <gtest/gtest.h>

#include "support/in_process.h"

namespace uproar {
namespace {

void expect_usage(std::vector<std::string> options, const std::string& error) {
  std::vector<std::string> all{"record", "-e", "p:x /nowhere:x"};
  all.insert(all.end(), options.begin(), options.end());
  Ran ran = run_in_process(all);
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.err, error);
  EXPECT_EQ(ran.out, "");
}

TEST(KeepingOptions, SizesThatAreNone) {
  for (const std::string size : {"0", "x", "63K", "-1"}) {
    expect_usage(
        {"--max-size", size},
        "uproar: error: '" + size + "' is no size for --max-size\n  help: write 64K or more: 100M, 2G\n");
    expect_usage({"--snapshot=" + size},
                 "uproar: error: '" + size +
                     "' is no size for --snapshot\n  help: write 64K or more: --snapshot=16M\n");
  }
}

TEST(KeepingOptions, WhatCannotBe) {
  const std::string pipe =
      "uproar: error: --max-size needs a file: what a pipe was given cannot be taken back\n"
      "  help: give one with -o FILE\n";
  expect_usage({"--max-size", "1M", "-o", "-"}, pipe);
  expect_usage({"--max-size", "1M", "-o", "/dev/null"}, pipe);
  expect_usage({"--max-size", "1M", "--snapshot"},
               "uproar: error: --max-size and --snapshot exclude each other\n"
               "  help: --snapshot=SIZE keeps so much in memory, --max-size SIZE in the file\n");
  expect_usage({"--snapshot-at", "x", "-o", "-"},
               "uproar: error: --snapshot needs a file to write to\n  help: give one with -o FILE\n");
  Ran ran = run_in_process({"record", "--from", "/dev/null", "--snapshot"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.err,
            "uproar: error: --snapshot takes events of this machine only\n  help: leave --from out\n");
}

TEST(KeepingOptions, Defaults) {
  KeepingOptions options;
  ASSERT_TRUE(options.check("/nowhere/out.upr", "").ok());
  EXPECT_EQ(options.writer().fsync, FsyncPolicy::End);
  EXPECT_EQ(options.writer().max_bytes, 0u);
  EXPECT_EQ(options.snapshot_bytes(), 0u);
  EXPECT_EQ(options.flush_ns(), 600'000'000u);
  ASSERT_TRUE(options.check("-", "").ok());
  EXPECT_EQ(options.flush_ns(), 200'000'000u);
}

TEST(KeepingOptions, BlocksAreSmallerWhereThereAreManyCpus) {
  EXPECT_EQ(RecordingWriter::block_bytes_for(0), size_t{512} << 10);
  EXPECT_EQ(RecordingWriter::block_bytes_for(32), size_t{256} << 10);
  EXPECT_EQ(RecordingWriter::block_bytes_for(128), size_t{64} << 10);
  EXPECT_EQ(RecordingWriter::block_bytes_for(2048), size_t{4} << 10);
  EXPECT_EQ(RecordingWriter::block_bytes_for(65536), size_t{4} << 10);
}

}  // namespace
}  // namespace uproar
