#include "resolve/hazards/seccomp.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "resolve/resolver.h"
#include "support/compile.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

void add_process(const Workshop& proc, int pid, int mode, uint64_t inode) {
  const std::string folder = std::to_string(pid);
  fs::create_directory(proc.path(folder));
  proc.put(folder + "/status",
           "Name:\tworker\nNoNewPrivs:\t0\nSeccomp:\t" + std::to_string(mode) + "\nSeccomp_filters:\t0\n");
  proc.put(folder + "/maps",
           "00400000-00401000 r-xp 00000000 fe:01 " + std::to_string(inode) + " /opt/worker\n");
}

TEST(Seccomp, KernelsWhoseReturnsAreASystemCallThatFiltersDoNotKnow) {
  for (const char* release : {"6.11.0", "6.12.5-1-generic", "6.13"})
    EXPECT_TRUE(filters_stop_returns(release)) << release;
  for (const char* release : {"6.10.2", "6.14.0", "", "other"})
    EXPECT_FALSE(filters_stop_returns(release)) << release;
}

TEST(Seccomp, TheLowestProcessWithAFilterThatMapsTheFile) {
  Workshop proc;
  proc.put("version", "no process");
  EXPECT_EQ(process_with_filter(proc.path(""), 77), 0);
  add_process(proc, 10, 0, 77);
  add_process(proc, 20, 1, 77);
  add_process(proc, 30, 2, 78);
  EXPECT_EQ(process_with_filter(proc.path(""), 77), 0);
  add_process(proc, 50, 2, 77);
  add_process(proc, 40, 2, 77);
  EXPECT_EQ(process_with_filter(proc.path(""), 77), 40);
  EXPECT_EQ(process_with_filter("/no/such/folder", 77), 0);
}

TEST(Seccomp, ReturnProbeThatWouldEndAProcessIsRefused) {
  std::string program = UPROAR_SITE_FIXTURES;
  program.append("/sites");
  struct stat status;
  if (::stat(program.c_str(), &status) != 0) GTEST_SKIP() << "the fixtures are x86-64 code";
  Workshop proc;
  add_process(proc, 40, 2, status.st_ino);
  PathEnvironment environment;
  environment.proc = proc.path("");
  environment.search_path = UPROAR_SITE_FIXTURES;
  ResolveOptions options;
  options.kernel_release = "6.12.5";
  auto resolved = resolve_definition("r sites:push_first", environment, options);
  ASSERT_TRUE(resolved.ok()) << render(resolved.error());
  ASSERT_EQ(resolved->hazards.size(), 1u);
  const Hazard& hazard = resolved->hazards[0];
  EXPECT_EQ(hazard.level, Hazard::Level::Refused);
  EXPECT_TRUE(hazard.overridable);
  EXPECT_EQ(hazard.message,
            "kernel 6.12.5 may end process 40 at a return probe: its seccomp filter refuses the system call "
            "behind it");
  EXPECT_EQ(hazard.remedy, "probe its RET instructions (as p, by their offsets)");
  resolved = resolve_definition("p sites:push_first", environment, options);
  ASSERT_TRUE(resolved.ok());
  EXPECT_TRUE(resolved->hazards.empty());
}

}  // namespace
}  // namespace uproar
