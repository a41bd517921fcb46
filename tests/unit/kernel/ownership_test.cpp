#include "kernel/ownership.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/fake_folder.h"

namespace uproar {
namespace {

// The PID of a process that has ended and been waited for.
int32_t dead_pid() {
  pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

TEST(Ownership, NamesTellTheirOwner) {
  const Owner owner{4321, 987654321};
  EXPECT_EQ(temporary_group(owner), "uproar_4321_987654321");
  EXPECT_EQ(instance_name(owner), "uproar-4321");
  auto of_group = owner_of_group(temporary_group(owner));
  ASSERT_TRUE(of_group);
  EXPECT_EQ(of_group->pid, 4321);
  EXPECT_EQ(of_group->start_time, 987654321u);
  auto of_instance = owner_of_instance(instance_name(owner));
  ASSERT_TRUE(of_instance);
  EXPECT_EQ(of_instance->pid, 4321);
  EXPECT_EQ(of_instance->start_time, 0u);
}

TEST(Ownership, OtherNamesHaveNoOwner) {
  for (const char* group : {"", "uprobes", "uproar", "uproar_", "uproar_12", "uproar_12_", "uproar_x_1",
                            "uproar_12_1x", "uproar_-1_1", "uproar_0_1", "uproar_012_1", "uproar_12_1_1",
                            "uproar_99999999999_1", "xuproar_12_1", "uproar-12_1"}) {
    EXPECT_FALSE(owner_of_group(group)) << group;
  }
  for (const char* name : {"", "uproar-", "uproar-x", "uproar-0", "uproar-012", "uproar-12x", "uproar_12",
                           "uproar-2147483648", "my-uproar-12"}) {
    EXPECT_FALSE(owner_of_instance(name)) << name;
  }
}

TEST(Ownership, ThisProcessIsAlive) {
  const Owner self = this_process();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_GT(self.start_time, 0u);
  EXPECT_TRUE(is_alive(self));
  EXPECT_TRUE(is_alive({self.pid, 0}));
}

TEST(Ownership, RecycledPidIsNotTheOwner) {
  Owner before = this_process();
  ++before.start_time;
  EXPECT_FALSE(is_alive(before));
}

TEST(Ownership, DeadAndImpossibleProcessesAreDead) {
  EXPECT_FALSE(is_alive({dead_pid(), 0}));
  EXPECT_FALSE(is_alive({0, 0}));
  EXPECT_FALSE(is_alive({-1, 0}));
}

TEST(Ownership, ProcessThatNobodyWaitedForIsDead) {
  pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_FALSE(is_alive({child, 0}));
  ::waitpid(child, nullptr, 0);
}

TEST(Ownership, OnlyLeftoversOfTheDeadAreRemoved) {
  FakeFolder fake;
  const Owner dead{dead_pid(), 5};
  const Owner self = this_process();
  const Owner parent{::getppid(), 0};
  fake.make("instances/" + instance_name(dead));
  fake.make("instances/" + instance_name(dead) + "-tasks");
  fake.make("instances/" + instance_name(parent));
  fake.make("instances/" + instance_name(parent) + "-tasks");
  fake.make("instances/foreign");
  fake.make("instances/uproar-x");
  const std::string listing =
      "p:" + temporary_group(dead) + "/a /f:0x0000000000000001\n" + "p:" + temporary_group(self) +
      "/b /f:0x0000000000000002\n" + "p:uprobes/c /f:0x0000000000000003\n" +
      "p:uproar_mine/d /f:0x0000000000000004\n" + "p:" + temporary_group(dead) + "/a /f:0x0000000000000005\n";
  fake.put("uprobe_events", listing);
  auto removed = remove_leftovers(Tracefs(fake.root()));
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, (std::vector<std::string>{"instances/" + instance_name(dead),
                                                "instances/" + instance_name(dead) + "-tasks",
                                                temporary_group(dead) + "/a"}));
  EXPECT_EQ(fake.get("uprobe_events"), listing + "-:" + temporary_group(dead) + "/a\n");
  EXPECT_FALSE(fake.has("instances/" + instance_name(dead)));
  EXPECT_TRUE(fake.has("instances/" + instance_name(parent)));
  EXPECT_TRUE(fake.has("instances/" + instance_name(parent) + "-tasks"));
  EXPECT_TRUE(fake.has("instances/foreign"));
  EXPECT_TRUE(fake.has("instances/uproar-x"));
}

// Whoever made it had this process's number before.
TEST(Ownership, InstanceOfAnEarlierProcessWithThisNumberIsALeftover) {
  FakeFolder fake;
  fake.make("instances/" + instance_name(this_process()));
  fake.put("uprobe_events", "");
  auto removed = remove_leftovers(Tracefs(fake.root()));
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, std::vector<std::string>{"instances/" + instance_name(this_process())});
}

}  // namespace
}  // namespace uproar
