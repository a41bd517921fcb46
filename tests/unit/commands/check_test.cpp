// check of stored recordings that are whole, cut and damaged.
#include <gtest/gtest.h>

#include <fstream>

#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

class Check : public testing::Test {
 protected:
  static std::string sample(const std::string& name) {
    return UPROAR_SOURCE_DIR "/formats/recording/v1/" + name + ".upr";
  }
  std::string file(const std::string& name) const { return folder_.path(name); }

  // check prints this behind the line of the file, and ends with this status.
  static void expect_check(const std::string& path, const std::string& first, const std::string& rest,
                           int status) {
    Ran ran = run_in_process({"check", path});
    EXPECT_EQ(ran.out, "file      " + path + ", " + first + "\n" + rest);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(ran.status, status);
  }

  TemporaryFolder folder_;
};

TEST_F(Check, WholeRecording) {
  expect_check(sample("minimal"), "format 1, 630 bytes",
               "blocks    1 end, 1 event, 1 index, 1 records, 1 session\n"
               "events    2, 0 lost\n"
               "whole     yes\n",
               0);
}

TEST_F(Check, RecordingWithoutAnEnd) {
  expect_check(
      sample("killed"), "format 1, 3430 bytes",
      "blocks    2 anchors, 2 event, 1 losses, 9 records, 1 session, 2 tasks\n"
      "events    30, 8 lost\n"
      "no end    the last whole block ends at byte 3430: the recorder was killed or ran out of room, or "
      "still writes\n",
      1);
}

TEST_F(Check, TornBlock) {
  expect_check(
      sample("torn"), "format 1, 3268 bytes",
      "blocks    2 anchors, 2 event, 8 records, 1 session, 2 tasks\n"
      "events    28, 0 lost\n"
      "damaged   at byte 3198, 70 bytes: cut off inside a block\n"
      "no end    the last whole block ends at byte 3198: the recorder was killed or ran out of room, or "
      "still writes\n",
      1);
}

TEST_F(Check, DamagedBlock) {
  expect_check(sample("damaged"), "format 1, 3988 bytes",
               "blocks    2 anchors, 1 end, 2 event, 1 index, 1 losses, 8 records, 1 session, 2 tasks\n"
               "events    26, 8 lost\n"
               "damaged   at byte 929, 288 bytes: checksum of block does not match\n"
               "whole     no\n",
               1);
  Ran ran = run_in_process({"check", "--json", sample("damaged")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.out,
            "{\"file\":\"" + sample("damaged") +
                "\",\"whole\":false,\"complete\":true,\"format\":1,\"bytes\":3988,\"whole_bytes\":3988,"
                "\"blocks\":{\"anchors\":2,\"end\":1,\"event\":2,\"index\":1,\"losses\":1,\"records\":8,"
                "\"session\":1,\"tasks\":2},\"events\":26,\"lost\":8,\"damage\":[{\"offset\":929,"
                "\"bytes\":288,\"reason\":\"checksum of block does not match\"}]}\n");
}

TEST_F(Check, WhatIsNoRecording) {
  std::ofstream(file("text")) << "hello, this is a text";
  Ran ran = run_in_process({"check", file("text")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "uproar: error: " + file("text") +
                         " is not a recording\n  help: give a file that uproar record wrote\n");
}

}  // namespace
}  // namespace uproar
