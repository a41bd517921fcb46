#include "commands/files/unlink_on_signal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

class UnlinkOnSignalTest : public testing::Test {
 protected:
  // `body` in a child; how that ended, as waitpid() has it.
  template <typename Body>
  static int ended(const Body& body) {
    const pid_t child = ::fork();
    if (child == 0) {
      body();
      ::_exit(7);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
  }
  TemporaryFolder folder_;
  std::string file_ = folder_.put("half", "written");
};

TEST_F(UnlinkOnSignalTest, FileGoesAndTheSignalEndsTheProgram) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    const std::string file = folder_.put("half", "written");
    const int status = ended([&] {
      ::signal(signal, SIG_DFL);
      const UnlinkOnSignal unlink(file);
      ::raise(signal);
    });
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << signal;
    EXPECT_FALSE(folder_.holds("half")) << signal;
  }
}

TEST_F(UnlinkOnSignalTest, IgnoredSignalStaysIgnored) {
  const int status = ended([&] {
    ::signal(SIGHUP, SIG_IGN);
    const UnlinkOnSignal unlink(file_);
    ::raise(SIGHUP);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  EXPECT_TRUE(folder_.holds("half"));
}

TEST_F(UnlinkOnSignalTest, AfterItsEndSignalsDoWhatTheyDidBefore) {
  const int status = ended([&] {
    ::signal(SIGTERM, SIG_DFL);
    { const UnlinkOnSignal unlink(file_); }
    ::raise(SIGTERM);
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  EXPECT_TRUE(folder_.holds("half"));
}

TEST_F(UnlinkOnSignalTest, NothingToRemove) {
  for (const std::string& path : {std::string(), std::string(5000, 'x')}) {
    const int status = ended([&] {
      ::signal(SIGTERM, SIG_DFL);
      const UnlinkOnSignal unlink(path);
      ::raise(SIGTERM);
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_TRUE(folder_.holds("half"));
  }
}

TEST_F(UnlinkOnSignalTest, FileThatHasItsNameByThenStays) {
  const int status = ended([&] {
    ::signal(SIGTERM, SIG_DFL);
    const UnlinkOnSignal unlink(file_);
    ::rename(file_.c_str(), folder_.path("whole").c_str());
    ::raise(SIGTERM);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(folder_.holds("whole"));
}

}  // namespace
}  // namespace uproar
