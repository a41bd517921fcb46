#include "kernel/bpf/bpf_features.h"

#include <linux/bpf.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "kernel/bpf/bpf_map.h"
#include "kernel/bpf/program_loader.h"
#include "kernel/bpf/uprobe_link.h"

namespace uproar {
namespace {

// Reads eight bytes at address 0 onto its stack: of the helpers that records need one that takes CAP_PERFMON.
BpfProgram reading_program(bool sleepable) {
  constexpr uint8_t kMove = BPF_ALU64 | BPF_MOV | BPF_X;
  constexpr uint8_t kMoveNumber = BPF_ALU64 | BPF_MOV | BPF_K;
  BpfProgram program;
  program.name = "uproar_try";
  program.is_sleepable = sleepable;
  program.instructions = {{kMove, 10 << 4 | 1, 0, 0},
                          {BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, -8},
                          {kMoveNumber, 2, 0, 8},
                          {kMoveNumber, 3, 0, 0},
                          {BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_probe_read_user},
                          {kMoveNumber, 0, 0, 0},
                          {BPF_JMP | BPF_EXIT, 0, 0, 0}};
  return program;
}

Result<Fd> load(bool sleepable) {
  return load_program(reading_program(sleepable), BpfAttach::UprobeMulti, BpfMaps());
}

}  // namespace

BpfFeatures probe_bpf_features() {
  BpfFeatures features;
  BpfMapPlan ring;
  ring.kind = BpfMapPlan::Kind::Ring;
  ring.name = "uproar_try";
  ring.entries = static_cast<uint32_t>(::sysconf(_SC_PAGESIZE));
  const Result<Fd> map = create_map(ring);
  features.maps = map.ok();
  if (!map.ok()) features.maps_errno = map.error().sys_errno;

  const Result<Fd> plain = load(false);
  features.programs = plain.ok();
  if (!plain.ok()) {
    features.programs_errno = plain.error().sys_errno;
    return features;
  }
  features.sleepable = load(true).ok();
  features.uprobe_multi = knows_uprobe_links(plain->get());
  return features;
}

}  // namespace uproar
