#include "kernel/tracefs/tracefs.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(Tracefs, MissingFolderIsNotMounted) {
  auto checked = Tracefs("/nonexistent").check();
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(render(checked.error()),
            "error: there is no tracefs at /nonexistent\n"
            "  help: mount it as root: mount -t tracefs tracefs /sys/kernel/tracing\n");
}

TEST(Tracefs, FolderWithoutUprobeEventsIsAKernelWithoutThem) {
  FakeFolder fake;
  auto checked = Tracefs(fake.root()).check();
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(
      render(checked.error()),
      "error: this kernel has no uprobe events\n  help: use a kernel built with CONFIG_UPROBE_EVENTS=y\n");
  fake.put("uprobe_events", "");
  EXPECT_TRUE(Tracefs(fake.root()).check().ok());
}

TEST(Tracefs, UsualMountPointIsPreferred) {
  EXPECT_EQ(find_tracefs_mount("proc /proc proc rw 0 0\n"
                               "tracefs /sys/kernel/debug/tracing tracefs rw 0 0\n"
                               "tracefs /sys/kernel/tracing tracefs rw 0 0\n"),
            "/sys/kernel/tracing");
  EXPECT_EQ(find_tracefs_mount("none /my\\040trace tracefs rw 0 0\n"), "/my trace");
  EXPECT_EQ(find_tracefs_mount("tracefs /tracefs ext4 rw 0 0\n"), "");
  EXPECT_EQ(find_tracefs_mount("tracefs"), "");
  EXPECT_EQ(find_tracefs_mount("x /a\\04 tracefs"), "/a\\04");
}

TEST(Tracefs, RefusedAccessNamesTheRemedy) {
  EXPECT_EQ(render(explain_tracefs_access("/t", EACCES, "none")),
            "error: this user may not use tracefs at /t\n  help: run it as root: sudo uproar …\n");
  EXPECT_EQ(
      render(explain_tracefs_access("/t", EPERM, "confidentiality")),
      "error: kernel lockdown (confidentiality) forbids the use of tracefs\n"
      "  help: boot without lockdown=confidentiality; secure boot may have to be switched off for that\n");
  EXPECT_EQ(render(explain_tracefs_access("/t", EPERM, "")),
            "error: this user may not use tracefs at /t\n  help: run it as root: sudo uproar …\n");
  EXPECT_EQ(render(explain_tracefs_access("/t", EIO, "")),
            "error: cannot use tracefs at /t: Input/output error\n");
}

TEST(Tracefs, WritingNeverMakesAFile) {
  FakeFolder fake;
  auto written = Tracefs(fake.root()).write("tracing_on", "1");
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().sys_errno, ENOENT);
  EXPECT_FALSE(fake.has("tracing_on"));
}

TEST(Tracefs, WritingTruncatesOnlyIfAsked) {
  FakeFolder fake;
  fake.put("f", "12345");
  Tracefs tracefs(fake.root());
  ASSERT_TRUE(tracefs.write("f", "a").ok());
  EXPECT_EQ(tracefs.read("f").value(), "a2345");
  ASSERT_TRUE(tracefs.write("f", "b", O_APPEND).ok());
  EXPECT_EQ(tracefs.read("f").value(), "a2345b");
  ASSERT_TRUE(tracefs.write("f", "c", O_TRUNC).ok());
  EXPECT_EQ(tracefs.read("f").value(), "c");
}

TEST(Tracefs, ListingIsSortedAndEmptyForWhatIsNoFolder) {
  FakeFolder fake;
  fake.put("instances/b/x", "");
  fake.put("instances/a/x", "");
  Tracefs tracefs(fake.root());
  EXPECT_EQ(tracefs.list("instances"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(tracefs.list("none").empty());
  EXPECT_TRUE(tracefs.exists("instances/a"));
  EXPECT_FALSE(tracefs.exists("instances/c"));
}

TEST(Tracefs, NamesThatLeaveTheFolderAreNoNames) {
  for (const char* name : {"", ".", "..", "a/b", "a b", "a\tb", "a\nb", "a#b", "\x7f"})
    EXPECT_FALSE(is_plain_name(name)) << name;
  for (const char* name : {"a", "uproar-12", "p_a+b_0x10", "..a", "ü"})
    EXPECT_TRUE(is_plain_name(name)) << name;
}

}  // namespace
}  // namespace uproar
