// Runs the instructions that lower/bpf makes, without a kernel: as strict as the verifier about memory (each access is checked
// against what the program may touch), and with a process's memory of which pages may be absent or not resident.
#pragma once

#include <linux/bpf.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "event/bpf_abi.h"
#include "lower/bpf/bpf_assembler.h"
#include "lower/bpf/lower_bpf.h"

namespace uproar {

// A process: bytes at addresses. Pages are of 4096 bytes.
class ProcessMemory {
 public:
  void put(uint64_t address, const std::string& bytes) { pieces_[address] = bytes; }
  template <typename T>
  void put_number(uint64_t address, T number) {
    put(address, std::string(reinterpret_cast<const char*>(&number), sizeof number));
  }
  // Until something that may wait touches it.
  void evict(uint64_t address) { evicted_.insert(address / 4096); }

  bool read(uint64_t address, uint64_t size, bool may_wait, uint8_t* to) {
    for (uint64_t i = 0; i < size; ++i) {
      const char* byte = find(address + i);
      if (byte == nullptr) return false;
      const uint64_t page = (address + i) / 4096;
      if (evicted_.contains(page)) {
        if (!may_wait) return false;
        evicted_.erase(page);
      }
      to[i] = static_cast<uint8_t>(*byte);
    }
    return true;
  }

 private:
  const char* find(uint64_t address) const {
    auto piece = pieces_.upper_bound(address);
    if (piece == pieces_.begin()) return nullptr;
    --piece;
    const uint64_t at = address - piece->first;
    return at < piece->second.size() ? &piece->second[at] : nullptr;
  }
  std::map<uint64_t, std::string> pieces_;
  std::set<uint64_t> evicted_;
};

class BpfEmulator {
 public:
  explicit BpfEmulator(const BpfPrograms& programs)
      : programs_(programs),
        counters_(programs.events.size() * programs.cpus),
        slots_(programs.slot_bytes == 0 ? 0 : size_t{programs.cpus} * UPROAR_SLOTS,
               std::vector<uint8_t>(programs.slot_bytes)) {}

  // The task and the machine.
  ProcessMemory memory;
  std::array<uint64_t, 34> registers{};  // struct pt_regs
  uint64_t pid_tgid = uint64_t{100} << 32 | 101;
  std::string comm = "prog";
  uint64_t time = 1000;
  uint32_t cpu = 0;
  uint64_t function = 0x401000;
  bool ring_is_full = false;
  std::vector<uproar_task> wanted;  // the map Tasks
  std::vector<uint64_t> stack;      // what bpf_get_stack finds

  // A hit of that site of that event. Empty, or what the verifier would have said.
  std::string hit(uint32_t event, uint32_t site) {
    cookie_ = programs_.events[event].cookies[site];
    return run(programs_.programs[programs_.events[event].programs[site]]);
  }

  std::vector<std::vector<uint8_t>> records;
  size_t steps = 0;  // instructions that were run
  const uproar_counters& counters(uint32_t event) const { return counters_[event * programs_.cpus + cpu]; }
  std::vector<uint8_t>& slot(size_t index) { return slots_[index]; }
  size_t slots() const { return slots_.size(); }

 private:
  struct Region {
    uint64_t begin;
    uint64_t size;
    bool writable;
  };
  static constexpr size_t kMostSteps = 1'000'000;
  static constexpr uint64_t kMapHandle = 0xabcd'0000'0000'0000;  // no pointer: only helpers know it

  template <typename T>
  static uint64_t address_of(T* pointer) {
    return reinterpret_cast<uint64_t>(pointer);
  }

