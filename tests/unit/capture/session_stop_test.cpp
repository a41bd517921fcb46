#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/session_fixture.h"

namespace uproar {
namespace {

// Reasons to stop.

TEST_F(SessionTest, DurationEndsIt) {
  request_.duration_ns = 250'000'000;
  uint64_t calls = 0;
  progress_ = [&](uint64_t, uint64_t, uint64_t) { ++calls; };
  ASSERT_TRUE(run().ok());
  EXPECT_GE(calls, 2u);
}

TEST_F(SessionTest, SignalEndsIt) {
  request_.duration_ns.reset();
  at_first_drain([] { ::kill(::getpid(), SIGTERM); });
  ASSERT_TRUE(run().ok());
  EXPECT_TRUE(reader_->end());
}

TEST_F(SessionTest, EndOfTheCommandEndsIt) {
  request_.duration_ns.reset();
  request_.command = {"sh", "-c", "exit 7"};
  auto outcome = run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->command_status, 7);
  EXPECT_FALSE(backend_.tasks.everybody);
  EXPECT_TRUE(backend_.tasks.follow_children);
  ASSERT_EQ(backend_.tasks.threads.size(), 1u);
  const std::string words = test::words_of(backend_.tasks);
  EXPECT_NE(journal_.text().find("restrict\ntasks restrict " + words + "\n"), std::string::npos);
}

TEST_F(SessionTest, CommandGoesOnlyWhenEverythingIsArmed) {
  const std::string mark = fake_.root() + "/ran";
  request_.command = {"touch", mark};
  journal_.fail_always = {"arm"};
  EXPECT_FALSE(run().ok());
  EXPECT_FALSE(fake_.has("ran"));
}

TEST_F(SessionTest, CommandThatCannotBeRunEndsItWithoutARecording) {
  request_.command = {"/nonexistent/program"};
  auto outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "cannot run /nonexistent/program: No such file or directory");
  EXPECT_TRUE(journal_.text().ends_with("arm\ntasks remove\nremove\n"));
}

TEST_F(SessionTest, CommandThatStillRunsIsAskedToEnd) {
  request_.command = {"sleep", "100"};
  auto outcome = run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->command_status, 0);
}

TEST_F(SessionTest, SystemWideRecordingOfACommandIsOfEverybody) {
  request_.command = {"true"};
  request_.system_wide = true;
  ASSERT_TRUE(run().ok());
  EXPECT_TRUE(backend_.tasks.everybody);
}

TEST_F(SessionTest, EndOfTheChosenProcessEndsIt) {
  request_.duration_ns.reset();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::usleep(100'000);
    ::_exit(0);
  }
  request_.processes = {pid};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(backend_.tasks.threads, std::vector<int32_t>{pid});
  ::waitpid(pid, nullptr, 0);
}

TEST_F(SessionTest, ChosenThreadsAreRecordedWithoutWhatTheyStart) {
  request_.threads = {::getpid()};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(test::words_of(backend_.tasks), std::to_string(::getpid()));
}

TEST_F(SessionTest, ProcessThatIsGoneIsAnError) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  request_.processes = {pid};
  EXPECT_EQ(run().error().sys_errno, ESRCH);
  EXPECT_EQ(journal_.text(), "tasks remove\nremove\n");
}

}  // namespace
}  // namespace uproar
