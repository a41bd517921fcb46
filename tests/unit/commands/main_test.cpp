// The program itself: its words, its two outputs and its status.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

struct Ended {
  int status;
  std::string out, err;
};

Ended program(const std::string& words) {
  const TemporaryFolder folder;
  const int ended = std::system(
      ("'" UPROAR_PROGRAM "' " + words + " >'" + folder.path("out") + "' 2>'" + folder.path("err") + "'")
          .c_str());
  return {WIFEXITED(ended) ? WEXITSTATUS(ended) : -1, folder.get("out"), folder.get("err")};
}

TEST(Main, ResultsGoToStandardOutput) {
  const Ended ended = program("--version");
  EXPECT_EQ(ended.status, 0);
  EXPECT_TRUE(ended.out.starts_with("uproar ")) << ended.out;
  EXPECT_EQ(ended.err, "");
}

TEST(Main, ErrorsGoToStandardErrorAndIntoTheStatus) {
  const Ended usage = program("frobnicate");
  EXPECT_EQ(usage.status, 2);
  EXPECT_EQ(usage.out, "");
  EXPECT_EQ(usage.err,
            "uproar: error: there is no command 'frobnicate'\n  help: uproar --help lists the commands\n");
  EXPECT_EQ(program("info /nonexistent/a.upr").status, 1);
}

TEST(Main, FullDiskIsAFailure) {
  const Ended ended = program("--help >/dev/full 2>/dev/null #");
  EXPECT_NE(ended.status, 0);
}

}  // namespace
}  // namespace uproar
