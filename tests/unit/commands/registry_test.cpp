#include "commands/registry.h"

#include <gtest/gtest.h>

#include "support/in_process.h"

namespace uproar {
namespace {

TEST(Registry, EveryCommandHasHelpWithAnExample) {
  for (const CommandEntry& entry : registry()) {
    Ran ran = run_in_process({entry.name, "--help"});
    EXPECT_EQ(ran.status, kDone) << entry.name;
    EXPECT_NE(ran.out.find("Example:\n  uproar " + std::string(entry.name)), std::string::npos) << ran.out;
    EXPECT_EQ(ran.err, "") << entry.name;
  }
}

TEST(Registry, NoCommandIsAUsageError) {
  Ran ran = run_in_process({});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err, "uproar: error: A subcommand is required\n  help: uproar --help shows what it takes\n");
}

TEST(Registry, UnknownCommandIsAUsageError) {
  Ran ran = run_in_process({"recrd", "-e", "x"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err, "uproar: error: there is no command 'recrd'\n  help: did you mean 'uproar record'?\n");
  EXPECT_EQ(run_in_process({"frobnicate"}).err,
            "uproar: error: there is no command 'frobnicate'\n  help: uproar --help lists the commands\n");
  EXPECT_EQ(run_in_process({"script", "--frobnicate"}).status, kUsage);
}

TEST(Registry, ControlCharactersOfTheUsersWordsAreMadeVisible) {
  Ran ran = run_in_process({"fro\x1b[31m\nnicate"});
  EXPECT_EQ(ran.err,
            "uproar: error: there is no command 'fro\\e[31m\\nnicate'\n  help: uproar --help lists the "
            "commands\n");
}

TEST(Registry, VersionIsPrinted) {
  Ran ran = run_in_process({"--version"});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_EQ(ran.out.rfind("uproar ", 0), 0u);
}

TEST(Registry, MissingRecordingIsAFailureWithARemedy) {
  Ran ran = run_in_process({"script", "/nonexistent/file.upr"});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_NE(ran.err.find("/nonexistent/file.upr"), std::string::npos);
}

}  // namespace
}  // namespace uproar
