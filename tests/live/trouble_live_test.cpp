// Bad definitions and options of record: the whole message, the status, and nothing left behind.
#include "trouble.h"

namespace uproar::live {
namespace {

using TroubleLive = TroubleTest;

TEST_F(TroubleLive, UnknownSymbolNamesNearOnes) {
  std::string definition = "p:x " + loop() + ":wrk";
  expect_refused(definition, "uproar: error: " + loop() + " has no function wrk\n" +
                                 underlined(definition, "wrk") + "  help: did you mean work?\n");
}

TEST_F(TroubleLive, UnknownRegister) {
  std::string definition = work("a=%foo");
  expect_refused(definition,
                 "uproar: error: unknown register %foo\n" + underlined(definition, "%foo") +
                     "  help: x86-64 has %ax %bx %cx %dx %si %di %bp %sp %r8 to %r15, %ip %flags %cs "
                     "%ss %orig_ax\n");
}

TEST_F(TroubleLive, UnclosedBrace) {
  std::string definition = work("a=+0(%di");
  expect_refused(definition, "uproar: error: the bracket is not closed\n" + underlined(definition, "(") +
                                 "  help: add the ')'\n");
}

TEST_F(TroubleLive, UnknownType) {
  std::string definition = work("a=%di:u7");
  expect_refused(definition, "uproar: error: unknown type u7\n" + underlined(definition, "u7") +
                                 "  help: types are u8 to u64, s8 to s64, x8 to x64, char, string, "
                                 "string(LENGTH), ustring, b<width>@<offset>/<container>, and arrays T[N]\n");
}

TEST_F(TroubleLive, BadBitfield) {
  std::string definition = work("a=%di:b5@30/32");
  expect_refused(definition, "uproar: error: the bitfield reaches beyond its container of 32 bits\n" +
                                 underlined(definition, "b5@30/32") +
                                 "  help: width and offset together may be at most 32\n");
}

TEST_F(TroubleLive, TooManyArguments) {
  std::string arguments;
  for (int i = 1; i <= 129; ++i) arguments += " a" + std::to_string(i) + "=%di";
  std::string definition = "p:x " + loop() + ":work" + arguments;
  Ran ran = uproar({"record", "-o", recording(), "-e", definition, "--", loop()});
  auto lines = lines_of(ran.err);
  ASSERT_EQ(lines.size(), 4u) << ran.err;
  EXPECT_EQ(lines[0], "uproar: error: an event has at most 128 arguments");
  EXPECT_EQ(lines[1].find("…"), 2u) << "cut to what fits a terminal";
  size_t place = lines[2].find('^');
  // The ellipsis has three bytes and one column.
  EXPECT_EQ(lines[1].substr(place + 2, lines[2].size() - place), "a129=%di");
  EXPECT_EQ(lines[3], "  help: spread them over two events at one place");
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(TroubleLive, DefinitionOfFiveThousandBytes) {
  std::string definition = "p:x " + loop() + ":work";
  while (definition.size() < 5000)
    definition += " a" + std::to_string(definition.size()) + "=+8(+8(%di)):x64";
  Ran ran = uproar({"record", "-o", recording(), "-e", definition, "--", loop()});
  EXPECT_EQ(
      ran.err.find(
          "uproar: error: the definition is longer than the 4094 bytes that the kernel takes in one line\n"),
      0u)
      << ran.err;
  EXPECT_NE(ran.err.find("  help: use shorter names, or spread the arguments over two events\n"),
            std::string::npos);
  for (const std::string& line : lines_of(ran.err)) EXPECT_LT(line.size(), 130u) << "fits a terminal";
  EXPECT_EQ(ran.status, 1);
}

TEST_F(TroubleLive, BinariesThatAreNone) {
  write_file("script", "#!/bin/sh\ntrue\n");
  write_file("text", "hello");
  write_file("empty", "");
  struct {
    std::string path, message, help;
  } cases[] = {
      {"/nowhere/bin", "no such file: /nowhere/bin", ""},
      {"no-such-program", "no-such-program is no program in $PATH and no library of this system",
       "give the whole path, /…, or pid:PID for a running process"},
      {file("text"), file("text") + " is not an ELF file", "name an ELF executable or shared library"},
      {file("script"), file("script") + " is a script run by /bin/sh",
       "probe the interpreter: /bin/sh:SYMBOL"},
      {file("empty"), file("empty") + " is empty", "name an ELF executable or shared library"},
      {"/tmp", "/tmp is a folder", "name an executable or a shared library"},
      {"/dev/null", "/dev/null is a device", "name an executable or a shared library"},
  };
  for (const auto& bad : cases) {
    std::string definition = "p:x " + bad.path + ":main";
    expect_refused(definition, "uproar: error: " + bad.message + "\n" + underlined(definition, bad.path) +
                                   (bad.help.empty() ? "" : "  help: " + bad.help + "\n"));
  }
}

TEST_F(TroubleLive, OffsetOutsideTheCode) {
  std::string size = std::to_string(std::filesystem::file_size(loop()));
  for (const char* offset : {"0x10", "0x3000", "0xffffff"}) {
    std::string definition = "p:x " + loop() + ":" + offset;
    Ran ran = uproar({"record", "-o", recording(), "-e", definition, "--", loop()});
    EXPECT_EQ(ran.status, 1);
    auto lines = lines_of(ran.err);
    ASSERT_EQ(lines.size(), 4u) << ran.err;
    std::string begin = "uproar: error: offset " + std::string(offset) + " of " + loop() + " is ";
    EXPECT_EQ(lines[0].find(begin), 0u) << lines[0];
    EXPECT_EQ(lines[1] + "\n" + lines[2] + "\n", underlined(definition, offset));
    EXPECT_EQ(lines[3].find("  help: its code is at the offsets 0x1000-"), 0u) << lines[3];
  }
  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(TroubleLive, ControlBytesNeverReachTheTerminal) {
  std::vector<std::vector<std::string>> all = {
      {"record", "-e", work("a=%d\x1b[31m")},
      {"record", "-e", work("\xff\xfe")},
      {"record", "-e", work() + "\na=%di"},
      {"record", "-e", "p:x /tmp/\x1b[31mx:work"},
      {"record", "-e", "p:\x1bx " + loop() + ":work"},
      {"record", "-e", "\x1b]0;title\x07"},
      {"record", "-o", "/nowhere/\x1b[31m", "-e", work()},
      {"record", "--from", "/nowhere/\x1b[31m", "-o", recording()},
      {"record", "-m", "\x1b[31m", "-e", work()},
      {"record", "-p", "\x1b[31m", "-e", work()},
      {"record", "--\x1b[31m", "-e", work()},
      {"record", "-o", recording(), "-e", work("n=%si:s64"), "--filter", "\x1b[31m == 1", "--", "true"},
      {"record", "-o", recording(), "-e", work(), "--", "/nowhere/\x1b[31m"},
      {"script", "/nowhere/\x1b[31m\n"},
      {"info", "/nowhere/\x1b[31m"},
      {"events", "\x1b[31m"},
      {"add", "-f", "/nowhere/\x1b[31m"},
      {"\x1b[31m"},
  };
  for (const auto& arguments : all) {
    Ran ran = uproar(arguments);
    EXPECT_TRUE(ran.status == 1 || ran.status == 2) << ran.status << ran.err;
    EXPECT_GT(ran.err.size(), 10u);
    for (char byte : ran.err) {
      bool control = (static_cast<unsigned char>(byte) < 0x20 && byte != '\n') || byte == 0x7f;
      EXPECT_FALSE(control) << arguments[0] << " printed byte " << static_cast<int>(byte) << " in "
                            << ran.err;
    }
    EXPECT_EQ(ran.err.find('\xff'), std::string::npos);
  }
  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(TroubleLive, TasksThatAreNone) {
  const std::string help = "  help: pgrep NAME finds the number of a running program\n";
  expect_refused({"-p", "999999999"}, 1, "uproar: error: there is no process 999999999\n" + help);
  expect_refused({"-t", "999999999"}, 1, "uproar: error: there is no thread 999999999\n" + help);
  for (const std::string number : {"0", "-5", "abc", "99999999999", ""}) {
    expect_refused({"-p", number}, 2, "uproar: error: '" + number + "' is no process number\n" + help);
    expect_refused({"-t", number}, 2, "uproar: error: '" + number + "' is no thread number\n" + help);
  }
}

TEST_F(TroubleLive, CpusThatAreNone) {
  std::string last = std::to_string(::sysconf(_SC_NPROCESSORS_CONF) - 1);
  expect_refused({"-C", "0-9999"}, 2,
                 "uproar: error: there is no CPU 9999\n  help: this machine has CPUs 0 to " + last + "\n");
  for (const std::string text : {"x", "", "-1", "70000", "1-0"})
    expect_refused({"-C", text}, 2,
                   "uproar: error: '" + text + "' is no list of CPUs\n  help: write 0-1,3\n");
}

TEST_F(TroubleLive, SizesAndTimesThatAreNone) {
  for (const std::string text : {"0", "x", "-1", "999999G"}) {
    expect_refused(
        {"-m", text}, 2,
        "uproar: error: '" + text + "' is no buffer size\n  help: write pages (128) or a size (512K, 4M)\n");
  }
  for (const std::string text : {"0", "x", "-1", "1e99", "5x"}) {
    expect_refused({"--duration", text}, 2,
                   "uproar: error: '" + text + "' is no duration\n  help: write 10, 500ms, 2m or 1h\n");
  }
  expect_refused({"-m", "999G", "--duration", "1"}, 1,
                 "uproar: error: the kernel has no 1047527424 KiB for the ring buffer of each CPU\n"
                 "  help: use a smaller buffer: -m SIZE\n");
}

TEST_F(TroubleLive, CommandsThatAreNone) {
  write_file("data", "not a program");
  const std::string help = "  help: check its name, or give its full path behind --\n";
  expect_refused({"--", "no-such-command"}, 1,
                 "uproar: error: cannot run no-such-command: No such file or directory\n" + help);
  expect_refused({"--", file("data")}, 1,
                 "uproar: error: cannot run " + file("data") + ": Permission denied\n" + help);
  expect_error(uproar({"frobnicate"}), 2,
               "uproar: error: there is no command 'frobnicate'\n  help: uproar --help lists the commands\n");
}

TEST_F(TroubleLive, FilterThatTheKernelRefuses) {
  expect_refused({"--filter", "nosuch == 1", "--", "true"}, 1,
                 "uproar: error: the kernel refuses this filter: Field not found\n" +
                     underlined("nosuch == 1", "nosuch") +
                     "  help: fields are n, __probe_ip, common_pid, comm, cpu\n");
  Ran ran = uproar({"record", "-o", recording(), "-e", work("n=%si:s64"), "--filter", "n == ", "--", "true"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.err.find("uproar: error: the kernel refuses this filter: "), 0u) << ran.err;
  EXPECT_NE(ran.err.find("\n  n == \n      ^\n"), std::string::npos) << ran.err;
}

TEST_F(TroubleLive, FilterOfAnEventThatFails) {
  std::string definition = "p:x " + loop() + ":wrk";
  expect_error(uproar({"record", "-o", recording(), "-e", definition, "--filter", "n == 1", "--", "true"}), 1,
               "uproar: error: " + loop() + " has no function wrk\n" + underlined(definition, "wrk") +
                   "  help: did you mean work?\n");
  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(TroubleLive, TwoEventsWithEqualNames) {
  const std::string help = "  help: give one of them another name: p:NAME PATH:SITE\n";
  const std::string message = "uproar: error: two definitions are named uprobes/work, which has ";
  expect_refused({"-e", work("n=%si:s64"), "--", loop()}, 1,
                 message + "the same place in both\n  " + work("n=%si:s64") + "\n" + help);
  expect_refused({"-e", work("m=%di"), "--", loop()}, 1,
                 message + "n:s64 in one of them and m:x64 in the other\n  " + work("m=%di") + "\n" + help);
  for (const char* via : {"tracefs", "perf", "bpf", "auto"})
    expect_refused({"--via", via, "--filter", "n == 1", "-e", work("n=%si:s64"), "--", loop()}, 1,
                   "uproar: error: event uprobes/work is named twice, with different filters\n"
                   "  help: give both the same filter, or give the definitions different names\n");
}

TEST_F(TroubleLive, HundredsOfEventsAtOnePlace) {
  std::vector<std::string> arguments;
  for (int i = 0; i < 300; ++i) {
    arguments.push_back("-e");
    arguments.push_back("p:many" + std::to_string(i) + " " + loop() + ":work n=%si:s64");
  }
  arguments.insert(arguments.end(), {"--", loop(), "10"});
  record(arguments);
  auto about = info();
  EXPECT_EQ(about["events"].get<int>() + about["lost"].get<int>(), 3000);
  EXPECT_EQ(about["by_event"].size(), 300u);
}

}  // namespace
}  // namespace uproar::live
