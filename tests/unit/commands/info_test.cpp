// info: what is in a recording, and how much of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

std::string sample(const std::string& name) {
  return UPROAR_SOURCE_DIR "/formats/recording/v1/" + name + ".upr";
}

nlohmann::json info(const std::string& path) {
  return nlohmann::json::parse(run_in_process({"info", "--json", path}).out);
}

TEST(Info, DamageAndLossesAreTold) {
  Ran ran = run_in_process({"info", "--json", sample("damaged")});
  EXPECT_EQ(ran.status, 1);
  auto about = nlohmann::json::parse(ran.out);
  EXPECT_EQ(about["events"], 26);
  EXPECT_EQ(about["damage"].size(), 1u);
  EXPECT_EQ(about["lost_by"],
            nlohmann::json::parse(R"({"overrun":7,"dropped":0,"no_counter":1,"unreadable":0,"removed":0})"));
  EXPECT_EQ(info(sample("killed"))["complete"], false);
  EXPECT_EQ(info(sample("killed"))["hits"], nullptr);
}

TEST(Info, JsonHoldsWhatScriptsRelyOn) {
  const auto about = info(sample("typical"));
  EXPECT_EQ(about["events"], 30);
  EXPECT_EQ(about["lost"], 8);
  EXPECT_EQ(about["hits"], 38);
  EXPECT_EQ(about["cpus"], nlohmann::json::parse("[0,1,2]"));
  EXPECT_EQ(about["bytes"], std::filesystem::file_size(sample("typical")));
  EXPECT_EQ(about["first"], 1e-06);
  EXPECT_EQ(about["last"], 1.29e-06);
  EXPECT_EQ(about["complete"], true);
  EXPECT_EQ(about["host"], "db-7");
  EXPECT_EQ(about["kernel"], "6.1.0-18-amd64");
  EXPECT_EQ(about["command"], "uproar record -e hit -e done");
  EXPECT_EQ(about["via"], "tracefs");
  EXPECT_EQ(about["definitions"].size(), 2u);
  EXPECT_EQ(about["by_event"], nlohmann::json::parse(R"({"uprobes:hit":15,"uprobes:done":15})"));
  EXPECT_EQ(about["losses"][0]["cpu"], 2);
  EXPECT_EQ(about["losses"][1]["cpu"], nullptr) << "the CPU is not known";
}

TEST(Info, TextTellsTheSame) {
  const Ran ran = run_in_process({"info", sample("typical")});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_EQ(ran.out.find("file        " + sample("typical") + ", 3.9 KiB\n"), 0u) << ran.out;
  for (const std::string line :
       {"recorded    2023-11-14 22:13:20.000000 UTC\n", "on          db-7, Linux 6.1.0-18-amd64 x86_64\n",
        "by          uproar record -e hit -e done\n", "via         tracefs, clock mono\n",
        "events      30, 8 lost, 38 hits (before the choice of tasks, CPUs and filters)\n",
        "                      15 uprobes:hit\n", "                         p:hit /bin/a:0x10 n=%di:s32\n",
        "lost        7 overwritten before they were read\n",
        "lost        1 hit, but too long for the ring buffer\n"}) {
    EXPECT_NE(ran.out.find("\n" + line), std::string::npos) << line << ran.out;
  }
}

TEST(Info, RecordingWithoutAnEndIsNoFailure) {
  const Ran ran = run_in_process({"info", sample("killed")});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_NE(ran.out.find(", without an end\n"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find(" hits"), std::string::npos) << "nobody counted them";
  EXPECT_EQ(ran.err,
            "uproar: warning: the recording has no end: its recorder was killed or ran out of room, or still "
            "writes\n");
}

TEST(Info, MissingAndForeignFilesAreRefused) {
  const TemporaryFolder folder;
  const Ran missing = run_in_process({"info", folder.path("none.upr")});
  EXPECT_EQ(missing.status, kFailed);
  EXPECT_EQ(missing.err.find("uproar: error: "), 0u);
  EXPECT_NE(missing.err.find("none.upr"), std::string::npos);
  const Ran foreign = run_in_process({"info", "--json", folder.put("text", "no recording")});
  EXPECT_EQ(foreign.status, kFailed);
  EXPECT_EQ(foreign.out, "");
  EXPECT_EQ(foreign.err, "uproar: error: " + folder.path("text") +
                             " is not a recording\n  help: give a file that uproar record wrote\n");
}

}  // namespace
}  // namespace uproar
