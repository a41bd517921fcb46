#include "lower/bpf/bpf_text.h"

#include <fmt/format.h>
#include <linux/bpf.h>

#include <string_view>

#include "lower/bpf/bpf_assembler.h"

namespace uproar {
namespace {

std::string_view helper_name(int32_t helper) {
  switch (static_cast<BpfHelper>(helper)) {
    case BpfHelper::MapLookup:
      return "map_lookup_elem";
    case BpfHelper::KtimeGetNs:
      return "ktime_get_ns";
    case BpfHelper::GetSmpProcessorId:
      return "get_smp_processor_id";
    case BpfHelper::TailCall:
      return "tail_call";
    case BpfHelper::GetCurrentPidTgid:
      return "get_current_pid_tgid";
    case BpfHelper::GetCurrentComm:
      return "get_current_comm";
    case BpfHelper::GetStack:
      return "get_stack";
    case BpfHelper::ProbeReadUser:
      return "probe_read_user";
    case BpfHelper::ProbeReadUserStr:
      return "probe_read_user_str";
    case BpfHelper::RingbufOutput:
      return "ringbuf_output";
    case BpfHelper::CopyFromUser:
      return "copy_from_user";
    case BpfHelper::GetFuncIp:
      return "get_func_ip";
    case BpfHelper::GetAttachCookie:
      return "get_attach_cookie";
  }
  return "?";
}

std::string_view map_name(BpfMap map) {
  switch (map) {
    case BpfMap::Ring:
      return "ring";
    case BpfMap::Counters:
      return "counters";
    case BpfMap::Slots:
      return "slots";
    case BpfMap::Tasks:
      return "tasks";
  }
  return "?";
}

std::string_view operation_sign(unsigned operation) {
  switch (operation) {
    case BPF_ADD:
      return "+=";
    case BPF_SUB:
      return "-=";
    case BPF_MUL:
      return "*=";
    case BPF_OR:
      return "|=";
    case BPF_AND:
      return "&=";
    case BPF_LSH:
      return "<<=";
    case BPF_RSH:
      return ">>=";
    case BPF_XOR:
      return "^=";
    case BPF_ARSH:
      return "s>>=";
    default:
      return "=";
  }
}

std::string_view condition_sign(unsigned condition) {
  switch (condition) {
    case BPF_JEQ:
      return "==";
    case BPF_JGT:
      return ">";
    case BPF_JGE:
      return ">=";
    case BPF_JSET:
      return "&";
    case BPF_JNE:
      return "!=";
    case BPF_JSGT:
      return "s>";
    case BPF_JSGE:
      return "s>=";
    case BPF_JLT:
      return "<";
    case BPF_JLE:
      return "<=";
    case BPF_JSLT:
      return "s<";
    default:
      return "s<=";
  }
}

int size_of(uint8_t code) {
  switch (code & 0x18) {
    case BPF_B:
      return 8;
    case BPF_H:
      return 16;
    case BPF_W:
      return 32;
    default:
      return 64;
  }
}

// Where it is in memory: "*(u64 *)(r10 - 8)".
std::string memory(const BpfInstruction& of, unsigned base) {
  return fmt::format("*(u{} *)(r{} {} {})", size_of(of.code), base, of.offset < 0 ? '-' : '+',
                     of.offset < 0 ? -of.offset : of.offset);
}

class Text {
 public:
  explicit Text(const BpfProgram& program) : program_(program) {}

  std::string run() {
    std::string out;
    size_t part = 0;
    size_t patch = 0;
    for (size_t at = 0; at < program_.instructions.size(); ++at) {
      if (part < program_.parts.size() && program_.parts[part].first == at)
        out += fmt::format("  {}\n", program_.parts[part++].name);
      const BpfPatch* map = nullptr;
      if (patch < program_.patches.size() && program_.patches[patch].instruction == at)
        map = &program_.patches[patch++];
      out += fmt::format("    {:>4}: {}\n", at, text_of(at, map));
      if (program_.instructions[at].code == (BPF_LD | BPF_DW | BPF_IMM)) ++at;
    }
    return out;
  }

 private:
  std::string text_of(size_t at, const BpfPatch* map) const {
    const BpfInstruction& i = program_.instructions[at];
    const unsigned to = i.registers & 15U;
    const unsigned from = i.registers >> 4;
    const std::string operand =
        (i.code & BPF_X) != 0 ? fmt::format("r{}", from) : fmt::format("{}", i.immediate);
    switch (i.code & 7) {
      case BPF_ALU64:
        return fmt::format("r{} {} {}", to, operation_sign(i.code & 0xf0U), operand);
      case BPF_LD: {
        const BpfInstruction& next = program_.instructions[at + 1];
        if (map == nullptr) {
          const uint64_t number = static_cast<uint32_t>(i.immediate) |
                                  static_cast<uint64_t>(static_cast<uint32_t>(next.immediate)) << 32;
          return fmt::format("r{} = {:#x}", to, number);
        }
        if (from == BPF_PSEUDO_MAP_FD) return fmt::format("r{} = map {}", to, map_name(map->map));
        return fmt::format("r{} = value of map {} + {}", to, map_name(map->map), next.immediate);
      }
      case BPF_LDX:
        return fmt::format("r{} = {}", to, memory(i, from));
      case BPF_ST:
        return fmt::format("{} = {}", memory(i, to), i.immediate);
      case BPF_STX:
        if ((i.code & 0xe0) != BPF_ATOMIC) return fmt::format("{} = r{}", memory(i, to), from);
        if (i.immediate == BPF_ADD) return fmt::format("lock {} += r{}", memory(i, to), from);
        return fmt::format("r0 = compare_exchange({}, r0, r{})", memory(i, to), from);
      default:
        return jump(at, to, operand);
    }
  }

  std::string jump(size_t at, unsigned to, const std::string& operand) const {
    const BpfInstruction& i = program_.instructions[at];
    const unsigned operation = i.code & 0xf0U;
    const auto target = static_cast<int64_t>(at) + 1 + i.offset;
    if (operation == BPF_EXIT) return "exit";
    if (operation == BPF_CALL) return fmt::format("call {}", helper_name(i.immediate));
    if (operation == BPF_JA) return fmt::format("goto {}", target);
    return fmt::format("if r{} {} {} goto {}", to, condition_sign(operation), operand, target);
  }

  const BpfProgram& program_;
};

}  // namespace

std::string bpf_text(const BpfProgram& program) {
  return Text(program).run();
}

}  // namespace uproar
