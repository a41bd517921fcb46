#include "kernel/bpf/task_follower.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "event/bpf_abi.h"
#include "kernel/bpf/bpf_error.h"
#include "kernel/bpf/program_loader.h"

namespace uproar {
namespace {

// Processes that live at one time; what has ended leaves.
constexpr uint32_t kMostTasks = 1 << 16;

// Registers, and the slots of the programs' stacks.
constexpr uint8_t kR0 = 0, kR1 = 1, kR2 = 2, kR3 = 3, kR4 = 4, kR6 = 6, kR10 = 10;
constexpr int16_t kParent = -8;  // struct uproar_task
constexpr int16_t kChild = -16;  // the same
constexpr int16_t kGroup = -20;  // u32
constexpr int16_t kValue = -24;  // u32, of which the map keeps a byte

BpfInstruction move(uint8_t to, uint8_t from) {
  return {BPF_ALU64 | BPF_MOV | BPF_X, static_cast<uint8_t>(from << 4 | to), 0, 0};
}
BpfInstruction move_number(uint8_t to, int32_t number) {
  return {BPF_ALU64 | BPF_MOV | BPF_K, to, 0, number};
}
BpfInstruction add_number(uint8_t to, int32_t number) {
  return {BPF_ALU64 | BPF_ADD | BPF_K, to, 0, number};
}
BpfInstruction load_word(uint8_t to, uint8_t from, int16_t offset) {
  return {BPF_LDX | BPF_W | BPF_MEM, static_cast<uint8_t>(from << 4 | to), offset, 0};
}
BpfInstruction store_word(uint8_t to, int16_t offset, uint8_t from) {
  return {BPF_STX | BPF_W | BPF_MEM, static_cast<uint8_t>(from << 4 | to), offset, 0};
}
BpfInstruction store_number(uint8_t to, int16_t offset, int32_t number) {
  return {BPF_ST | BPF_W | BPF_MEM, to, offset, number};
}
BpfInstruction call(int32_t helper) {
  return {BPF_JMP | BPF_CALL, 0, 0, helper};
}

class Assembled {
 public:
  explicit Assembled(std::string name) { program_.name = std::move(name); }
  Assembled& add(std::initializer_list<BpfInstruction> more) {
    program_.instructions.insert(program_.instructions.end(), more);
    return *this;
  }
  Assembled& part(const char* name) {
    program_.parts.push_back({static_cast<uint32_t>(program_.instructions.size()), name});
    return *this;
  }
  // r1 = the map
  Assembled& tasks() {
    program_.patches.push_back({static_cast<uint32_t>(program_.instructions.size()), BpfMap::Tasks});
    return add({{BPF_LD | BPF_DW | BPF_IMM, BPF_PSEUDO_MAP_FD << 4 | kR1, 0, 0}, {}});
  }
  // A word of the kernel's memory at r6 + offset, to the stack.
  Assembled& kernel_word(uint32_t offset, int16_t to) {
    return add({move(kR1, kR10), add_number(kR1, to), move_number(kR2, 4), move(kR3, kR6),
                add_number(kR3, static_cast<int32_t>(offset)), call(BPF_FUNC_probe_read_kernel)});
  }
  // To the program's end, if the condition between a register and a number, or another register, holds.
  Assembled& leave_if(uint8_t operation, uint8_t left, int32_t number) {
    return leave({static_cast<uint8_t>(BPF_JMP | operation | BPF_K), left, 0, number});
  }
  Assembled& leave_if_differs(uint8_t left, uint8_t right) {
    return leave({BPF_JMP | BPF_JNE | BPF_X, static_cast<uint8_t>(right << 4 | left), 0, 0});
  }
  BpfProgram done() {
    const size_t end = program_.instructions.size();
    add({move_number(kR0, 0), {BPF_JMP | BPF_EXIT, 0, 0, 0}});
    for (const size_t at : leaving_) program_.instructions[at].offset = static_cast<int16_t>(end - at - 1);
    return std::move(program_);
  }

