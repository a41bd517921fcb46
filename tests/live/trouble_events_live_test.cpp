// Trouble with events that exist: add, enable, remove, clean, and recording what others hold.
#include <signal.h>

#include "base/fd.h"
#include "kernel/tracefs/tracefs.h"
#include "trouble.h"

namespace uproar::live {
namespace {

class TroubleEventsLive : public TroubleTest {
 protected:
  void TearDown() override {
    // Also of a test that was skipped half-way.
    uproar({"disable", group() + "/*"});
    uproar({"remove", group() + "/*"});
    EXPECT_EQ(defined(), "");
    TroubleTest::TearDown();
  }
  static std::string define(const std::string& name, const std::string& arguments = {}) {
    return "p:" + group() + "/" + name + " " + loop() + ":work" + (arguments.empty() ? "" : " " + arguments);
  }
  static std::string named(const std::string& name) { return group() + "/" + name; }
  static void add(const std::string& name, const std::string& arguments = {}) {
    Ran ran = uproar({"add", define(name, arguments)});
    ASSERT_EQ(ran.status, 0) << ran.err;
  }
  static std::string state(const std::string& name, const std::string& file) {
    auto text = Tracefs::locate()->read("events/" + named(name) + "/" + file);
    return text.ok() ? *text : text.error().message;
  }
  // Names of this test's events, in the order of their definition.
  static std::string defined() {
    std::string names;
    Ran ran = uproar({"events", "--json", group() + "/*"});
    if (ran.status != 0) return names;
    for (const auto& event : json_lines_of(ran.out))
      names += event["event"].get<std::string>().substr(group().size() + 1) + " ";
    return names;
  }
};

// A trace instance of somebody else's.
class ForeignInstance {
 public:
  explicit ForeignInstance(std::string name) : path_(Tracefs::locate()->path("instances/" + name)) {
    std::filesystem::create_directory(path_);
  }
  ~ForeignInstance() { ::rmdir(path_.c_str()); }
  Tracefs files() const { return Tracefs(path_); }

