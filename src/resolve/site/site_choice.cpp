#include "resolve/site/site_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "binary/code/instruction_cost.h"
#include "binary/code/instructions.h"
#include "resolve/site/argument_shift.h"

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;
using Aim = InstructionEffects::Aim;

constexpr size_t kMaxSkipped = 8;
constexpr uint64_t kMaxDistance = 32;
constexpr uint64_t kLongestInstruction = 15;

bool is_cheap(InstructionCost cost) {
  return cost == InstructionCost::Emulated || cost == InstructionCost::Optimised;
}

bool is_endbr(std::span<const uint8_t> bytes) {
  return bytes.size() == 4 && bytes[0] == 0xf3 && bytes[1] == 0x0f && bytes[2] == 0x1e &&
         (bytes[3] == 0xfa || bytes[3] == 0xfb);
}

// A push of a register or a nop, of those that the kernel emulates.
bool is_push_or_nop(std::span<const uint8_t> bytes) {
  const size_t rex = bytes.size() == 2 && bytes[0] == 0x41 ? 1 : 0;
  if (bytes.size() == rex + 1 && (bytes[rex] & 0xf8) == 0x50) return true;
  const auto opcode = std::find_if(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0x66; });
  if (opcode == bytes.end()) return false;
  return *opcode == 0x90 || (*opcode == 0x0f && bytes.end() - opcode > 1 && opcode[1] == 0x1f);
}

// Whether bytes of an indirect jump stand anywhere (ff /4, ff /5): without, there is none.
bool may_jump_indirectly(std::span<const uint8_t> bytes) {
  for (size_t i = 0; i + 1 < bytes.size(); ++i) {
    const uint8_t form = bytes[i + 1] & 0x38;
    if (bytes[i] == 0xff && (form == 0x20 || form == 0x28)) return true;
  }
  return false;
}

class SiteChooser {
 public:
  SiteChooser(FileCode& code, const FoundPlace& place, const std::vector<FetchArgument>& arguments,
              bool is_return)
      : code_(code), place_(place), reads_(arguments), arguments_(arguments), is_return_(is_return) {}

  SiteChoice choose() {
    const bool by_name = place_.is_function_entry && !place_.is_inlined && !place_.offset_given &&
                         place_.symbol_offset == 0 && place_.ref_counter == 0 &&
                         place_.usdt_arguments.empty();
    auto set = code_.set();
    if (!by_name || !set) return stay({});
    if (*set == InstructionSet::Arm64) return stay({});
    if (!find_extent()) return stay("the length of the function is not known");
    bytes_ = code_.bytes(place_.vaddr, std::min(extent_.size, kMaxDistance + kLongestInstruction));

    for (size_t skipped = 0;; ++skipped) {
      const auto rest = std::span(bytes_).subspan(std::min<size_t>(slid_, bytes_.size()));
      const auto next = effects_of(rest, place_.vaddr + slid_, *set, 1);
      if (next.empty()) return stay(fmt::format("the code at +0x{:x} could not be decoded", slid_));
      const auto instruction = rest.first(next[0].size);
      const InstructionCost cost = judge_instruction(instruction, *set).cost;
      if (is_cheap(cost)) return land(instruction, *set);
      if (skipped == 0) is_refused_ = cost == InstructionCost::Refused;
      if (skipped == kMaxSkipped || slid_ + next[0].size > kMaxDistance)
        return stay("no cheaper instruction is near");
      std::string why = skip(instruction, next[0]);
      if (!why.empty()) return stay(std::move(why));
    }
  }

 private:
  bool find_extent() {
    if (place_.function_size != 0 && place_.function_vaddr == place_.vaddr) {
      extent_ = {place_.function_vaddr, place_.function_size};
      return true;
    }
    auto found = code_.function_at(place_.vaddr);
    if (!found || found->vaddr != place_.vaddr) return false;
    extent_ = *found;
    return true;
  }

