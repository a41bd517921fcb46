#include "symbolize/unwind_rules.h"

#include <dwarf.h>
#include <gelf.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "binary/elf/elf_handle.h"
#include "event/user_stack.h"
#include "symbolize/frame_symbol_files.h"
#include "symbolize/load_segments.h"

namespace uproar {
namespace {

constexpr size_t kMostKept = size_t{1} << 14;  // steps of a file; then they are read anew

struct CfiEnd {
  void operator()(Dwarf_CFI* cfi) const { dwarf_cfi_end(cfi); }
};
struct DwarfEnd {
  void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
};
struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

// A debug file has sections of that name without a content.
bool has_tables(Elf* elf) {
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return false;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS) continue;
    const char* name = elf_strptr(elf, names, header.sh_name);
    if (name != nullptr && (std::strcmp(name, ".eh_frame") == 0 || std::strcmp(name, ".debug_frame") == 0))
      return true;
  }
  return false;
}

// libdw's words for a rule (libdw.h dwarf_frame_register).
std::optional<UnwindRule> rule_of(std::span<const Dwarf_Op> operations, const Dwarf_Op* first,
                                  const Dwarf_Op* own) {
  using Kind = UnwindRule::Kind;
  if (operations.empty()) return UnwindRule{first == own ? Kind::Undefined : Kind::Same};
  UnwindRule rule;
  if (operations[0].atom == DW_OP_regx && operations.size() == 1) {
    if (operations[0].number >= UserStack::kRegisters) return std::nullopt;
    rule.kind = Kind::InRegister;
    rule.number = static_cast<uint8_t>(operations[0].number);
    return rule;
  }
  rule.kind = Kind::InMemory;
  size_t at = 0;
  if (operations[at].atom == DW_OP_call_frame_cfa) {
    ++at;
    if (at < operations.size() && operations[at].atom == DW_OP_plus_uconst)
      rule.offset = static_cast<int64_t>(operations[at++].number);
    if (at < operations.size() && operations[at].atom == DW_OP_stack_value) {
      rule.kind = Kind::Distance;
      ++at;
    }
    if (at == operations.size()) return rule;
  }
  rule.kind = Kind::Expression;
  rule.operations.assign(operations.begin(), operations.end());
  return rule;
}

std::optional<UnwindRule> frame_address_of(Dwarf_Frame* frame) {
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_frame_cfa(frame, &operations, &count) != 0 || count == 0) return std::nullopt;
  UnwindRule rule;
  const Dwarf_Op& first = operations[0];
  const bool is_short = first.atom >= DW_OP_breg0 && first.atom <= DW_OP_breg31;
  if (count == 1 && (is_short || first.atom == DW_OP_bregx)) {
    const uint64_t number = is_short ? first.atom - DW_OP_breg0 : first.number;
    if (number >= UserStack::kRegisters) return std::nullopt;
    rule.kind = UnwindRule::Kind::Distance;
    rule.number = static_cast<uint8_t>(number);
    rule.offset = static_cast<int64_t>(is_short ? first.number : first.number2);
    return rule;
  }
  rule.kind = UnwindRule::Kind::Expression;
  rule.operations.assign(operations, operations + count);
  return rule;
}

class Rules final : public UnwindRules {
 public:
  Rules(std::unique_ptr<OpenedElf> opened, uint16_t machine)
      : opened_(std::move(opened)),
        machine_(machine),
        registers_(unwind_registers(machine)),
        segments_(load_segments(opened_->elf.get())),
        of_exceptions_(dwarf_getcfi_elf(opened_->elf.get())) {}

  uint16_t machine() const override { return machine_; }

  const UnwindStep* at(uint64_t file_offset) override {
    const auto known = steps_.find(file_offset);
    if (known != steps_.end()) return known->second ? &*known->second : nullptr;
    if (steps_.size() >= kMostKept) steps_.clear();
    const auto& made = steps_[file_offset] = read(file_offset);
    return made ? &*made : nullptr;
  }

