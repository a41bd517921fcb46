#include "base/stop.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace uproar {
namespace {

StopReason wait_until_stop(StopWatch& watch) {
  for (int i = 0; i < 500; ++i) {
    if (StopReason reason = watch.wait({}, 10); reason != StopReason::None) return reason;
  }
  return StopReason::None;
}

TEST(Stop, SignalsAreTakenNotDelivered) {
  auto watch = StopWatch::create();
  ASSERT_TRUE(watch.ok());
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(wait_until_stop(*watch), StopReason::Signal);
  EXPECT_EQ(watch->signal_number(), SIGTERM);
}

TEST(Stop, SecondSignalDoesNotKillTheTakingDown) {
  {
    auto watch = StopWatch::create();
    ASSERT_TRUE(watch.ok());
    ::kill(::getpid(), SIGINT);
    EXPECT_EQ(wait_until_stop(*watch), StopReason::Signal);
    ::kill(::getpid(), SIGINT);
  }
  SUCCEED();
}

TEST(Stop, DurationEndsIt) {
  auto watch = StopWatch::create();
  ASSERT_TRUE(watch.ok());
  watch->set_duration_ns(20'000'000);
  EXPECT_EQ(wait_until_stop(*watch), StopReason::Duration);
}

TEST(Stop, LastProcessEndsIt) {
  auto watch = StopWatch::create();
  ASSERT_TRUE(watch.ok());
  pid_t first = ::fork();
  if (first == 0) ::_exit(0);
  pid_t second = ::fork();
  if (second == 0) {
    ::usleep(100000);
    ::_exit(0);
  }
  ASSERT_TRUE(watch->watch_process(first).ok());
  ASSERT_TRUE(watch->watch_process(second).ok());
  EXPECT_EQ(watch->wait({}, 20), StopReason::None);
  EXPECT_EQ(wait_until_stop(*watch), StopReason::TargetsEnded);
  ::waitpid(first, nullptr, 0);
  ::waitpid(second, nullptr, 0);
}

TEST(Stop, HangUpThatIsIgnoredStaysIgnored) {
  const auto before = std::signal(SIGHUP, SIG_IGN);  // as nohup does
  {
    auto watch = StopWatch::create();
    ASSERT_TRUE(watch.ok());
    ::raise(SIGHUP);
    EXPECT_EQ(watch->wait({}, 10), StopReason::None);
  }
  std::signal(SIGHUP, before);
}

TEST(Stop, LastThreadEndsIt) {
  auto watch = StopWatch::create();
  ASSERT_TRUE(watch.ok());
  int go[2];
  ASSERT_EQ(::pipe(go), 0);
  std::atomic<pid_t> tid = 0;
  std::thread thread([&] {
    tid = static_cast<pid_t>(::syscall(SYS_gettid));
    char byte = 0;
    (void)!::read(go[0], &byte, 1);
  });
  while (tid == 0) ::usleep(1000);
  ASSERT_TRUE(watch->watch_thread(tid).ok());
  EXPECT_EQ(watch->wait({}, 10), StopReason::None);
  (void)!::write(go[1], "x", 1);
  thread.join();
  EXPECT_EQ(wait_until_stop(*watch), StopReason::TargetsEnded);
  EXPECT_FALSE(watch->watch_thread(tid).ok());
}

}  // namespace
}  // namespace uproar
