#include "resolve/exception_crossing.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "binary/symbols.h"

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;

constexpr size_t kMaxParts = 8;

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// Legacy Rust names are C++ names that end in a hash: …17h0123456789abcdefE.
bool is_rust(std::string_view name) {
  if (starts_with(name, "_R")) return true;
  constexpr size_t kHash = 20;  // 17h, 16 digits, E
  if (!starts_with(name, "_ZN") || name.size() < kHash + 3 || name.back() != 'E') return false;
  const std::string_view hash = name.substr(name.size() - kHash);
  return starts_with(hash, "17h") && std::all_of(hash.begin() + 3, hash.end() - 1, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool holds(const FunctionExtent& extent, uint64_t vaddr) {
  return vaddr >= extent.vaddr && vaddr - extent.vaddr < extent.size;
}

}  // namespace

ExceptionJudge::ExceptionJudge(FileCode& code) : code_(code) {
  auto note = [this](std::string_view name) {
    has_tables_ |= name == "__gxx_personality_v0";
    is_cxx_ |= starts_with(name, "__cxa_throw") || starts_with(name, "__gxx_personality") ||
               name == "__cxa_rethrow" || starts_with(name, "_ZSt");
  };
  for (const std::string& name : code.file().imported_names()) note(name);
  auto symbols = code.file().symbols();
  if (!symbols.ok() || has_tables_) return;
  for (const ElfSymbol& symbol : **symbols) note(symbol.name);
}

std::string ExceptionJudge::name_at(uint64_t vaddr) const {
  auto symbols = code_.file().symbols();
  const ElfSymbol* symbol = symbols.ok() ? function_at(**symbols, vaddr) : nullptr;
  return symbol && symbol->vaddr == vaddr ? symbol->name : std::string();
}

ExceptionCrossing ExceptionJudge::judge(const FunctionExtent& function) {
  const std::string name = name_at(function.vaddr);
  const bool mangled = starts_with(name, "_Z") || starts_with(name, "_R");
  if (!mangled && !has_tables_) return ExceptionCrossing::No;
  if (is_rust(name)) return calls_anything(function) ? ExceptionCrossing::Unlikely : ExceptionCrossing::No;
  const UnwindEntry* entry = unwind_entry_at(code_.unwind_entries(), function.vaddr);
  if (has_tables_ && entry && entry->lsda != 0)
    return passes_by_table(*entry) ? ExceptionCrossing::Possible : ExceptionCrossing::No;
  // Nobody catches what leaves main.
  if (name == "main" || name == "_start" || !calls_anything(function)) return ExceptionCrossing::No;
  return mangled && is_cxx_ ? ExceptionCrossing::Possible : ExceptionCrossing::Unlikely;
}

bool ExceptionJudge::calls_anything(const FunctionExtent& function) const {
  const FunctionCode code = code_.decode(function);
  if (!code.is_whole) return true;
  return std::any_of(
      code.instructions.begin(), code.instructions.end(), [&function](const InstructionEffects& each) {
        const bool goes = each.flow == Flow::Call || each.flow == Flow::Jump || each.flow == Flow::Branch;
        if (!goes) return false;
        if (each.target) return !holds(function, *each.target);
        return each.flow == Flow::Call || each.aim != InstructionEffects::Aim::Indexed;
      });
}

// The parts of a function that the compiler split have entries and tables of their own; they are found by the
// landing pads that lie in them and by the jumps that go there. A jump to another function leaves that one
// with the same return address, so it counts as a part.
bool ExceptionJudge::passes_by_table(const UnwindEntry& entry) const {
  std::vector<UnwindEntry> parts{entry};
  auto add_part = [&](uint64_t vaddr) {
    const bool known = std::any_of(parts.begin(), parts.end(), [vaddr](const UnwindEntry& part) {
      return holds({part.start, part.size}, vaddr);
    });
    if (known) return true;
    const UnwindEntry* other = unwind_entry_at(code_.unwind_entries(), vaddr);
    if (!other || parts.size() == kMaxParts) return false;
    parts.push_back(*other);
    return true;
  };
  for (size_t i = 0; i < parts.size(); ++i) {
    const UnwindEntry part = parts[i];
    std::optional<std::vector<CallSite>> sites;
    if (part.lsda != 0 && !(sites = read_call_sites(code_.file(), part))) return true;
    const FunctionCode code = code_.decode({part.start, part.size});
    if (!code.is_whole) return true;
    for (const InstructionEffects& each : code.instructions) {
      if (each.flow == Flow::Jump || each.flow == Flow::Branch) {
        if (each.target ? !add_part(*each.target) : each.aim != InstructionEffects::Aim::Indexed) return true;
      }
      if (each.flow != Flow::Call) continue;
      if (!sites) return true;
      const uint64_t at = each.vaddr + each.size - 1;
      auto site = std::find_if(sites->begin(), sites->end(), [at](const CallSite& candidate) {
        return at >= candidate.start && at - candidate.start < candidate.size;
      });
      if (site == sites->end()) continue;  // std::terminate
      if (site->landing_pad == 0 || !add_part(site->landing_pad)) return true;
    }
  }
  return false;
}

}  // namespace uproar
