// empty_program FILE OFFSET [stack]: the cheapest program that the kernel can run at a place, until standard input ends:
// what the programs of recordings are measured against. With "stack" it asks the kernel for the call chain.
#include <linux/bpf.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "kernel/bpf/program_loader.h"
#include "kernel/bpf/uprobe_link.h"

namespace {

int fail(const uproar::Error& error) {
  std::fputs(render(error).c_str(), stderr);
  return 1;
}

std::vector<uproar::BpfInstruction> nothing() {
  return {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0}};
}

// bpf_get_stack(ctx, frame - 256, 256, BPF_F_USER_STACK): room for 32 callers.
std::vector<uproar::BpfInstruction> call_chain() {
  constexpr int32_t kBytes = 256;
  return {{BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_10 << 4 | BPF_REG_2, 0, 0},
          {BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, -kBytes},
          {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, kBytes},
          {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, BPF_F_USER_STACK},
          {BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_get_stack},
          {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0},
          {BPF_JMP | BPF_EXIT, 0, 0, 0}};
}

}  // namespace

int main(int argc, char** argv) {
  const bool with_stack = argc == 4 && argv[3] == std::string_view("stack");
  if (argc != 3 && !with_stack) return 2;
  uproar::BpfProgram program;
  program.name = "uproar_empty";
  program.is_sleepable = true;
  program.instructions = with_stack ? call_chain() : nothing();
  const auto loaded = load_program(program, uproar::BpfAttach::UprobeMulti, uproar::BpfMaps());
  if (!loaded.ok()) return fail(loaded.error());
  uproar::UprobeLink link;
  link.path = argv[1];
  link.places.push_back({std::strtoull(argv[2], nullptr, 0), 0, 0});
  const auto linked = link_uprobes(loaded->get(), link);
  if (!linked.ok()) return fail(linked.error());
  std::puts("armed");
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
}