  std::string run(const BpfProgram& program) {
    std::map<size_t, BpfMap> maps;
    for (const BpfPatch& patch : program.patches) maps[patch.instruction] = patch.map;
    stack_bytes_.fill(0xa5);
    std::array<uint64_t, 11> r{};
    r[1] = address_of(registers.data());
    r[10] = address_of(stack_bytes_.data()) + stack_bytes_.size();
    regions_ = {{r[1], registers.size() * 8, false},
                {address_of(stack_bytes_.data()), stack_bytes_.size(), true}};
    for (size_t pc = 0; pc < program.instructions.size(); ++pc) {
      if (++steps > kMostSteps) return "does not end";
      const BpfInstruction& i = program.instructions[pc];
      uint64_t& to = r[i.registers & 15];
      const uint64_t from = r[i.registers >> 4];
      const auto immediate = static_cast<uint64_t>(int64_t{i.immediate});
      switch (i.code & 7) {
        case BPF_ALU64: {
          const uint64_t operand = (i.code & BPF_X) != 0 ? from : immediate;
          if (!compute(i.code & 0xf0, to, operand)) return "an operation that is not emulated";
          break;
        }
        case BPF_LD: {
          if (i.code != (BPF_LD | BPF_DW | BPF_IMM)) return "a load that is not emulated";
          const BpfInstruction& next = program.instructions[++pc];
          const unsigned kind = i.registers >> 4;
          if (kind == 0) {
            to = static_cast<uint32_t>(i.immediate) |
                 static_cast<uint64_t>(static_cast<uint32_t>(next.immediate)) << 32;
          } else if (kind == BPF_PSEUDO_MAP_FD) {
            to = kMapHandle + static_cast<uint64_t>(maps.at(pc - 1));
          } else {
            to = address_of(counters_.data()) + static_cast<uint32_t>(next.immediate);
            regions_.push_back(
                {address_of(counters_.data()), counters_.size() * sizeof(uproar_counters), true});
          }
          break;
        }
        case BPF_LDX: {
          const unsigned bytes = size_of(i.code);
          const uint64_t address = from + static_cast<uint64_t>(int64_t{i.offset});
          if (!may_access(address, bytes, false)) return where(pc, "reads what is not the program's");
          to = 0;
          std::memcpy(&to, reinterpret_cast<const void*>(address), bytes);
          break;
        }
        case BPF_ST:
        case BPF_STX: {
          const unsigned bytes = size_of(i.code);
          const uint64_t address = to + static_cast<uint64_t>(int64_t{i.offset});
          if (!may_access(address, bytes, true)) return where(pc, "writes what is not the program's");
          auto* place = reinterpret_cast<uint8_t*>(address);
          if ((i.code & 0xe0) == BPF_ATOMIC) {
            uint64_t old;
            std::memcpy(&old, place, 8);
            const bool exchanges = i.immediate != BPF_ADD;
            const uint64_t made = exchanges ? (old == r[0] ? from : old) : old + from;
            std::memcpy(place, &made, 8);
            if (exchanges) r[0] = old;
          } else {
            const uint64_t value = (i.code & 7) == BPF_ST ? immediate : from;
            std::memcpy(place, &value, bytes);
          }
          break;
        }
        case BPF_JMP: {
          const unsigned operation = i.code & 0xf0;
          if (operation == BPF_EXIT) return {};
          if (operation == BPF_CALL) {
            const std::string fault = call(i.immediate, r);
            if (!fault.empty()) return where(pc, fault);
            break;
          }
          const uint64_t operand = (i.code & BPF_X) != 0 ? from : immediate;
          if (operation == BPF_JA || holds(operation, to, operand))
            pc = static_cast<size_t>(static_cast<int64_t>(pc) + i.offset);
          break;
        }
        default:
          return "a class of instructions that is not emulated";
      }
    }
    return "runs over its end";
  }

  static std::string where(size_t pc, const std::string& what) {
    return "instruction " + std::to_string(pc) + " " + what;
  }

  static unsigned size_of(uint8_t code) {
    switch (code & 0x18) {
      case BPF_B:
        return 1;
      case BPF_H:
        return 2;
      case BPF_W:
        return 4;
      default:
        return 8;
    }
  }

  static bool compute(unsigned operation, uint64_t& to, uint64_t operand) {
    switch (operation) {
      case BPF_MOV:
        to = operand;
        return true;
      case BPF_ADD:
        to += operand;
        return true;
      case BPF_SUB:
        to -= operand;
        return true;
      case BPF_MUL:
        to *= operand;
        return true;
      case BPF_OR:
        to |= operand;
        return true;
      case BPF_AND:
        to &= operand;
        return true;
      case BPF_XOR:
        to ^= operand;
        return true;
      case BPF_LSH:
        to <<= operand & 63;
        return true;
      case BPF_RSH:
        to >>= operand & 63;
        return true;
      case BPF_ARSH:
        to = static_cast<uint64_t>(static_cast<int64_t>(to) >> (operand & 63));
        return true;
      default:
        return false;
    }
  }

  static bool holds(unsigned operation, uint64_t left, uint64_t right) {
    const auto a = static_cast<int64_t>(left);
    const auto b = static_cast<int64_t>(right);
    switch (operation) {
      case BPF_JEQ:
        return left == right;
      case BPF_JNE:
        return left != right;
      case BPF_JGT:
        return left > right;
      case BPF_JGE:
        return left >= right;
      case BPF_JLT:
        return left < right;
      case BPF_JLE:
        return left <= right;
      case BPF_JSGT:
        return a > b;
      case BPF_JSGE:
        return a >= b;
      case BPF_JSLT:
        return a < b;
      case BPF_JSLE:
        return a <= b;
      default:
        return (left & right) != 0;  // BPF_JSET
    }
  }