 private:
  std::optional<UnwindStep> read(uint64_t file_offset) {
    for (const GElf_Phdr& segment : segments_) {
      if (file_offset < segment.p_offset || file_offset - segment.p_offset >= segment.p_filesz) continue;
      const uint64_t address = file_offset - segment.p_offset + segment.p_vaddr;
      auto step = read_from(of_exceptions_.get(), address);
      return step ? step : read_from(of_debugger(), address);
    }
    return std::nullopt;
  }

  Dwarf_CFI* of_debugger() {
    if (!std::exchange(asked_debugger_, true))
      dwarf_.reset(dwarf_begin_elf(opened_->elf.get(), DWARF_C_READ, nullptr));
    return dwarf_ ? dwarf_getcfi(dwarf_.get()) : nullptr;
  }

  std::optional<UnwindStep> read_from(Dwarf_CFI* cfi, uint64_t address) const {
    Dwarf_Frame* found = nullptr;
    if (cfi == nullptr || dwarf_cfi_addrframe(cfi, address, &found) != 0) return std::nullopt;
    const std::unique_ptr<Dwarf_Frame, Free> frame(found);
    UnwindStep step;
    const int return_address = dwarf_frame_info(frame.get(), nullptr, nullptr, &step.is_signal_frame);
    auto frame_address = frame_address_of(frame.get());
    if (return_address < 0 || return_address >= registers_.count || !frame_address) return std::nullopt;
    step.return_address = static_cast<uint8_t>(return_address);
    step.frame_address = std::move(*frame_address);
    for (int number = 0; number < registers_.count; ++number) {
      Dwarf_Op own[3];
      Dwarf_Op* operations = nullptr;
      size_t count = 0;
      if (dwarf_frame_register(frame.get(), number, own, &operations, &count) != 0) {
        step.registers.push_back({UnwindRule::Kind::Undefined});
        continue;
      }
      auto rule = rule_of({operations, count}, operations, own);
      if (rule && rule->kind == UnwindRule::Kind::Undefined && is_kept(number))
        rule->kind = UnwindRule::Kind::Same;
      step.registers.push_back(rule ? std::move(*rule) : UnwindRule{UnwindRule::Kind::Undefined});
    }
    return step;
  }

  // Calls leave these as they were where the table has no word of them (psABI; AAPCS64).
  bool is_kept(int number) const {
    if (registers_.count == UserStack::kRegisters) return number >= 19 && number <= 29;
    return number == 3 || number == 6 || (number >= 12 && number <= 15);
  }

  std::unique_ptr<OpenedElf> opened_;
  uint16_t machine_;
  UnwindRegisters registers_;
  std::vector<GElf_Phdr> segments_;
  std::unique_ptr<Dwarf_CFI, CfiEnd> of_exceptions_;
  std::unique_ptr<Dwarf, DwarfEnd> dwarf_;  // its .debug_frame, opened when the other says nothing
  bool asked_debugger_ = false;
  std::unordered_map<uint64_t, std::optional<UnwindStep>> steps_;  // by file offset
};

}  // namespace

std::unique_ptr<UnwindRules> UnwindRules::open(const std::string& path, const std::string& build_id) {
  std::vector<std::string> files;
  if (path.starts_with('/')) files.push_back(path);
  if (!build_id.empty() && path.starts_with('/')) {
    for (std::string& other : frame_symbol_files(path, build_id)) files.push_back(std::move(other));
  }
  for (const std::string& file : files) {
    auto opened = open_elf(file);
    if (!opened) continue;
    Elf* elf = opened->elf.get();
    if (!build_id.empty() && build_id_of(elf, opened->size) != build_id) continue;
    GElf_Ehdr header;
    if (!gelf_getehdr(elf, &header) || unwind_registers(header.e_machine).count == 0 || !has_tables(elf))
      continue;
    return std::make_unique<Rules>(std::move(opened), header.e_machine);
  }
  return nullptr;
}

}  // namespace uproar
