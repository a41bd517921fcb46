#include "commands/output/console.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>

#include "base/fd.h"
#include "support/in_process.h"

namespace uproar {
namespace {

// What `use` makes a console print whose two outputs are one file.
template <typename Use>
std::string printed(const Use& use) {
  std::FILE* file = std::tmpfile();
  {
    Console console(::fileno(file), ::fileno(file));
    use(console);
  }
  return drained(file);
}

TEST(Console, EndWritesWhatIsStillHeld) {
  EXPECT_EQ(printed([](Console& console) { console.print("result\n"); }), "result\n");
}

TEST(Console, ErrorsComeBehindWhatWasPrintedBefore) {
  const std::string text = printed([](Console& console) {
    console.print("one\n");
    console.error(Error{"bad", "  text\n  ^~~~", "mend it", 0});
    console.print("two\n");
    console.note("a note\n");
  });
  EXPECT_EQ(text, "one\nuproar: error: bad\n  text\n  ^~~~\n  help: mend it\ntwo\na note\n");
}

TEST(Console, QuietSilencesAllButResultsAndErrors) {
  const std::string text = printed([](Console& console) {
    console.set_quiet(true);
    console.warn("w");
    console.note("n\n");
    console.status_line("s");
    console.error(Error{"e", {}, {}, 0});
    console.print("r");
  });
  EXPECT_EQ(text, "uproar: error: e\nr");
}

TEST(Console, WhatIsQuotedDoesNotSteerTheTerminal) {
  const std::string text = printed([](Console& console) {
    console.error(Error{"a\x1b[2J\nb", "  x\x07y\n  ^~~", "c\rd", 0});
    console.warn("f\x1bg");
    console.note("h\x1bi\nj\n");
  });
  EXPECT_EQ(text,
            "uproar: error: a\\e[2J\\nb\n  x\\x07y\n  ^~~\n  help: c\\rd\n"
            "uproar: warning: f\\eg\nh\\ei\nj\n");
}

TEST(Console, ResultsArePrintedAsTheyAre) {
  const std::string all(100'000, '\x1b');
  EXPECT_EQ(printed([&](Console& console) { console.print(all), console.print("\x1b"); }), all + "\x1b");
}

TEST(Console, StatusIsForTerminalsOnly) {
  EXPECT_EQ(printed([](Console& console) { console.status_line("12 events"); }), "");
}

TEST(Console, ClosedPipeEndsPrintingSilently) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  const Fd write_end(ends[1]);
  auto* before = ::signal(SIGPIPE, SIG_IGN);
  std::FILE* err = std::tmpfile();
  {
    Console console(write_end.get(), ::fileno(err));
    EXPECT_TRUE(console.ok());
    console.print("x");
    console.flush();
    EXPECT_FALSE(console.ok());
    console.print("y");
  }
  ::signal(SIGPIPE, before);
  EXPECT_EQ(drained(err), "");
}

TEST(Console, FullDiskIsToldOnce) {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (full.get() < 0) GTEST_SKIP() << "no /dev/full here";
  std::FILE* err = std::tmpfile();
  {
    Console console(full.get(), ::fileno(err));
    console.print("x");
    console.flush();
    console.print("y");
    console.flush();
    EXPECT_FALSE(console.ok());
  }
  const std::string told = drained(err);
  EXPECT_EQ(told.find("uproar: error: "), 0u);
  EXPECT_NE(told.find("No space left on device"), std::string::npos) << told;
  EXPECT_EQ(told.find("error", 16), std::string::npos) << told;
}

TEST(Console, StatusLineGoesBeforeAnythingElseIsToldOnATerminal) {
  const Fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (master.get() < 0 || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0)
    GTEST_SKIP() << "no terminals here";
  const Fd terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_GE(terminal.get(), 0);
  {
    Console console(terminal.get(), terminal.get());
    EXPECT_TRUE(console.out_is_terminal() && console.err_is_terminal());
    console.status_line("12 events");
    console.note("done\n");
  }
  // It comes as the terminal hands it on.
  std::string shown;
  char bytes[256];
  pollfd readable{master.get(), POLLIN, 0};
  while (!shown.ends_with("done\r\n") && ::poll(&readable, 1, 5000) == 1) {
    const ssize_t got = ::read(master.get(), bytes, sizeof bytes);
    ASSERT_GT(got, 0);
    shown.append(bytes, static_cast<size_t>(got));
  }
  EXPECT_EQ(shown, "\r\x1b[K12 events\r\x1b[Kdone\r\n");
}

}  // namespace
}  // namespace uproar
