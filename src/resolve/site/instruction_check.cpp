#include "resolve/site/instruction_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "binary/code/instruction_cost.h"
#include "binary/code/instructions.h"
#include "binary/elf/address.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kLongestInstruction = 15;
// How far behind a refused instruction one that takes a probe is looked for.
constexpr size_t kLookAhead = 64;
constexpr uint64_t kLookAheadBytes = kLookAhead * kLongestInstruction;

SiteCost site_cost(InstructionCost cost) {
  switch (cost) {
    case InstructionCost::Emulated:
      return SiteCost::Emulated;
    case InstructionCost::Optimised:
      return SiteCost::Optimised;
    case InstructionCost::SingleStepped:
      return SiteCost::SingleStepped;
    case InstructionCost::Refused:
      return SiteCost::Refused;
  }
  return SiteCost::Unknown;
}

// "push %rbp (55)"
std::string shown(const Instruction& instruction) {
  return fmt::format("{} ({})", instruction.text, hex_of(instruction.bytes));
}

// Code from an address that is known to begin an instruction.
struct Code {
  uint64_t vaddr = 0;
  std::vector<uint8_t> bytes;
};

class InstructionCheck {
 public:
  InstructionCheck(const ast::Probe& probe, std::string_view text, FileCode& code, InstructionSet set,
                   const FoundPlace& found, uint64_t vaddr, ProbeSite& site)
      : probe_(probe),
        where_{probe.site.span, text},
        code_(code),
        set_(set),
        found_(found),
        vaddr_(vaddr),
        site_(site) {}

  Result<void> run(Hazards& hazards) {
    std::optional<Code> code = read_function();
    InstructionAt at;
    if (code) at = instruction_at(code->bytes, code->vaddr, vaddr_ - code->vaddr, set_);
    if (at.fit == InstructionAt::Fit::NotKnown) {
      hazards.push_back(not_checked(code.has_value()));
      return {};
    }
    if (at.fit == InstructionAt::Fit::Inside) return inside(at.instruction, *code);
    const InstructionVerdict verdict = judge_instruction(at.instruction.bytes, set_);
    if (verdict.cost == InstructionCost::Refused) return refused(at.instruction, verdict, *code);
    fill(at.instruction, verdict);
    return {};
  }

 private:
  void fill(const Instruction& instruction, const InstructionVerdict& verdict) {
    site_.instruction = instruction.text;
    site_.instruction_bytes = hex_of(instruction.bytes);
    site_.cost = site_cost(verdict.cost);
  }

  // From an address that certainly begins an instruction: the entry that was asked for, or the start of the
  // function that holds the place.
  std::optional<Code> read_function() {
    if (found_.is_function_entry && found_.vaddr <= vaddr_ && vaddr_ - found_.vaddr < kLookAheadBytes) {
      const bool whole = found_.function_vaddr == found_.vaddr && found_.function_size != 0;
      return read(found_.vaddr, whole ? std::min(found_.function_size, kLookAheadBytes) : kLookAheadBytes);
    }
    if (found_.function_vaddr != 0 && vaddr_ - found_.function_vaddr < found_.function_size)
      return read(found_.function_vaddr, found_.function_size);
    if (auto function = code_.function_at(vaddr_)) return read(function->vaddr, function->size);
    if (set_ == InstructionSet::Arm64) return read(vaddr_ - vaddr_ % 4, kLookAheadBytes);
    return std::nullopt;
  }

  std::optional<Code> read(uint64_t start, uint64_t size) const {
    auto bytes = code_.bytes(start, size);
    if (bytes.empty()) return std::nullopt;
    return Code{start, std::move(bytes)};
  }

  // An address of the file as the user wrote the site.
  std::string spelled(uint64_t vaddr) const {
    const ast::Site& site = probe_.site;
    if (site.form == ast::Site::Form::VirtualAddress) return fmt::format("va:0x{:x}", vaddr);
    const uint64_t symbol = vaddr_ - site_.slid_by - site_.symbol_offset;
    if (site.form == ast::Site::Form::Symbol && vaddr >= symbol) {
      return vaddr == symbol ? site_.symbol : fmt::format("{}+0x{:x}", site_.symbol, vaddr - symbol);
    }
    return fmt::format("0x{:x}", file_offset_of(code_.file().segments(), vaddr).value_or(vaddr));
  }

  Error inside(const Instruction& instruction, const Code& code) const {
    const uint64_t next = instruction.vaddr + instruction.size;
    std::string hint = fmt::format("it begins at {}", spelled(instruction.vaddr));
    if (next - code.vaddr < code.bytes.size()) hint += fmt::format("; the next one at {}", spelled(next));
    return where_.error(
        fmt::format("{} is inside an instruction, {}: a breakpoint there would corrupt the program",
                    spelled(vaddr_), shown(instruction)),
        std::move(hint));
  }

  std::optional<uint64_t> next_accepted(const Code& code) const {
    const auto rest = std::span(code.bytes).subspan(vaddr_ - code.vaddr);
    const auto following = disassemble(rest, vaddr_, set_, kLookAhead);
    for (const Instruction& each : following) {
      if (judge_instruction(each.bytes, set_).cost != InstructionCost::Refused) return each.vaddr;
    }
    return std::nullopt;
  }

  Error refused(const Instruction& instruction, const InstructionVerdict& verdict, const Code& code) const {
    auto next = next_accepted(code);
    std::string hint = "probe another place";
    if (next && probe_.is_return) {
      hint = fmt::format(
          "a return probe is made where the function begins; probe its entry instead, as p and at {}",
          spelled(*next));
    } else if (next) {
      hint = fmt::format("the next instruction that takes a probe is at {}", spelled(*next));
    }
    return where_.error(fmt::format("no probe is possible on the instruction at {}, {}: {}", spelled(vaddr_),
                                    shown(instruction), verdict.reason),
                        std::move(hint));
  }

  Hazard not_checked(bool in_function) {
    std::string message =
        fmt::format("whether an instruction begins at {} could not be checked: {}", spelled(vaddr_),
                    in_function ? "the code of the function could not be decoded up to there"
                                : "neither a symbol nor unwind information tells where its function begins");
    auto code = read(vaddr_, kLongestInstruction);
    auto found = code ? disassemble(code->bytes, vaddr_, set_, 1) : std::vector<Instruction>{};
    if (!found.empty()) {
      const InstructionVerdict verdict = judge_instruction(found.front().bytes, set_);
      fill(found.front(), verdict);
      if (verdict.cost == InstructionCost::Refused)
        message += fmt::format("; if one does, it takes no probe: {}", verdict.reason);
    }
    return {Hazard::Level::Note, std::move(message),
            "compare it with a disassembly: a breakpoint inside an instruction corrupts the program",
            HazardKind::InstructionNotChecked};
  }

  const ast::Probe& probe_;
  TextSpan where_;
  FileCode& code_;
  InstructionSet set_;
  const FoundPlace& found_;
  uint64_t vaddr_;
  ProbeSite& site_;
};

}  // namespace

Result<void> check_instruction(const ast::Probe& probe, std::string_view text, FileCode& code,
                               const FoundPlace& place, ProbeSite& site, Hazards& hazards) {
  auto set = code.set();
  auto vaddr = vaddr_of(code.file().segments(), site.file_offset);
  if (!set || !vaddr) return {};
  return InstructionCheck(probe, text, code, *set, place, *vaddr, site).run(hazards);
}

}  // namespace uproar
