#include <fmt/format.h>

#include <algorithm>

#include "binary/symbols/symbols.h"
#include "resolve/site/site_choice.h"

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;
using Aim = InstructionEffects::Aim;

constexpr size_t kMaxParts = 8;
constexpr size_t kTableCode = 8;  // instructions that look a jump's target up in a table, and the jump

bool holds(const FunctionExtent& extent, uint64_t vaddr) {
  return vaddr >= extent.vaddr && vaddr - extent.vaddr < extent.size;
}

class ExitFinder {
 public:
  explicit ExitFinder(FileCode& code) : code_(code) {}

  Result<FunctionExits> find(const FunctionExtent& extent, const std::string& name) {
    parts_.push_back(extent);
    for (size_t i = 0; i < parts_.size(); ++i) TRY(read_part(parts_[i], name));
    // A jump from one part into another was seen before the other was known.
    auto& tails = direct_;
    tails.erase(std::remove_if(tails.begin(), tails.end(),
                               [this](const InstructionEffects& jump) { return is_own(*jump.target); }),
                tails.end());
    for (const InstructionEffects& jump : tails) exits_.tail_calls.push_back(jump.vaddr);
    std::sort(exits_.returns.begin(), exits_.returns.end());
    std::sort(exits_.tail_calls.begin(), exits_.tail_calls.end());
    return std::move(exits_);
  }

 private:
  bool is_own(uint64_t vaddr) const {
    return std::any_of(parts_.begin(), parts_.end(),
                       [vaddr](const FunctionExtent& part) { return holds(part, vaddr); });
  }

  Result<void> read_part(FunctionExtent extent, const std::string& name) {
    const FunctionCode function = code_.decode(extent);
    if (!function.is_whole) {
      const uint64_t reached = function.instructions.empty()
                                   ? extent.vaddr
                                   : function.instructions.back().vaddr + function.instructions.back().size;
      return Error{
          fmt::format("the code of {} could not be decoded behind +0x{:x} of its 0x{:x} bytes, so that "
                      "the places where it returns are not all known",
                      name, reached - extent.vaddr, extent.size),
          {},
          "probe one of its RET instructions, as p and by its offset",
          0};
    }
    for (size_t i = 0; i < function.instructions.size(); ++i) {
      const InstructionEffects& each = function.instructions[i];
      if (each.flow == Flow::Return) exits_.returns.push_back(each.vaddr);
      const bool jumps = each.flow == Flow::Jump || each.flow == Flow::Branch;
      if (!jumps) continue;
      if (!each.target) {
        if (leaves(function, i)) exits_.tail_calls.push_back(each.vaddr);
      } else if (!is_own(*each.target)) {
        direct_.push_back(each);
        add_cold_part(*each.target);
      }
    }
    return {};
  }

  // Compilers move what is seldom executed into a function of its own by name: NAME.cold.
  void add_cold_part(uint64_t target) {
    auto symbols = code_.file().symbols();
    const ElfSymbol* symbol = symbols.ok() ? function_at(**symbols, target) : nullptr;
    if (!symbol || symbol->size == 0 || symbol->name.find(".cold") == std::string::npos) return;
    if (parts_.size() < kMaxParts) parts_.push_back({symbol->vaddr, symbol->size});
  }

  // An indirect jump that goes neither by a table of this function nor to a label of it.
  bool leaves(const FunctionCode& function, size_t index) {
    const InstructionEffects& jump = function.instructions[index];
    if (jump.aim == Aim::Slot) return true;
    if (jump.aim == Aim::Indexed) return false;
    const size_t first = index - std::min(index, kTableCode);
    const bool arm = code_.set() == InstructionSet::Arm64;
    for (size_t i = first; i < index; ++i) {
      const InstructionEffects& each = function.instructions[i];
      if (arm && each.address) return false;
      const bool indexed = each.memory && each.memory->is_indexed;
      if (indexed && !function.table_targets.empty()) return false;
    }
    const FunctionExtent& extent = function.extent;
    return extent.size < 2 || !code_.may_be_pointed_at(extent.vaddr + 1, extent.vaddr + extent.size - 1);
  }

  FileCode& code_;
  std::vector<FunctionExtent> parts_;
  std::vector<InstructionEffects> direct_;  // jumps out of the parts that were known
  FunctionExits exits_;
};

}  // namespace

Result<FunctionExits> function_exits(FileCode& code, const FoundPlace& place) {
  FunctionExtent extent{place.function_vaddr, place.function_size};
  if (!code.set()) return Error{"code for this machine cannot be decoded", {}, {}, 0};
  if (extent.vaddr == 0 || extent.size == 0) {
    auto found = code.function_at(place.vaddr);
    if (!found) {
      return Error{fmt::format("where the function at 0x{:x} ends is not known, so that the places where it "
                               "returns are not either",
                               place.vaddr),
                   {},
                   "probe one of its RET instructions, as p and by its offset",
                   0};
    }
    extent = *found;
  }
  const std::string name = place.symbol.empty() ? fmt::format("0x{:x}", extent.vaddr) : place.symbol;
  return ExitFinder(code).find(extent, name);
}

}  // namespace uproar
