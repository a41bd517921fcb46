#include "resolve/places/process_file.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

// A child that has mapped libraries, some of which are removed then.
class Mapping {
 public:
  explicit Mapping(const std::vector<std::string>& libraries, bool remove) {
    int ends[2];
    if (::pipe(ends) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      char done = 'y';
      for (const std::string& each : libraries) {
        if (!::dlopen(each.c_str(), RTLD_NOW) || (remove && ::unlink(each.c_str()) != 0)) done = 'n';
      }
      if (::write(ends[1], &done, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char done = 'n';
    worked_ = ::read(ends[0], &done, 1) == 1 && done == 'y';
    ::close(ends[0]);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
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

class ProcessFile : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root may look into other processes' files";
    for (const char* name : {"libone.so", "libtwo.so"})
      fs::copy_file(oracle::fixture("libtarget.so.1"), folder_.path(name));
  }

  Result<TargetFile> find(pid_t pid, const std::string& symbol) {
    text_ = "p pid:" + std::to_string(pid) + ":" + symbol;
    ast::Probe probe;
    probe.target = {ast::Target::Form::Process, "", pid, {2, static_cast<uint32_t>(text_.rfind(':'))}};
    probe.site.form = ast::Site::Form::Symbol;
    probe.site.symbol = symbol;
    auto executable = resolve_target(probe.target, text_, default_path_environment());
    if (!executable.ok()) return executable;
    return file_in_process(probe, text_, std::move(*executable), default_path_environment(), hazards_);
  }

  TemporaryFolder folder_;
  std::string text_;
  Hazards hazards_;
};

TEST_F(ProcessFile, ALibraryThatIsMappedHasTheFunction) {
  for (bool remove : {false, true}) {
    Mapping mapping({folder_.path("libone.so")}, remove);
    ASSERT_TRUE(mapping.worked());
    auto found = find(mapping.pid(), "add_three");
    ASSERT_TRUE(found.ok()) << render(found.error());
    EXPECT_EQ(found->shown, folder_.path("libone.so"));
  }
}

TEST_F(ProcessFile, OfSeveralOneIsToBeChosen) {
  Mapping mapping({folder_.path("libone.so"), folder_.path("libtwo.so")}, false);
  ASSERT_TRUE(mapping.worked());
  auto found = find(mapping.pid(), "add_three");
  ASSERT_FALSE(found.ok());
  const std::string pid = std::to_string(mapping.pid());
  EXPECT_EQ(found.error().message, "2 files that process " + pid + " maps have add_three");
  EXPECT_NE(found.error().remedy.find("pid:" + pid + "/libone.so"), std::string::npos)
      << found.error().remedy;
  EXPECT_NE(found.error().remedy.find("pid:" + pid + "/libtwo.so"), std::string::npos)
      << found.error().remedy;
}

TEST_F(ProcessFile, TheExecutableStaysWhereNothingIsFound) {
  Mapping mapping({}, false);
  ASSERT_TRUE(mapping.worked());
  auto found = find(mapping.pid(), "no_such_function_anywhere");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->shown, fs::read_symlink("/proc/self/exe").string());
  EXPECT_TRUE(hazards_.empty());
}

TEST(ProcessTargetText, HasItsQuotesWhereTheyAreNeeded) {
  EXPECT_EQ(process_target_text(42, "/usr/lib/libc.so.6"), "pid:42/libc.so.6");
  EXPECT_EQ(process_target_text(42, "/memfd:dyn"), "\"pid:42/memfd:dyn\"");
  EXPECT_EQ(process_target_text(42, "/x/libjit code.so"), "\"pid:42/libjit code.so\"");
}

}  // namespace
}  // namespace uproar
