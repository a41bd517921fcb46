#include "lower/bpf/register_offsets.h"

#include <algorithm>
#include <array>
#include <span>

namespace uproar {
namespace {

// kernel: arch/x86/include/uapi/asm/ptrace.h struct pt_regs: the order of its longs, with the names that the kernel's
// fetches have for them (arch/x86/kernel/ptrace.c regoffset_table).
constexpr std::array<std::string_view, 21> kX86 = {"r15", "r14",     "r13", "r12", "bp",    "bx", "r11",
                                                   "r10", "r9",      "r8",  "ax",  "cx",    "dx", "si",
                                                   "di",  "orig_ax", "ip",  "cs",  "flags", "sp", "ss"};

// kernel: arch/arm64/include/asm/ptrace.h struct user_pt_regs, arch/arm64/kernel/ptrace.c regoffset_table.
constexpr std::array<std::string_view, 34> kArm64 = {
    "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",    "x10", "x11",
    "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",   "x22", "x23",
    "x24", "x25", "x26", "x27", "x28", "x29", "lr",  "sp",  "pc",  "pstate"};

std::span<const std::string_view> names_of(std::string_view machine) {
  if (machine == "x86_64") return kX86;
  if (machine == "aarch64") return kArm64;
  return {};
}

}  // namespace

std::optional<uint32_t> register_offset(std::string_view machine, std::string_view name) {
  if (machine == "aarch64" && name == "x30") name = "lr";
  const auto names = names_of(machine);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<uint32_t>(found - names.begin()) * 8;
}

std::optional<MachineRegisters> machine_registers(std::string_view machine) {
  const auto at = [machine](std::string_view name) { return register_offset(machine, name).value_or(0); };
  const auto bytes = static_cast<uint32_t>(names_of(machine).size() * 8);
  if (machine == "x86_64") return MachineRegisters{at("ip"), at("sp"), at("bp"), at("ax"), bytes};
  if (machine == "aarch64") return MachineRegisters{at("pc"), at("sp"), at("x29"), at("x0"), bytes};
  return std::nullopt;
}

}  // namespace uproar
