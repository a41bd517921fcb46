// repair of stored recordings that are cut and damaged.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "commands/options/units.h"
#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

class Repair : public testing::Test {
 protected:
  static std::string sample(const std::string& name) {
    return UPROAR_SOURCE_DIR "/formats/recording/v1/" + name + ".upr";
  }
  std::string file(const std::string& name) const { return folder_.path(name); }
  static std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static nlohmann::json info(const std::string& path) {
    return nlohmann::json::parse(run_in_process({"info", "--json", path}).out);
  }

  TemporaryFolder folder_;
};

TEST_F(Repair, SavedRecordingIsWholeAndSaysWhatIsMissing) {
  const std::string before = content(sample("damaged"));
  Ran ran = run_in_process({"repair", sample("damaged"), file("saved.upr")});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err,
            "uproar: damaged at byte 929: checksum of block does not match\n"
            "uproar: 26 events saved, 4 events lost by the damage, " +
                format_bytes(fs::file_size(file("saved.upr"))) + " in " + file("saved.upr") + "\n");
  EXPECT_EQ(content(sample("damaged")), before);
  EXPECT_EQ(run_in_process({"check", file("saved.upr")}).status, 0);
  auto about = info(file("saved.upr"));
  EXPECT_EQ(about["complete"], true);
  EXPECT_EQ(about["events"], 26);
  EXPECT_EQ(about["lost"], 12);
  EXPECT_EQ(about["hits"], 38);
  EXPECT_EQ(about["lost_by"]["unreadable"], 4);
  EXPECT_EQ(run_in_process({"script", "-q", file("saved.upr")}).out,
            run_in_process({"script", "-q", sample("damaged")}).out);
}

TEST_F(Repair, WithoutAnEndItGetsOne) {
  Ran ran = run_in_process({"repair", sample("torn"), file("saved.upr")});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err,
            "uproar: damaged at byte 3198: cut off inside a block\n"
            "uproar: the recording has no end: what its recorder had not written is missing\n"
            "uproar: 28 events saved, 2 events lost by the damage, " +
                format_bytes(fs::file_size(file("saved.upr"))) + " in " + file("saved.upr") + "\n");
  EXPECT_EQ(info(file("saved.upr"))["complete"], true);
}

TEST_F(Repair, OntoItselfIsRefused) {
  fs::copy(sample("damaged"), file("a.upr"));
  fs::create_symlink("a.upr", file("b.upr"));
  Ran ran = run_in_process({"repair", file("a.upr"), file("b.upr")});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.err, "uproar: error: IN and OUT are the same file\n  help: give OUT another name\n");
  EXPECT_EQ(content(file("a.upr")), content(sample("damaged")));
}

TEST_F(Repair, WholeRecordingIsCopiedAndSaidToBeWhole) {
  const Ran ran = run_in_process({"repair", sample("minimal"), file("saved.upr")});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_TRUE(ran.err.starts_with(
      "uproar: nothing is damaged\nuproar: 2 events saved, 0 events lost by the damage, "))
      << ran.err;
  EXPECT_EQ(run_in_process({"script", file("saved.upr")}).out,
            run_in_process({"script", sample("minimal")}).out);
}

TEST_F(Repair, QuietSaysNothing) {
  const Ran ran = run_in_process({"repair", "-q", sample("torn"), file("saved.upr")});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_EQ(ran.out + ran.err, "");
}

TEST_F(Repair, WhatIsNoRecordingLeavesNothingBehind) {
  std::ofstream(file("text")) << "hello, this is a text";
  const Ran ran = run_in_process({"repair", file("text"), file("saved.upr")});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.err, "uproar: error: " + file("text") +
                         " is not a recording\n  help: give a file that uproar record wrote\n");
  EXPECT_FALSE(fs::exists(file("saved.upr")));
}

TEST_F(Repair, BothFilesAreAskedFor) {
  EXPECT_EQ(run_in_process({"repair"}).status, kUsage);
  EXPECT_EQ(run_in_process({"repair", sample("torn")}).err,
            "uproar: error: OUT is required\n  help: uproar repair --help shows what it takes\n");
}

}  // namespace
}  // namespace uproar
