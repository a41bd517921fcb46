#include "capture/child_command.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

int status_of(ChildCommand& child) {
  int status;
  while ((status = child.try_wait()) < 0) ::usleep(1000);
  return status;
}

TEST(ChildCommand, RunsNothingBeforeItIsReleased) {
  const TemporaryFolder folder;
  const std::string file = folder.path("touched");
  auto child = ChildCommand::start({"touch", file});
  ASSERT_TRUE(child.ok());
  ::usleep(50000);
  EXPECT_FALSE(folder.holds("touched"));
  ASSERT_TRUE(child->release().ok());
  EXPECT_EQ(status_of(*child), 0);
  EXPECT_TRUE(folder.holds("touched"));
}

TEST(ChildCommand, EndsWithItsMakerIfNeverReleased) {
  pid_t pid;
  {
    auto child = ChildCommand::start({"sleep", "100"});
    ASSERT_TRUE(child.ok());
    pid = child->pid();
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(ChildCommand, StatusIsThatOfAShell) {
  auto seven = ChildCommand::start({"sh", "-c", "exit 7"});
  ASSERT_TRUE(seven->release().ok());
  EXPECT_EQ(status_of(*seven), 7);
  auto killed = ChildCommand::start({"sh", "-c", "kill -9 $$"});
  ASSERT_TRUE(killed->release().ok());
  EXPECT_EQ(status_of(*killed), 128 + SIGKILL);
}

TEST(ChildCommand, TerminateEndsItAndReturnsWhenItWillNot) {
  auto willing = ChildCommand::start({"sleep", "100"});
  ASSERT_TRUE(willing->release().ok());
  willing->terminate();
  EXPECT_EQ(willing->try_wait(), 128 + SIGTERM);
  auto stubborn = ChildCommand::start({"sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"});
  ASSERT_TRUE(stubborn->release().ok());
  ::usleep(200000);
  stubborn->terminate();
  EXPECT_EQ(stubborn->try_wait(), -1);
  ::kill(stubborn->pid(), SIGKILL);
  while (stubborn->try_wait() < 0) ::usleep(1000);
}

TEST(ChildCommand, MissingProgramIsAnError) {
  auto child = ChildCommand::start({"/nonexistent/program"});
  ASSERT_TRUE(child.ok());
  auto released = child->release();
  ASSERT_FALSE(released.ok());
  EXPECT_EQ(render(released.error()),
            "error: cannot run /nonexistent/program: No such file or directory\n  help: check its name, or "
            "give its "
            "full path behind --\n");
}

}  // namespace
}  // namespace uproar
