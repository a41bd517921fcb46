#include "commands/registry.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

namespace uproar {
namespace {

struct Ran {
  int status;
  std::string out;
  std::string err;
};

std::string drained(std::FILE* file) {
  std::rewind(file);
  std::string text;
  char buffer[4096];
  for (size_t got; (got = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, got);
  std::fclose(file);
  return text;
}

Ran run(const std::vector<std::string>& arguments) {
  std::FILE* out = std::tmpfile();
  std::FILE* err = std::tmpfile();
  int status;
  {
    Console console(::fileno(out), ::fileno(err));
    status = run_command_line(arguments, console);
  }
  return {status, drained(out), drained(err)};
}

TEST(Registry, EveryCommandHasHelpWithAnExample) {
  for (const CommandEntry& entry : registry()) {
    Ran ran = run({entry.name, "--help"});
    EXPECT_EQ(ran.status, kDone) << entry.name;
    EXPECT_NE(ran.out.find("Example:\n  uproar " + std::string(entry.name)), std::string::npos) << ran.out;
    EXPECT_EQ(ran.err, "") << entry.name;
  }
}

TEST(Registry, NoCommandIsAUsageError) {
  Ran ran = run({});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err, "uproar: error: A subcommand is required\n  help: uproar --help shows what it takes\n");
}

TEST(Registry, UnknownCommandIsAUsageError) {
  EXPECT_EQ(run({"frobnicate"}).status, kUsage);
  EXPECT_EQ(run({"script", "--frobnicate"}).status, kUsage);
}

TEST(Registry, RecordWithoutEventsIsAUsageError) {
  Ran ran = run({"record"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err,
            "uproar: error: nothing to record\n  help: name events with -e, or trace text with --from\n");
}

TEST(Registry, FilterMustFollowItsEvent) {
  Ran ran = run({"record", "--filter", "a > 1", "-e", "bash:readline"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err,
            "uproar: error: a --filter stands before every -e\n  help: put each --filter behind the -e it is "
            "for\n");
}

TEST(Registry, UnknownOptionOfRecordIsNotTakenForACommand) {
  Ran ran = run({"record", "-e", "bash:readline", "--frobnicate"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(
      ran.err,
      "uproar: error: there is no option --frobnicate\n  help: uproar record --help shows what there is\n");
}

TEST(Registry, VersionIsPrinted) {
  Ran ran = run({"--version"});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_EQ(ran.out.rfind("uproar ", 0), 0u);
}

TEST(Registry, MissingRecordingIsAFailureWithARemedy) {
  Ran ran = run({"script", "/nonexistent/file.upr"});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_NE(ran.err.find("/nonexistent/file.upr"), std::string::npos);
}

}  // namespace
}  // namespace uproar