 private:
  std::string path_;
};

TEST_F(TroubleEventsLive, EventThatIsDefinedAlready) {
  add("a");
  expect_error(uproar({"add", define("a")}), 1,
               "uproar: error: event " + named("a") + " is already defined\n" +
                   underlined(define("a"), named("a")) + "  help: remove it (uproar remove " + named("a") +
                   ") or use another name\n");
  expect_error(uproar({"add", define("a", "n=%si")}), 1,
               "uproar: error: event " + named("a") + " is already defined with other arguments\n" +
                   underlined(define("a", "n=%si"), "n=%si") + "  help: remove it (uproar remove " +
                   named("a") + ") or use another name\n");
  EXPECT_EQ(defined(), "a ");
}

TEST_F(TroubleEventsLive, ProbeOfAnotherKindUnderOneNameTakesTheFirstDefinitionBack) {
  add("a");
  std::string other = "r:" + named("a") + " " + loop() + ":work";
  expect_error(uproar({"add", define("b"), other}), 1,
               "uproar: error: event " + named("a") +
                   " is already defined as the other kind of probe (p or r)\n" +
                   underlined(other, named("a")) + "  help: remove it (uproar remove " + named("a") +
                   ") or use another name\n");
  EXPECT_EQ(defined(), "a ");
}

TEST_F(TroubleEventsLive, BadLineOfAFileDefinesNothing) {
  std::string bad = "p:" + named("c") + " " + loop() + ":wrk";
  write_file("probes.txt", define("a") + "\n" + define("b") + "\n" + bad + "\n");
  expect_error(uproar({"add", "-f", file("probes.txt")}), 1,
               "uproar: error: " + file("probes.txt") + ":3: " + loop() + " has no function wrk\n" +
                   underlined(bad, "wrk") + "  help: did you mean work?\n");
  EXPECT_EQ(defined(), "");
}

TEST_F(TroubleEventsLive, LineThatTheKernelRefusesTakesTheOthersBack) {
  add("old", "n=%si:s64");
  add("two");
  std::string line = std::string("p:") + named("two") + " " + loop() + ":work+0x4";
  write_file("probes.txt", "# a comment\n" + define("a") + "\n-:" + named("old") + "\n" + line + "\n" +
                               define("two") + "\n");
  std::string place = file("probes.txt") + ":5: ";
  Ran ran = uproar({"add", "-f", file("probes.txt")});
  expect_error(ran, 1,
               "uproar: error: " + place + "event " + named("two") + " is already defined\n" +
                   underlined(define("two"), named("two")) + "  help: remove it (uproar remove " +
                   named("two") + ") or use another name\n");
  EXPECT_EQ(defined(), "two old ") << "the event that a line removed is defined again";
  Ran listed = uproar({"events", "--json", named("two")});
  EXPECT_EQ(listed.out.find("+0x4"), std::string::npos) << "the place that a line added is gone again";
}

TEST_F(TroubleEventsLive, DeletionLinesAreDoneInTheirOrder) {
  add("a");
  write_file("probes.txt",
             "-:" + named("a") + "\r\n\n" + define("b") + "\n" + define("c") + "\n-:" + named("b") + "\n");
  Ran ran = uproar({"add", "-f", file("probes.txt")});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(defined(), "c ");
  write_file("probes.txt", "-:" + named("none") + "\n");
  expect_error(uproar({"add", "-f", file("probes.txt")}), 1,
               "uproar: error: " + file("probes.txt") + ":1: there is no uprobe event " + named("none") +
                   "\n  help: uproar events lists them\n");
}

TEST_F(TroubleEventsLive, DefinitionWithANulByte) {
  std::string bad = define("a") + std::string(1, '\0') + " n=%si";
  write_file("probes.txt", bad + "\n");
  expect_error(uproar({"add", "-f", file("probes.txt")}), 1,
               "uproar: error: " + file("probes.txt") + ":1: a definition cannot hold a NUL byte\n  " +
                   define("a") + "^@ n=%si\n  " + std::string(define("a").size(), ' ') + "^~\n");
  EXPECT_EQ(defined(), "");
}

TEST_F(TroubleEventsLive, FilesThatCannotBeRead) {
  expect_error(uproar({"add", "-f", "/nowhere/probes"}), 1,
               "uproar: error: cannot open /nowhere/probes: No such file or directory\n");
  expect_error(uproar({"add", "-f", "/tmp"}), 1, "uproar: error: cannot read /tmp: Is a directory\n");
  expect_error(uproar({"add"}), 2,
               "uproar: error: nothing to add\n  help: give a definition, or a file of them with -f\n");
}

TEST_F(TroubleEventsLive, NamesThatMatchNothing) {
  for (const std::string& command : std::vector<std::string>{"enable", "disable", "remove", "events"}) {
    expect_error(uproar({command, named("none")}), 1,
                 "uproar: error: no uprobe event matches '" + named("none") +
                     "'\n  help: uproar events lists what there is\n");
  }
}

TEST_F(TroubleEventsLive, EnabledEventIsNotRemoved) {
  add("a");
  ASSERT_EQ(uproar({"enable", named("a")}).status, 0);
  expect_error(
      uproar({"remove", named("a")}), 1,
      "uproar: error: event " + named("a") + " is enabled\n  help: uproar disable " + named("a") + "\n");
  EXPECT_EQ(uproar({"disable", named("a")}).status, 0);
  EXPECT_EQ(uproar({"remove", named("a")}).out, "removed " + named("a") + "\n");
}

TEST_F(TroubleEventsLive, EventInAnotherInstanceIsLeftEnabledThere) {
  add("a", "n=%si:s64");
  ForeignInstance other(group());
  const std::string enable = "events/" + named("a") + "/enable";
  ASSERT_TRUE(other.files().write(enable, "1").ok());
  record({"-e", named("a"), "--", loop(), "10"});
  EXPECT_EQ(info()["events"], 10);
  EXPECT_EQ(*other.files().read(enable), "1\n");
  expect_error(uproar({"remove", named("a")}), 1,
               "uproar: error: event " + named("a") + " is enabled in the trace instance " + group() +
                   "\n  help: end the program that uses this instance, or remove the instance\n");
  EXPECT_EQ(uproar({"clean", "-q"}).status, 0);
  EXPECT_EQ(*other.files().read(enable), "1\n") << "clean touches nothing foreign";
  EXPECT_EQ(defined(), "a ");
  ASSERT_TRUE(other.files().write(enable, "0").ok());
}

TEST_F(TroubleEventsLive, RecordedEventStaysDefined) {
  add("a", "n=%si:s64");
  record({"-e", group() + ":a", "--filter", "n > -3", "--", loop(), "10"});
  EXPECT_EQ(info()["events"], 3);
  EXPECT_EQ(defined(), "a ");
  EXPECT_EQ(state("a", "enable"), "0\n");
  EXPECT_EQ(state("a", "filter"), "none\n");
  for (const char* via : {"tracefs", "bpf"}) {
    expect_error(uproar({"record", "--via", via, "-o", file("x"), "-e", named("a"), "-e", group() + ":*",
                         "--filter", "n == 1", "--", "true"}),
                 1,
                 "uproar: error: event " + named("a") +
                     " is named twice, with different filters\n"
                     "  help: give both the same filter, or give the definitions different names\n");
    // Named twice, recorded once.
    record({"--via", via, "-e", named("a"), "-e", group() + ":*", "--", loop(), "10"});
    EXPECT_EQ(info()["events"], 10) << via;
  }
}

TEST_F(TroubleEventsLive, FilterComesAndGoesWithTheSwitch) {
  add("a", "n=%si:s64");
  ASSERT_EQ(uproar({"enable", named("a"), "--filter", "n < -5"}).out, "enabled " + named("a") + "\n");
  EXPECT_EQ(state("a", "filter"), "n < -5\n");
  EXPECT_EQ(state("a", "enable"), "1\n");
  ASSERT_EQ(uproar({"disable", named("a")}).out, "disabled " + named("a") + "\n");
  EXPECT_EQ(state("a", "filter"), "none\n");
  expect_error(uproar({"enable", named("a"), "--filter", "nosuch == 1"}), 1,
               "uproar: error: the kernel refuses this filter: Field not found\n" +
                   underlined("nosuch == 1", "nosuch") +
                   "  help: fields are n, __probe_ip, common_pid, comm, cpu\n");
  EXPECT_EQ(state("a", "filter"), "none\n");
}

TEST_F(TroubleEventsLive, FailedEnablingLeavesEverythingAsItWas) {
  add("a", "n=%si:s64");
  add("b", "n=%si:s64");
  add("c");
  ASSERT_EQ(uproar({"enable", named("a"), "--filter", "n == 7"}).status, 0);
  EXPECT_EQ(uproar({"enable", group() + "/*", "--filter", "n == 8"}).status, 1) << "c has no n";
  EXPECT_EQ(state("a", "enable") + state("a", "filter"), "1\nn == 7\n");
  EXPECT_EQ(state("b", "enable") + state("b", "filter"), "0\nnone\n");
  EXPECT_EQ(state("c", "enable") + state("c", "filter"), "0\nnone\n");
  EXPECT_EQ(uproar({"disable", group() + "/*"}).status, 0);
}

bool has_perf_event(pid_t pid) {
  std::error_code none;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", none)) {
    if (std::filesystem::read_symlink(entry, none) == "anon_inode:[perf_event]") return true;
  }
  return false;
}

TEST_F(TroubleEventsLive, EventThatPerfHolds) {
  if (run({"perf", "--version"}).status != 0) GTEST_SKIP() << "there is no perf";
  add("a", "n=%si:s64");
  Running perf({"perf", "record", "-q", "-a", "-e", group() + ":a", "-o", file("perf.data")});
  bool held = eventually([&] { return has_perf_event(perf.pid()); });
  if (!held) GTEST_SKIP() << "perf does not record here: " << perf.err_so_far();
  expect_error(uproar({"record", "-o", recording(), "-e", named("a"), "--", loop(), "3"}), 1,
               "uproar: error: event " + named("a") +
                   " is in use by perf or a BPF program: a uprobe event serves ftrace or perf, not both\n"
                   "  help: end that program, or define the place again under another name\n");
  expect_error(uproar({"remove", named("a")}), 1,
               "uproar: error: event " + named("a") +
                   " is in use by perf or a BPF program\n  help: end that program first\n");
  EXPECT_FALSE(std::filesystem::exists(recording()));
  // The same place under a name of its own works beside it.
  record({"-e", work("n=%si:s64"), "--", loop(), "3"});
  EXPECT_EQ(info()["events"], 3);
  perf.signal(SIGINT);
  perf.wait();
}

}  // namespace
}  // namespace uproar::live
