#include "binary/symbols/ifunc_targets.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "binary/code/disassembler.h"
#include "binary/elf/address.h"
#include "binary/symbols/clone_suffix.h"
#include "binary/symbols/symbols.h"

namespace uproar {
namespace {

constexpr size_t kMaxResolver = 8192;
constexpr size_t kUnsizedResolver = 1024;
constexpr size_t kMaxTargets = 64;
constexpr int kMaxCalls = 8;

// What one stretch of code refers to.
struct References {
  std::set<uint64_t> addresses;  // values that it loads
  std::vector<uint64_t> calls;   // direct calls and jumps
};

class CodeReader {
 public:
  explicit CodeReader(const ElfFile& file) : file_(file), set_(instruction_set_of(file.machine())) {}

  // A resolver of unknown length ends at its first return.
  References read(uint64_t start, uint64_t size) {
    References found;
    const auto offset = file_offset_of(file_.segments(), start);
    if (!set_ || !offset) return found;
    auto bytes = file_.read(*offset, size == 0 ? kUnsizedResolver : std::min<uint64_t>(size, kMaxResolver));
    if (!bytes.ok()) return found;
    Disassembler& disassembler = shared_disassembler(*set_, Disassembler::Detail::IntelOperands);
    std::span<const uint8_t> code = *bytes;
    uint64_t address = start;
    pages_.clear();
    while (const cs_insn* instruction = disassembler.next(code, address)) {
      if (set_ == InstructionSet::Arm64) {
        note_arm(*instruction, found);
      } else {
        note_x86(disassembler, *instruction, found);
      }
      if (size == 0 && disassembler.in_group(*instruction, CS_GRP_RET)) break;
    }
    return found;
  }

 private:
  void load(uint64_t slot, References& found) {
    if (auto value = file_.relocated_value(slot)) found.addresses.insert(*value);
  }

  void note_x86(const Disassembler& disassembler, const cs_insn& instruction, References& found) {
    const cs_x86& detail = instruction.detail->x86;
    const bool is_branch =
        disassembler.in_group(instruction, CS_GRP_CALL) || disassembler.in_group(instruction, CS_GRP_JUMP);
    for (uint8_t i = 0; i < detail.op_count; ++i) {
      const cs_x86_op& operand = detail.operands[i];
      if (operand.type == X86_OP_IMM) {
        if (is_branch) {
          found.calls.push_back(static_cast<uint64_t>(operand.imm));
        } else if (instruction.id == X86_INS_MOV || instruction.id == X86_INS_MOVABS) {
          found.addresses.insert(static_cast<uint64_t>(operand.imm));
        }
      }
      if (operand.type != X86_OP_MEM || operand.mem.base != X86_REG_RIP || is_branch) continue;
      const uint64_t place = instruction.address + instruction.size + static_cast<uint64_t>(operand.mem.disp);
      if (instruction.id == X86_INS_LEA) {
        found.addresses.insert(place);
      } else if ((operand.access & CS_AC_READ) && operand.size == 8) {
        load(place, found);
      }
    }
  }

  // adrp gives a register the page; add and ldr on that register what is in it.
  void note_arm(const cs_insn& instruction, References& found) {
    const cs_arm64& detail = instruction.detail->arm64;
    const auto* operands = detail.operands;
    if (instruction.id == ARM64_INS_BL || instruction.id == ARM64_INS_B) {
      if (detail.op_count == 1 && operands[0].type == ARM64_OP_IMM)
        found.calls.push_back(static_cast<uint64_t>(operands[0].imm));
    } else if (instruction.id == ARM64_INS_ADR && detail.op_count == 2) {
      found.addresses.insert(static_cast<uint64_t>(operands[1].imm));
    } else if (instruction.id == ARM64_INS_ADRP && detail.op_count == 2) {
      pages_[operands[0].reg] = static_cast<uint64_t>(operands[1].imm);
    } else if (instruction.id == ARM64_INS_ADD && detail.op_count == 3 && operands[2].type == ARM64_OP_IMM) {
      if (auto page = pages_.find(operands[1].reg); page != pages_.end())
        found.addresses.insert(page->second + static_cast<uint64_t>(operands[2].imm));
    } else if (instruction.id == ARM64_INS_LDR && detail.op_count == 2 && operands[1].type == ARM64_OP_MEM) {
      if (auto page = pages_.find(operands[1].mem.base); page != pages_.end())
        load(page->second + static_cast<uint64_t>(operands[1].mem.disp), found);
    }
  }

  const ElfFile& file_;
  std::optional<InstructionSet> set_;
  std::map<unsigned, uint64_t> pages_;
};

bool is_in_code(const ElfFile& file, uint64_t vaddr) {
  auto offset = file_offset_of(file.segments(), vaddr);
  const LoadSegment* segment = offset ? segment_at(file.segments(), *offset) : nullptr;
  if (!segment || !segment->executable) return false;
  const auto& sections = file.sections();
  if (sections.empty()) return true;
  return std::any_of(sections.begin(), sections.end(), [offset](const ElfSection& each) {
    return each.executable && !each.name.starts_with(".plt") && *offset >= each.file_offset &&
           *offset - each.file_offset < each.size;
  });
}

}  // namespace

std::vector<uint64_t> ifunc_targets(const ElfFile& file, const std::vector<ElfSymbol>& symbols,
                                    const ElfSymbol& ifunc) {
  CodeReader reader(file);
  References references = reader.read(ifunc.vaddr, ifunc.size);
  const uint64_t end = ifunc.vaddr + std::max<uint64_t>(ifunc.size, 1);
  std::vector<uint64_t> targets;
  auto choose = [&](const References& from) {
    for (uint64_t address : from.addresses) {
      const bool is_own = address >= ifunc.vaddr && address < end;
      if (is_own || !is_in_code(file, address)) continue;
      // A place within a function that has a name is none that can be returned.
      const ElfSymbol* function = function_at(symbols, address);
      const bool is_inside =
          function && function->vaddr != address && function->size != 0 && !function->is_dynamic;
      if (!is_inside && targets.size() < kMaxTargets) targets.push_back(address);
    }
  };
  choose(references);
  for (size_t i = 0; targets.empty() && i < std::min<size_t>(references.calls.size(), kMaxCalls); ++i) {
    const uint64_t callee = references.calls[i];
    if ((callee >= ifunc.vaddr && callee < end) || !is_in_code(file, callee)) continue;
    const ElfSymbol* function = function_at(symbols, callee);
    choose(reader.read(callee, function && function->vaddr == callee ? function->size : 0));
  }
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

std::vector<uint64_t> ifunc_targets_by_name(std::string_view name, const std::vector<ElfSymbol>& symbols) {
  auto without_underscores = [](std::string_view text) {
    return text.substr(std::min(text.find_first_not_of('_'), text.size()));
  };
  const std::string start = std::string(without_underscores(name)) + "_";
  std::vector<uint64_t> found;
  for (const ElfSymbol& symbol : symbols) {
    if (!symbol.is_function || symbol.is_ifunc || is_cold_part(symbol.name)) continue;
    const std::string_view core = without_underscores(symbol.name);
    const bool fits = core.size() > start.size() && core.starts_with(start);
    if (fits && core.substr(start.size()) != "chk" && (found.empty() || found.back() != symbol.vaddr))
      found.push_back(symbol.vaddr);
  }
  return found;
}

}  // namespace uproar
