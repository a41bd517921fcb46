// Trouble that the system makes: no tracefs, no rights, signals, programs that go away.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/fd.h"
#include "trouble.h"

namespace uproar::live {
namespace {

using TroubleSystemLive = TroubleTest;

TEST_F(TroubleSystemLive, TracefsThatIsNotMounted) {
  // In a mount name space of its own. Every mount of tracefs goes there, and of debugfs, which mounts one
  // when it is looked into: the latest first, because those below another go with it, and umount complains of
  // what has gone. Then the usual place is covered.
  const std::string hide =
      "tac /proc/self/mounts | while read -r what where type rest; do case $type in tracefs|debugfs) "
      "umount -l \"$(printf %b \"$where\")\" 2>/dev/null;; esac; done; "
      "mount -t tmpfs none /sys/kernel/tracing; ";
  const std::string error =
      "uproar: error: tracefs is not mounted\n  help: mount it as root: mount -t tracefs tracefs "
      "/sys/kernel/tracing\n";
  for (const std::string& command : std::vector<std::string>{
           "record --via tracefs -o " + recording() + " -e '" + work() + "' -- true", "add '" + work() + "'",
           std::string("events"), std::string("enable x"), std::string("remove x"), std::string("clean")}) {
    expect_error(run({"unshare", "-m", "sh", "-c", hide + uproar_path() + " " + command}), 1, error);
  }
  Ran doctor =
      run({"unshare", "-m", "sh", "-c",
           hide + uproar_path() + " doctor; status=$?; grep -c ' tracefs ' /proc/self/mounts; exit $status"});
  EXPECT_EQ(doctor.status, 1);
  EXPECT_NE(doctor.out.find("missing  tracefs: "), std::string::npos) << doctor.out;
  EXPECT_EQ(doctor.out.substr(doctor.out.size() - 2), "0\n") << "looking mounts nothing";
  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(TroubleSystemLive, UserWithoutRights) {
  namespace fs = std::filesystem;
  fs::permissions(file(""), fs::perms::all);
  for (const std::string& program : {uproar_path(), loop()})
    fs::copy_file(program, file(fs::path(program).filename()));
  auto as_nobody = [&](const std::string& command) {
    return run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c",
                "cd " + file("") + " && ./uproar " + command});
  };
  if (as_nobody("--version").status != 0) GTEST_SKIP() << "setpriv does not work here";
  auto before = files();
  const std::string definition = "'p:w ./target_loop:work'";
  for (const std::string& command : std::vector<std::string>{
           "record -e " + definition + " -- true", "add " + definition, std::string("events"),
           std::string("enable x"), std::string("remove x"), std::string("clean")}) {
    Ran ran = as_nobody(command);
    EXPECT_EQ(ran.err.find("uproar: error: this user may not use tracefs at /"), 0u) << ran.err;
    EXPECT_NE(ran.err.find("\n  help: run it as root: sudo uproar …\n"), std::string::npos) << ran.err;
    EXPECT_EQ(lines_of(ran.err).size(), 2u);
    EXPECT_EQ(ran.status, 1);
  }
  EXPECT_EQ(as_nobody("explain " + definition).status, 0);
  EXPECT_EQ(files(), before);
}

TEST_F(TroubleSystemLive, InterruptedTwice) {
  for (int i = 0; i < 3; ++i) {
    Running recorder({uproar_path(), "record", "-o", recording(), "-e", work()});
    ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
    run({loop(), "10"});
    recorder.signal(SIGINT);
    recorder.signal(SIGINT);
    sleep_ms(i * 5);
    recorder.signal(SIGINT);
    Ran ran = recorder.wait();
    // Once all is removed a signal may end it the ordinary way.
    EXPECT_TRUE(ran.status == 0 || ran.status == 128 + SIGINT) << ran.status;
    EXPECT_EQ(info()["events"], 10);
    EXPECT_EQ(info()["complete"], true);
  }
}

TEST_F(TroubleSystemLive, EndedWhileItStarts) {
  for (int delay = 0; delay < 60; delay += 3) {
    Running recorder({uproar_path(), "record", "-o", recording(), "-e", work("n=%si:s64"), "-e",
                      "p:b " + loop() + ":work"});
    ::usleep(static_cast<useconds_t>(delay * 1000));
    recorder.signal(SIGTERM);
    Ran ran = recorder.wait();
    EXPECT_TRUE(ran.status == 0 || ran.status == 128 + SIGTERM) << ran.status << ran.err;
    EXPECT_EQ(traces_of(recorder.pid()), std::vector<std::string>()) << delay;
    for (const std::string& name : files()) EXPECT_EQ(name.find("out.upr.X"), std::string::npos);
    EXPECT_LE(files().size(), 2u) << "no half-made file beside out.upr and out.upr.old";
  }
}

TEST_F(TroubleSystemLive, StandardInputAndOutputsClosed) {
  Ran ran = run({"sh", "-c",
                 uproar_path() + " record -o " + recording() + " -e '" + work("n=%si:s64") + "' -- " +
                     loop() + " 5 <&- >&- 2>&-"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(info()["events"], 5);
}

TEST_F(TroubleSystemLive, ProgramDeletedWhileItIsRecorded) {
  const std::string copy = file("program");
  std::filesystem::copy_file(target_path("sleeper"), copy);
  Running target({copy});
  Running recorder({uproar_path(), "record", "-o", recording(), "-e", "p:beat " + copy + ":beat n=%di:s32"});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  sleep_ms(300);
  std::filesystem::remove(copy);
  sleep_ms(300);
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_GT(info()["events"].get<int>(), 30) << "the running program is recorded on";
  EXPECT_EQ(events()[0]["symbol"], "beat");
}

TEST_F(TroubleSystemLive, ProgramReplacedWhileItIsRecorded) {
  const std::string copy = file("program");
  std::filesystem::copy_file(target_path("sleeper"), copy);
  Running target({copy});
  Running recorder({uproar_path(), "record", "-o", recording(), "-e", "p:beat " + copy + ":beat n=%di:s32"});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  std::filesystem::copy_file(loop(), file("other"));
  std::filesystem::rename(file("other"), copy);
  run({copy, "100"});
  sleep_ms(300);
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_GT(info()["events"].get<int>(), 10);
  for (const auto& event : events()) EXPECT_EQ(event["comm"], "program");
}

TEST_F(TroubleSystemLive, RecorderDoesNotRecordItself) {
  // Every write(2) of all who use this C library, the recorder's own left out: they are neither recorded nor
  // counted as lost. The library is a copy, because on a busy machine the system's own is called too often.
  const std::string library = file("libc.so.6");
  run({"sh", "-c", "cp $(ldd /bin/sh | sed -n 's/.*libc.so.6 => \\([^ ]*\\).*/\\1/p') " + library});
  const std::vector<std::string> with_it{"env", "LD_LIBRARY_PATH=" + file("")};
  auto and_then = [&](std::vector<std::string> words) {
    words.insert(words.begin(), with_it.begin(), with_it.end());
    return words;
  };
  Running recorder(
      and_then({uproar_path(), "record", "-o", recording(), "-e", "p:w " + library + ":write n=%dx:u64"}));
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  for (int i = 0; i < 5; ++i) run(and_then({"sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; done"}));
  sleep_ms(1200);
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  EXPECT_EQ(ran.status, 0) << ran.err;
  auto about = info();
  EXPECT_GE(about["events"].get<int>(), 50);
  EXPECT_LT(about["events"].get<int>(), 200000) << "it must not feed on itself";
  EXPECT_EQ(about["lost"], 0);
  for (const auto& event : events()) EXPECT_NE(event["pid"], recorder.pid());
}

}  // namespace
}  // namespace uproar::live
