// add as far as it comes before the kernel: every line is understood before the first one is defined.
#include <gtest/gtest.h>

#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

void expect_failure(const std::vector<std::string>& words, int status, const std::string& error) {
  std::vector<std::string> all{"add"};
  all.insert(all.end(), words.begin(), words.end());
  const Ran ran = run_in_process(all);
  EXPECT_EQ(ran.status, status);
  EXPECT_EQ(ran.out, "") << "nothing is defined";
  EXPECT_EQ(ran.err, "uproar: error: " + error);
}

TEST(Add, NothingToAddIsAUsageError) {
  expect_failure({}, kUsage, "nothing to add\n  help: give a definition, or a file of them with -f\n");
}

TEST(Add, EmptyDefinition) {
  expect_failure({""}, kFailed, "the definition is empty\n  help: give PATH:SITE, such as bash:readline\n");
}

TEST(Add, FaultIsUnderlinedInTheUsersText) {
  expect_failure({"p:1x bash:readline"}, kFailed,
                 "the event's name may hold only letters, digits and '_', and no digit first\n"
                 "  p:1x bash:readline\n    ^~\n  help: write _1x\n");
}

TEST(Add, MissingFile) {
  const TemporaryFolder folder;
  expect_failure({"-f", folder.path("none")}, kFailed,
                 "cannot open " + folder.path("none") + ": No such file or directory\n");
}

TEST(Add, LineOfTheFileIsToldWithComments) {
  const TemporaryFolder folder;
  const std::string file = folder.put("probes", "# mine\n\np:x /nowhere/prog:main\n");
  expect_failure({"-f", file}, kFailed,
                 file + ":3: no such file: /nowhere/prog\n  p:x /nowhere/prog:main\n      ^~~~~~~~~~~~~\n");
}

TEST(Add, LastFaultyLineKeepsTheFirstFromBeingDefined) {
  const TemporaryFolder folder;
  const std::string file = folder.put("probes", "-:uproar_test/none\np:x /nowhere/prog:main");
  expect_failure({"-f", file}, kFailed,
                 file + ":2: no such file: /nowhere/prog\n  p:x /nowhere/prog:main\n      ^~~~~~~~~~~~~\n");
}

TEST(Add, WordsOfTheCommandLineComeBeforeTheFile) {
  const TemporaryFolder folder;
  const std::string file = folder.put("probes", "p:y /nowhere/other:main\n");
  expect_failure({"p:x /nowhere/prog:main", "-f", file}, kFailed,
                 "no such file: /nowhere/prog\n  p:x /nowhere/prog:main\n      ^~~~~~~~~~~~~\n");
}

}  // namespace
}  // namespace uproar
