// Programs of the BPF back end as plain data: what has to be loaded, into which of its instructions the numbers of maps
// go, and what the records that they send look like.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/bpf_layout.h"

namespace uproar {

// The bytes of the kernel's struct bpf_insn (include/uapi/linux/bpf.h).
struct BpfInstruction {
  uint8_t code = 0;
  uint8_t registers = 0;  // source << 4 | destination
  int16_t offset = 0;
  int32_t immediate = 0;
};
static_assert(sizeof(BpfInstruction) == 8);

// What programs share. Which of them are needed: those that some patch names.
enum class BpfMap : uint8_t {
  Ring,      // BPF_MAP_TYPE_RINGBUF
  Counters,  // array of one entry, BPF_F_MMAPABLE: uproar_counters[events * cpus]
  Slots,     // array of cpus * UPROAR_SLOTS entries of BpfPrograms::slot_bytes
  Tasks,     // hash of struct uproar_task
};

// The map's descriptor goes into `immediate` of that instruction, and nothing else changes: whether it stands for the map
// or for its value is in the instruction.
struct BpfPatch {
  uint32_t instruction = 0;
  BpfMap map = BpfMap::Ring;
};

// The instructions from `first` on, up to the next part, do what the name says.
struct BpfPart {
  uint32_t first = 0;
  std::string name;
};

struct BpfProgram {
  bool is_return = false;
  bool is_sleepable = false;  // load with BPF_F_SLEEPABLE
  std::string name;           // for the kernel: at most 15 bytes
  std::vector<BpfInstruction> instructions;
  std::vector<BpfPatch> patches;
  std::vector<BpfPart> parts;
};

// One event of those that were lowered together.
struct BpfEventCode {
  BpfLayout layout;
  // By site of its plan: what to attach with, and which of the programs.
  std::vector<uint64_t> cookies;
  std::vector<uint32_t> programs;
};

struct BpfPrograms {
  std::vector<BpfProgram> programs;
  std::vector<BpfEventCode> events;  // in the order in which they were given
  std::vector<uint32_t> set_events;  // UPROAR_COOKIE_SET → index of the event
  uint32_t cpus = 0;                 // as asked for: sizes of Counters and Slots follow from it
  uint32_t slot_bytes = 0;           // of one entry of Slots; 0: no program needs them
};

// "Dual BSD/GPL": helpers that read user memory are for such programs only.
inline constexpr const char* kBpfLicense = "Dual BSD/GPL";

}  // namespace uproar
