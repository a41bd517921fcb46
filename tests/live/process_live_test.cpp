// Files that only a running process leads to: deleted, replaced, in another mount namespace, in memory.
#include <filesystem>
#include <memory>

#include "program_test.h"

namespace uproar::live {
namespace {

namespace fs = std::filesystem;

class ProcessLive : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    write("work.c", kLibrary);
    build("gcc -O1 -shared -fPIC -o libwork.so work.c && gcc -O1 -o worker " + target_source("worker.c") +
          " -ldl");
  }
  // The worker, once it has its library.
  std::unique_ptr<Running> started(const std::vector<std::string>& command) const {
    auto worker = std::make_unique<Running>(command);
    EXPECT_TRUE(eventually([&] { return worker->err_so_far() == "begins\n"; })) << worker->err_so_far();
    return worker;
  }
  std::unique_ptr<Running> started() const { return started({file("worker"), file("libwork.so")}); }

  static std::string of(const Running& process) { return "pid:" + std::to_string(process.pid()); }
  // Records for a while; the numbers must be in a row, and there must be some.
  void expect_numbers(const Running& process, const std::string& place) {
    record({"-e", "p:seen " + place + " number=$arg1:s32", "-p", std::to_string(process.pid()), "--duration",
            "200ms"});
    if (HasFatalFailure()) return;
    const std::vector<Seen> all = seen();
    EXPECT_GT(all.size(), 3u) << place;
    for (size_t i = 1; i < all.size(); ++i) {
      EXPECT_EQ(all[i].arguments["number"].get<int>(), all[i - 1].arguments["number"].get<int>() + 1);
    }
  }

  static constexpr const char* kLibrary =
      "#ifdef OTHER\nint other(int a) { return a * 7 + 1; }\nint more(int a) { return other(a) - 3; "
      "}\n#endif\n"
      "int work(int number) { __asm__ volatile(\"\" ::\"r\"(number) : \"memory\"); return number; }\n";
};

TEST_F(ProcessLive, ProgramAndLibrary) {
  auto worker = started();
  expect_numbers(*worker, of(*worker) + ":step");
  expect_numbers(*worker, of(*worker) + "/libwork.so:work");
  expect_numbers(*worker, of(*worker) + "/libwork:work");
}

TEST_F(ProcessLive, LibraryThatWasDeleted) {
  auto worker = started();
  fs::remove(file("libwork.so"));
  expect_numbers(*worker, of(*worker) + "/libwork.so:work");
}

TEST_F(ProcessLive, LibraryThatWasReplaced) {
  auto worker = started();
  build("gcc -O1 -DOTHER -shared -fPIC -o libnew.so work.c && mv libnew.so libwork.so");
  expect_numbers(*worker, of(*worker) + "/libwork.so:work");
  // The file of that path is another one, which nobody has mapped.
  record({"-e", "p:seen " + file("libwork.so") + ":work", "-p", std::to_string(worker->pid()), "--duration",
          "100ms"});
  EXPECT_EQ(events().size(), 0u);
  auto fresh = started();
  expect_numbers(*fresh, file("libwork.so") + ":work");
}

TEST_F(ProcessLive, ProgramThatWasDeleted) {
  auto worker = started();
  fs::remove(file("worker"));
  expect_numbers(*worker, of(*worker) + ":step");
  expect_numbers(*worker, of(*worker) + "/worker:step");
}

TEST_F(ProcessLive, ProgramThatWasReplaced) {
  auto worker = started();
  build("gcc -O0 -o other " + target_source("worker.c") + " -ldl && mv other worker");
  expect_numbers(*worker, of(*worker) + ":step");
}

TEST_F(ProcessLive, FilesOfAnotherMountNamespace) {
  fs::create_directory(file("inside"));
  if (run({"unshare", "-m", "true"}).status != 0) GTEST_SKIP() << "no mount namespaces can be made here";
  const std::string inside = file("inside");
  auto worker =
      started({"unshare", "-m", "sh", "-c",
               "mount -t tmpfs none " + inside + " && cp " + file("worker") + " " + file("libwork.so") + " " +
                   inside + " && cd / && exec " + inside + "/worker " + inside + "/libwork.so"});
  EXPECT_FALSE(fs::exists(inside + "/libwork.so"));
  expect_numbers(*worker, of(*worker) + ":step");
  expect_numbers(*worker, of(*worker) + "/libwork.so:work");
}

TEST_F(ProcessLive, PathThatMeansAnotherFileInItsNamespace) {
  if (run({"unshare", "-m", "true"}).status != 0) GTEST_SKIP() << "no mount namespaces can be made here";
  build("mkdir other && gcc -O1 -DOTHER -shared -fPIC -o other/libwork.so work.c");
  auto worker = started({"unshare", "-m", "sh", "-c",
                         "mount --bind " + file("other/libwork.so") + " " + file("libwork.so") + " && exec " +
                             file("worker") + " " + file("libwork.so")});
  expect_numbers(*worker, of(*worker) + "/libwork.so:work");
  record({"-e", "p:seen " + file("libwork.so") + ":work", "-p", std::to_string(worker->pid()), "--duration",
          "100ms"});
  EXPECT_EQ(events().size(), 0u);
}

TEST_F(ProcessLive, LibraryInMemory) {
  auto worker = started({file("worker"), file("libwork.so"), "memory"});
  expect_numbers(*worker, "\"" + of(*worker) + "/memfd:libmemory.so\":work");
  expect_numbers(*worker, of(*worker) + "/libmemory.so:work");
}

TEST_F(ProcessLive, WhatIsNotMappedIsSaid) {
  auto worker = started();
  const std::string told = complaint("p:x " + of(*worker) + "/libwrk.so:work");
  EXPECT_NE(told.find("libwork.so"), std::string::npos) << told;
  EXPECT_NE(complaint("p:x " + of(*worker) + ":wrok").find("wrok"), std::string::npos);
}

}  // namespace
}  // namespace uproar::live