  // Goes over one instruction, or says why not.
  std::string skip(std::span<const uint8_t> bytes, const InstructionEffects& effects) {
    if (std::string name = slid_ == 0 && !is_return_ ? reads_.reads_place() : ""; !name.empty())
      return fmt::format("argument {} reads the state of the first instruction", name);
    if (!effects.is_plain) return about(effects, "does more than compute in registers");
    if (!effects.stack_change || (is_return_ && *effects.stack_change != 0))
      return about(effects, "moves the stack pointer");
    const int64_t lowered = lowered_ - *effects.stack_change;
    if (!is_return_) {
      std::string name = reads_.first_changed(effects, lowered);
      if (!name.empty()) return about(effects, fmt::format("changes what argument {} reads", name));
    }
    lowered_ = lowered;
    slid_ += effects.size;
    only_endbr_ = only_endbr_ && is_endbr(bytes);
    return {};
  }

  // "sub $8, %rsp at +0x4 WHAT"
  std::string about(const InstructionEffects& effects, std::string_view what) const {
    const std::string at = slid_ == 0 ? std::string() : fmt::format(" at +0x{:x}", slid_);
    return fmt::format("{}{} {}", text_of(std::span(bytes_).subspan(slid_), effects.vaddr), at, what);
  }

  SiteChoice land(std::span<const uint8_t> bytes, InstructionSet set) {
    const std::string here = text_of(bytes, place_.vaddr + slid_);
    if (slid_ == 0) return {0, arguments_, fmt::format("{} is {}", here, cost_words(bytes, set))};
    const uint64_t first = place_.vaddr + 1;
    const uint64_t last = place_.vaddr + slid_;
    if (auto name = code_.begins_in(first, last))
      return stay(name->empty() ? "other code begins right behind it"
                                : fmt::format("{} begins right behind it", *name));
    if (code_.may_be_entered(first, last)) return stay("a jump may lead right behind it");
    if (!(only_endbr_ && is_push_or_nop(bytes)) && may_be_jumped_to(first, last))
      return stay("an indirect jump may lead right behind it");
    return {slid_, is_return_ ? arguments_ : reads_.shifted(lowered_),
            fmt::format("{} bytes behind the entry, on {}, which is {}: the same event as on {}", slid_, here,
                        cost_words(bytes, set), text_of(bytes_, place_.vaddr))};
  }

  bool may_be_jumped_to(uint64_t first, uint64_t last) {
    if (!may_jump_indirectly(code_.bytes(extent_.vaddr, extent_.size)) && extent_.size <= kMaxDecodedCode)
      return false;
    const FunctionCode function = code_.decode(extent_);
    if (!function.is_whole) return true;
    const auto& jumps = function.indirect_jumps;
    if (std::all_of(jumps.begin(), jumps.end(),
                    [](const IndirectJump& jump) { return jump.aim == Aim::Slot; }))
      return false;
    const auto& targets = function.table_targets;
    auto target = std::lower_bound(targets.begin(), targets.end(), first);
    if (target != targets.end() && *target <= last) return true;
    return code_.may_be_pointed_at(first, last);
  }

  static std::string cost_words(std::span<const uint8_t> bytes, InstructionSet set) {
    return judge_instruction(bytes, set).cost == InstructionCost::Optimised
               ? "optimised by the kernel (about 0.5 µs a hit) where it can, else emulated"
               : "emulated by the kernel (about 1 µs a hit)";
  }

  // Of the first instruction of `bytes`.
  std::string text_of(std::span<const uint8_t> bytes, uint64_t vaddr) const {
    auto found = disassemble(bytes, vaddr, *code_.set(), 1);
    return found.empty() ? std::string() : found.front().text;
  }

  SiteChoice stay(std::string reason) const {
    const char* cost = is_refused_ ? "which takes no probe" : "single-stepped (about 5 µs a hit)";
    if (!reason.empty()) reason = fmt::format("at the entry, {}: {}", cost, reason);
    return {0, arguments_, std::move(reason)};
  }

  FileCode& code_;
  const FoundPlace& place_;
  ArgumentReads reads_;
  const std::vector<FetchArgument>& arguments_;
  bool is_return_;
  FunctionExtent extent_;
  std::vector<uint8_t> bytes_;
  uint64_t slid_ = 0;
  int64_t lowered_ = 0;  // the stack pointer, against the entry
  bool only_endbr_ = true;
  bool is_refused_ = false;  // the entry
};

}  // namespace

SiteChoice choose_site(FileCode& code, const FoundPlace& place, const std::vector<FetchArgument>& arguments,
                       bool is_return) {
  return SiteChooser(code, place, arguments, is_return).choose();
}

}  // namespace uproar