  bool may_access(uint64_t address, uint64_t size, bool to_write) const {
    for (const Region& region : regions_) {
      if (address < region.begin || address - region.begin > region.size) continue;
      if (size <= region.size - (address - region.begin)) return region.writable || !to_write;
    }
    return false;
  }

  std::string call(int32_t helper, std::array<uint64_t, 11>& r) {
    auto* to = reinterpret_cast<uint8_t*>(r[1]);
    uint64_t result = 0;
    switch (static_cast<BpfHelper>(helper)) {
      case BpfHelper::GetAttachCookie:
        result = cookie_;
        break;
      case BpfHelper::GetFuncIp:
        result = function;
        break;
      case BpfHelper::GetCurrentPidTgid:
        result = pid_tgid;
        break;
      case BpfHelper::GetSmpProcessorId:
        result = cpu;
        break;
      case BpfHelper::KtimeGetNs:
        result = time++;
        break;
      case BpfHelper::GetCurrentComm: {
        if (!may_access(r[1], r[2], true)) return "has no room for the name";
        std::string name = comm.substr(0, r[2] - 1);
        name.resize(r[2]);
        std::memcpy(to, name.data(), r[2]);
        break;
      }
      case BpfHelper::MapLookup:
        result = look_up(r[1], r[2]);
        break;
      case BpfHelper::ProbeReadUser:
      case BpfHelper::CopyFromUser: {
        if (!may_access(r[1], r[2], true)) return "has no room for what is read";
        const bool waits = static_cast<BpfHelper>(helper) == BpfHelper::CopyFromUser;
        if (!memory.read(r[3], r[2], waits, to)) {
          std::memset(to, 0, r[2]);
          result = static_cast<uint64_t>(-14);
        }
        break;
      }
      case BpfHelper::ProbeReadUserStr: {
        if (!may_access(r[1], r[2], true)) return "has no room for a string";
        result = read_string(to, r[2], r[3]);
        break;
      }
      case BpfHelper::GetStack: {
        if (!may_access(r[2], r[3], true)) return "has no room for a stack";
        result = std::min<uint64_t>(stack.size() * 8, r[3]);
        std::memcpy(reinterpret_cast<uint8_t*>(r[2]), stack.data(), result);
        break;
      }
      case BpfHelper::RingbufOutput: {
        const auto* bytes = reinterpret_cast<const uint8_t*>(r[2]);
        if (!may_access(r[2], r[3], false)) return "sends what is not the program's";
        if (ring_is_full) {
          result = static_cast<uint64_t>(-11);
        } else {
          records.emplace_back(bytes, bytes + r[3]);
        }
        break;
      }
      default:
        return "calls a helper that is not emulated";
    }
    r[0] = result;
    for (size_t i = 1; i < 6; ++i) r[i] = 0xdead'0000'0000'0000 + i;  // a call leaves nothing in them
    return {};
  }

  uint64_t look_up(uint64_t map, uint64_t key_address) {
    if (map == kMapHandle + static_cast<uint64_t>(BpfMap::Tasks)) {
      uproar_task key;
      std::memcpy(&key, reinterpret_cast<const void*>(key_address), sizeof key);
      for (uproar_task& task : wanted) {
        if (task.id == key.id && task.is_thread == key.is_thread) return address_of(&task);
      }
      return 0;
    }
    uint32_t key;
    std::memcpy(&key, reinterpret_cast<const void*>(key_address), sizeof key);
    if (key >= slots_.size()) return 0;
    regions_.push_back({address_of(slots_[key].data()), slots_[key].size(), true});
    return address_of(slots_[key].data());
  }

  // kernel: mm/maccess.c strncpy_from_user_nofault
  uint64_t read_string(uint8_t* to, uint64_t size, uint64_t from) {
    for (uint64_t i = 0; i < size; ++i) {
      if (!memory.read(from + i, 1, false, to + i)) {
        std::memset(to, 0, size);
        return static_cast<uint64_t>(-14);
      }
      if (to[i] == 0) return i + 1;
    }
    to[size - 1] = 0;
    return size;
  }

  const BpfPrograms& programs_;
  std::vector<uproar_counters> counters_;
  std::vector<std::vector<uint8_t>> slots_;
  std::array<uint8_t, 512> stack_bytes_{};
  std::vector<Region> regions_;
  uint64_t cookie_ = 0;
};

}  // namespace uproar
