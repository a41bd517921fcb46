#include "kernel/ownership.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/proc/pid_namespace.h"
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

// As this process would mark what it makes, were it that one.
Owner neighbour(int32_t pid, uint64_t start_time) {
  Owner owner = this_process();
  owner.pid = pid;
  owner.start_time = start_time;
  return owner;
}

TEST(Ownership, NamesTellTheirOwner) {
  const Owner owner{4321, 987654321, 4026531836, 0x1a2b3c};
  EXPECT_EQ(temporary_group(owner), "uproar_4321_987654321_4026531836_001a2b3c");
  EXPECT_EQ(instance_name(owner), "uproar-4321-987654321-4026531836-001a2b3c");
  EXPECT_EQ(owner_of_group(temporary_group(owner)), owner);
  EXPECT_EQ(owner_of_instance(instance_name(owner)), owner);
  EXPECT_EQ(owner_of_instance(instance_name(owner) + "-tasks"), owner);
}

TEST(Ownership, NamesOfEarlierVersionsAreUnderstood) {
  EXPECT_EQ(owner_of_group("uproar_4321_987654321"), (Owner{4321, 987654321, 0, 0}));
  EXPECT_EQ(owner_of_instance("uproar-4321"), (Owner{4321, 0, 0, 0}));
  EXPECT_EQ(owner_of_instance("uproar-4321-tasks"), (Owner{4321, 0, 0, 0}));
}

TEST(Ownership, OtherNamesHaveNoOwner) {
  for (const char* group : {"", "uprobes", "uproar", "uproar_", "uproar_12", "uproar_12_", "uproar_x_1",
                            "uproar_12_1x", "uproar_-1_1", "uproar_0_1", "uproar_012_1", "uproar_12_1_1",
                            "uproar_12_1_1_1", "uproar_12_1_1_0000000x", "uproar_12_1_1_00000001_1",
                            "uproar_99999999999_1", "xuproar_12_1", "uproar-12_1"}) {
    EXPECT_FALSE(owner_of_group(group)) << group;
  }
  for (const char* name : {"", "uproar-", "uproar-x", "uproar-0", "uproar-012", "uproar-12x", "uproar_12",
                           "uproar-12-3", "uproar-12-3-4", "uproar-2147483648", "my-uproar-12"}) {
    EXPECT_FALSE(owner_of_instance(name)) << name;
  }
}

TEST(Ownership, ThisProcessIsAlive) {
  const Owner self = this_process();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_GT(self.start_time, 0u);
  EXPECT_GT(self.pid_namespace, 0u);
  EXPECT_GT(self.boot, 0u);
  EXPECT_EQ(state_of_owner(self), OwnerState::Alive);
  EXPECT_EQ(state_of_owner(neighbour(self.pid, 0)), OwnerState::Alive);
}

TEST(Ownership, RecycledPidIsNotTheOwner) {
  Owner before = this_process();
  ++before.start_time;
  EXPECT_EQ(state_of_owner(before), OwnerState::Dead);
}

TEST(Ownership, DeadAndImpossibleProcessesAreDead) {
  EXPECT_EQ(state_of_owner(neighbour(dead_pid(), 0)), OwnerState::Dead);
  EXPECT_EQ(state_of_owner(Owner{}), OwnerState::Dead);
  EXPECT_EQ(state_of_owner(neighbour(-1, 0)), OwnerState::Dead);
}

TEST(Ownership, ProcessThatNobodyWaitedForIsDead) {
  pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_EQ(state_of_owner(neighbour(child, 0)), OwnerState::Dead);
  ::waitpid(child, nullptr, 0);
}

// Marks of before say nothing of the namespace: whoever has that number anywhere may be the owner.
TEST(Ownership, OwnerOfAnEarlierVersionIsAliveWhileAnybodyHasItsNumber) {
  EXPECT_EQ(state_of_owner({::getppid(), 0, 0, 0}), OwnerState::Alive);
}

TEST(Ownership, OwnerOfAnotherBootCannotBeSeen) {
  Owner owner = neighbour(dead_pid(), 0);
  ++owner.boot;
  EXPECT_EQ(state_of_owner(owner), OwnerState::Unseen);
}

// From the first namespace everybody can be seen, from others nobody outside.
TEST(Ownership, OwnerOfANamespaceThatIsGone) {
  Owner owner = neighbour(dead_pid(), 5);
  const bool sees_all = is_initial_pid_namespace(owner.pid_namespace);
  owner.pid_namespace = 1;
  EXPECT_EQ(state_of_owner(owner), sees_all ? OwnerState::Dead : OwnerState::Unseen);
}

TEST(Ownership, OnlyLeftoversOfTheDeadAreRemoved) {
  FakeFolder fake;
  const Owner dead = neighbour(dead_pid(), 5);
  const Owner self = this_process();
  const Owner parent = neighbour(::getppid(), 0);
  Owner elsewhere = dead;
  ++elsewhere.boot;
  fake.make("instances/" + instance_name(dead));
  fake.make("instances/" + instance_name(dead) + "-tasks");
  fake.make("instances/" + instance_name(parent));
  fake.make("instances/" + instance_name(parent) + "-tasks");
  fake.make("instances/" + instance_name(elsewhere));
  fake.make("instances/foreign");
  fake.make("instances/uproar-x");
  const std::string listing =
      "p:" + temporary_group(dead) + "/a /f:0x0000000000000001\n" + "p:" + temporary_group(self) +
      "/b /f:0x0000000000000002\n" + "p:uprobes/c /f:0x0000000000000003\n" +
      "p:uproar_mine/d /f:0x0000000000000004\n" + "p:" + temporary_group(dead) +
      "/a /f:0x0000000000000005\n" + "p:" + temporary_group(elsewhere) + "/e /f:0x0000000000000006\n";
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
  EXPECT_TRUE(fake.has("instances/" + instance_name(elsewhere)));
  EXPECT_TRUE(fake.has("instances/foreign"));
  EXPECT_TRUE(fake.has("instances/uproar-x"));
}

// Whoever made it had this process's number before.
TEST(Ownership, InstanceOfAnEarlierProcessWithThisNumberIsALeftover) {
  FakeFolder fake;
  const std::string name = instance_name(neighbour(::getpid(), 1));
  fake.make("instances/" + name);
  fake.put("uprobe_events", "");
  auto removed = remove_leftovers(Tracefs(fake.root()));
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, std::vector<std::string>{"instances/" + name});
}

}  // namespace
}  // namespace uproar