 private:
  Assembled& leave(BpfInstruction jump) {
    leaving_.push_back(program_.instructions.size());
    return add({jump});
  }
  BpfProgram program_;
  std::vector<size_t> leaving_;
};

// sched_process_fork(parent, child): runs in the parent.
BpfProgram fork_program(const std::string& name, const TaskNumbers& numbers) {
  Assembled code(name);
  code.part("is the process that forks a chosen one")
      .add({{BPF_LDX | BPF_DW | BPF_MEM, kR1 << 4 | kR6, 8, 0},
            call(BPF_FUNC_get_current_pid_tgid),
            {BPF_ALU64 | BPF_RSH | BPF_K, kR0, 0, 32},
            store_word(kR10, kParent, kR0),
            store_number(kR10, kParent + 4, 0)})
      .tasks()
      .add({move(kR2, kR10), add_number(kR2, kParent), call(BPF_FUNC_map_lookup_elem)})
      .leave_if(BPF_JEQ, kR0, 0);
  code.part("a new thread is in its process already")
      .kernel_word(numbers.thread, kChild)
      .kernel_word(numbers.process, kGroup)
      .add({load_word(kR1, kR10, kChild), load_word(kR2, kR10, kGroup)})
      .leave_if_differs(kR1, kR2);
  code.part("choose the new process")
      .add({store_number(kR10, kChild + 4, 0), store_number(kR10, kValue, 1)})
      .tasks()
      .add({move(kR2, kR10), add_number(kR2, kChild), move(kR3, kR10), add_number(kR3, kValue),
            move_number(kR4, BPF_ANY), call(BPF_FUNC_map_update_elem)});
  return code.done();
}

// sched_process_free(task): when the number may be used again.
BpfProgram free_program(const std::string& name, const TaskNumbers& numbers) {
  Assembled code(name);
  code.part("a task is gone")
      .add({{BPF_LDX | BPF_DW | BPF_MEM, kR1 << 4 | kR6, 0, 0}})
      .kernel_word(numbers.thread, kChild)
      .add({store_number(kR10, kChild + 4, 0)})
      .tasks()
      .add({move(kR2, kR10), add_number(kR2, kChild), call(BPF_FUNC_map_delete_elem)});
  return code.done();
}

Result<Fd> attach(const BpfProgram& program, const char* tracepoint, int tasks) {
  BpfMaps maps;
  maps[BpfMap::Tasks] = tasks;
  TRY_ASSIGN(const Fd loaded, load_program(program, BpfAttach::RawTracepoint, maps));
  const int link = ::bpf_raw_tracepoint_open(tracepoint, loaded.get());
  if (link < 0) return bpf_error(std::string("cannot attach to the kernel's ") + tracepoint, errno);
  return Fd(link);
}

Result<void> choose(int tasks, uproar_task task) {
  const uint8_t value = 1;
  return update_map(tasks, &task, &value);
}

std::optional<uint32_t> member_offset(const btf* types, const btf_type* structure, std::string_view name) {
  const btf_member* members = ::btf_members(structure);
  for (uint32_t i = 0; i < ::btf_vlen(structure); ++i) {
    const char* member = ::btf__name_by_offset(types, members[i].name_off);
    if (member && name == member) return ::btf_member_bit_offset(structure, i) / 8;
  }
  return std::nullopt;
}

}  // namespace

Result<Fd> create_task_map(const std::string& name) {
  BpfMapPlan plan;
  plan.kind = BpfMapPlan::Kind::Hash;
  plan.name = name;
  plan.key_bytes = sizeof(uproar_task);
  plan.value_bytes = 1;
  plan.entries = kMostTasks;
  return create_map(plan);
}

Result<void> choose_process(int tasks, int32_t process) {
  return choose(tasks, {static_cast<uint32_t>(process), 0});
}

Result<void> choose_thread(int tasks, int32_t thread) {
  return choose(tasks, {static_cast<uint32_t>(thread), 1});
}

Result<TaskFollower> TaskFollower::start(int tasks, const std::string& name) {
  TRY_ASSIGN(const TaskNumbers numbers, find_task_numbers());
  TRY_ASSIGN(Fd freed, attach(free_program(name, numbers), "sched_process_free", tasks));
  TRY_ASSIGN(Fd forked, attach(fork_program(name, numbers), "sched_process_fork", tasks));
  return TaskFollower(std::move(forked), std::move(freed));
}

Result<TaskNumbers> find_task_numbers(const std::string& btf_path) {
  const Error missing{"cannot follow the children of a process: " + btf_path +
                          " does not say where the kernel keeps the number of a task",
                      {},
                      "record the whole system (-a) or single threads (-t), or take --via tracefs",
                      ENOENT};
  // The library would print to standard error what is told here as an error.
  ::libbpf_set_print(nullptr);
  const std::unique_ptr<btf, decltype(&::btf__free)> types(::btf__parse(btf_path.c_str(), nullptr),
                                                           &::btf__free);
  if (!types) return missing;
  const int id = ::btf__find_by_name_kind(types.get(), "task_struct", BTF_KIND_STRUCT);
  if (id < 0) return missing;
  const btf_type* structure = ::btf__type_by_id(types.get(), static_cast<uint32_t>(id));
  const auto thread = member_offset(types.get(), structure, "pid");
  const auto process = member_offset(types.get(), structure, "tgid");
  if (!thread || !process) return missing;
  return TaskNumbers{*thread, *process};
}

Result<uint32_t> kernel_number_of_this_process() {
  Assembled code("uproar_who");
  code.part("the number of the process that asks")
      .add({call(BPF_FUNC_get_current_pid_tgid),
            {BPF_ALU64 | BPF_RSH | BPF_K, kR0, 0, 32},
            {BPF_JMP | BPF_EXIT, 0, 0, 0}});
  BpfProgram program = code.done();
  program.instructions.resize(3);
  TRY_ASSIGN(const Fd loaded, load_program(program, BpfAttach::RawTracepoint, BpfMaps()));
  LIBBPF_OPTS(bpf_test_run_opts, options);
  if (::bpf_prog_test_run_opts(loaded.get(), &options) != 0)
    return bpf_error("cannot run a BPF program to learn the number of this process", errno);
  return options.retval;
}

}  // namespace uproar
