// Files of real processes that no path leads to any more, or none of ours.
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "binary/elf/elf_file.h"
#include "resolve/target/target_path.h"
#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

// A child that does `work` and then waits until it is killed.
class Child {
 public:
  explicit Child(const std::function<bool()>& work) {
    int ends[2];
    if (::pipe(ends) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      const char done = work() ? 'y' : 'n';
      if (::write(ends[1], &done, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char done = 'n';
    worked_ = ::read(ends[0], &done, 1) == 1 && done == 'y';
    ::close(ends[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  bool worked() const { return worked_; }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  bool worked_ = false;
};

class TargetProcess : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root may look into other processes' files";
    library_ = folder_.path("libthing.so.1");
    fs::copy_file(oracle::fixture("libtarget.so.1"), library_);
  }

  Result<TargetFile> resolve(pid_t pid, const std::string& library) {
    text_ = "p pid:" + std::to_string(pid) + "/" + library + ":add_two";
    return resolve_target(
        {ast::Target::Form::Process, library, pid, {2, static_cast<uint32_t>(text_.size() - 8)}}, text_,
        default_path_environment());
  }
  // The target must lead to the very file that was loaded, which its build-id tells.
  void expect_the_library(const Result<TargetFile>& target) {
    ASSERT_TRUE(target.ok()) << render(target.error());
    auto file = ElfFile::open(target->path);
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_EQ((*file)->build_id(), oracle::build_id(oracle::fixture("libtarget.so.1")));
    EXPECT_EQ(target->path.find_first_of(" #"), std::string::npos);
  }

  TemporaryFolder folder_;
  std::string library_;
  std::string text_;
};

TEST_F(TargetProcess, LibraryThatWasRemoved) {
  Child child([&] { return ::dlopen(library_.c_str(), RTLD_NOW) && ::unlink(library_.c_str()) == 0; });
  ASSERT_TRUE(child.worked());
  auto target = resolve(child.pid(), "libthing.so");
  expect_the_library(target);
  EXPECT_NE(target->path.find("/map_files/"), std::string::npos) << target->path;
  EXPECT_EQ(target->shown, library_);
}

TEST_F(TargetProcess, LibraryThatWasReplaced) {
  Child child([&] {
    if (!::dlopen(library_.c_str(), RTLD_NOW)) return false;
    fs::copy_file(oracle::fixture("libapart.so"), library_ + ".new");
    fs::rename(library_ + ".new", library_);
    return true;
  });
  ASSERT_TRUE(child.worked());
  expect_the_library(resolve(child.pid(), "libthing"));
}

TEST_F(TargetProcess, LibraryInMemoryOnly) {
  Child child([&] {
    int memory = ::memfd_create("libjit code.so", 0);
    int file = ::open(library_.c_str(), O_RDONLY);
    char buffer[4096];
    for (ssize_t got; (got = ::read(file, buffer, sizeof buffer)) > 0;) {
      if (::write(memory, buffer, static_cast<size_t>(got)) != got) return false;
    }
    return ::dlopen(("/proc/self/fd/" + std::to_string(memory)).c_str(), RTLD_NOW) != nullptr;
  });
  ASSERT_TRUE(child.worked());
  expect_the_library(resolve(child.pid(), "libjit code.so"));
  expect_the_library(resolve(child.pid(), "memfd:libjit code.so"));
}

TEST_F(TargetProcess, LibraryInAnotherMountNamespace) {
  Child child([&] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      return false;
    const std::string hidden = folder_.path("hidden");
    fs::create_directory(hidden);
    if (::mount("tmpfs", hidden.c_str(), "tmpfs", 0, nullptr) != 0) return false;
    fs::copy_file(library_, hidden + "/libinside.so.1");
    return ::dlopen((hidden + "/libinside.so.1").c_str(), RTLD_NOW) != nullptr;
  });
  if (!child.worked()) GTEST_SKIP() << "mount namespaces are not allowed here";
  auto target = resolve(child.pid(), "libinside");
  expect_the_library(target);
  EXPECT_EQ(target->path.rfind("/proc/" + std::to_string(child.pid()) + "/root" + folder_.path("hidden"), 0),
            0u)
      << target->path;
  EXPECT_EQ(target->shown, folder_.path("hidden/libinside.so.1"));
}

TEST_F(TargetProcess, LibraryBelowAChangedRoot) {
  fs::create_directory(folder_.path("jail"));
  fs::copy_file(library_, folder_.path("jail/libinside.so.1"));
  Child child([&] {
    return ::dlopen(folder_.path("jail/libinside.so.1").c_str(), RTLD_NOW) != nullptr &&
           ::chroot(folder_.path("jail").c_str()) == 0;
  });
  ASSERT_TRUE(child.worked());
  expect_the_library(resolve(child.pid(), "libinside"));
}

TEST_F(TargetProcess, ExecutableThatWasRemoved) {
  const std::string program = folder_.path("program");
  fs::copy_file("/bin/sleep", program);
  const std::string build_id = oracle::build_id(program);
  pid_t pid = ::fork();
  if (pid == 0) {
    ::execl(program.c_str(), program.c_str(), "100", nullptr);
    ::_exit(1);
  }
  for (int i = 0; i < 200 && fs::read_symlink("/proc/" + std::to_string(pid) + "/exe") != program; ++i)
    ::usleep(10000);
  ::unlink(program.c_str());
  auto target = resolve(pid, "");
  ASSERT_TRUE(target.ok()) << render(target.error());
  EXPECT_EQ(target->path, "/proc/" + std::to_string(pid) + "/exe");
  EXPECT_EQ(target->shown, program);
  auto file = ElfFile::open(target->path);
  EXPECT_TRUE(file.ok() && (*file)->build_id() == build_id);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace
}  // namespace uproar
