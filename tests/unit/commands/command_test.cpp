#include "commands/command.h"

#include <gtest/gtest.h>

#include "support/in_process.h"

namespace uproar {
namespace {

class Echo : public Command {
 public:
  void declare(CLI::App&) override {}
  int run(Console& console) override {
    for (const std::string& word : trailing()) console.print("[" + word + "]");
    console.print(command_line());
    return kDone;
  }
};

TEST(Command, KnowsHowItWasCalled) {
  std::FILE* out = std::tmpfile();
  {
    Console console(::fileno(out), ::fileno(out));
    Echo echo;
    echo.set_invocation({"ls", "-l"}, "uproar record -- ls -l");
    EXPECT_EQ(echo.run(console), kDone);
  }
  EXPECT_EQ(drained(out), "[ls][-l]uproar record -- ls -l");
}

TEST(Command, TakesNoCommandUnlessItSaysSo) {
  EXPECT_FALSE(Echo().takes_trailing_command());
  const Ran ran = run_in_process({"info", "--", "ls"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err, "uproar: error: 'uproar info' takes no command behind --\n");
}

}  // namespace
}  // namespace uproar
