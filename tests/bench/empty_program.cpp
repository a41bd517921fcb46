// empty_program FILE OFFSET: the cheapest program that the kernel can run at a place, until standard input ends: what
// the programs of recordings are measured against.
#include <linux/bpf.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "kernel/bpf/program_loader.h"
#include "kernel/bpf/uprobe_link.h"

namespace {

int fail(const uproar::Error& error) {
  std::fputs(render(error).c_str(), stderr);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  uproar::BpfProgram program;
  program.name = "uproar_empty";
  program.is_sleepable = true;
  program.instructions = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0}};
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
