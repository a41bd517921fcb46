#include "resolve/hazards/exception_crossing.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include "binary/symbols/symbols.h"

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;

constexpr size_t kMaxParts = 16;
constexpr size_t kMaxFollowed = 256;  // functions that one judgement looks into

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

// Of the C and C++ run-time libraries, those that compilers call by themselves. They call nobody back and are no
// point of cancellation. (__cxa_guard_acquire could say that a static object needs itself to be made: then the
// program's behaviour is undefined.)
bool lets_nothing_through(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "__cxa_atexit",
      "__cxa_begin_catch",
      "__cxa_guard_abort",
      "__cxa_guard_acquire",
      "__cxa_guard_release",
      "__cxa_pure_virtual",
      "__cxa_thread_atexit",
      "__stack_chk_fail",
      "__tls_get_addr",
      "_ZSt9terminatev",
      "_ZdaPv",
      "_ZdaPvm",
      "_ZdlPv",
      "_ZdlPvm",
      "abort",
      "calloc",
      "free",
      "malloc",
      "realloc",
      "__memcpy_chk",
      "__memmove_chk",
      "__memset_chk",
      "memchr",
      "memcmp",
      "memcpy",
      "memmove",
      "memset",
      "strchr",
      "strcmp",
      "strcpy",
      "strlen",
      "strncmp",
  };
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// A part of a function with what its exception table says of its calls; nothing: there is none.
struct Part {
  FunctionExtent extent;
  std::optional<std::vector<CallSite>> sites;
};

}  // namespace

ExceptionJudge::ExceptionJudge(FileCode& code) : code_(code), imported_calls_(code.file()) {
  auto note = [this](std::string_view name, bool imported) {
    is_mute_ = false;
    has_tables_ |= name == "__gxx_personality_v0";
    is_cxx_ |= starts_with(name, "__cxa_throw") || starts_with(name, "__gxx_personality") ||
               name == "__cxa_rethrow" || starts_with(name, "_ZSt");
    // What comes from a Rust library may panic there.
    raises_ |= name == "_Unwind_RaiseException" || (imported && is_rust(name));
  };
  for (const std::string& name : code.file().imported_names()) note(name, true);
  auto symbols = code.file().symbols();
  if (!symbols.ok()) return;
  for (const ElfSymbol& symbol : **symbols) note(symbol.name, false);
}

std::string ExceptionJudge::name_at(uint64_t vaddr) const {
  auto symbols = code_.file().symbols();
  const ElfSymbol* symbol = symbols.ok() ? function_at(**symbols, vaddr) : nullptr;
  return symbol && symbol->vaddr == vaddr ? symbol->name : std::string();
}

ExceptionCrossing ExceptionJudge::judge(const FunctionExtent& function) {
  const std::string name = name_at(function.vaddr);
  const bool rust = is_rust(name);
  const bool mangled = rust || starts_with(name, "_Z");
  const UnwindEntry* entry = unwind_entry_at(code_.unwind_entries(), function.vaddr);
  const bool has_table = entry && entry->lsda != 0;
  const bool throws = is_cxx_ || raises_;
  if (rust && !throws) return ExceptionCrossing::No;  // panic=abort
  if (!mangled && !has_tables_ && !raises_ && !(is_mute_ && has_table)) return ExceptionCrossing::No;
  // Nobody catches what leaves main.
  if (name == "main" || name == "_start" || !may_throw(function)) return ExceptionCrossing::No;
  if (rust) return ExceptionCrossing::Panic;
  // What has a table has something to do when it is left.
  const bool is_c = !mangled && !name.empty() && !has_table;
  if (is_c || !(throws || has_table)) return ExceptionCrossing::Unlikely;
  return raises_ && !is_cxx_ ? ExceptionCrossing::Panic : ExceptionCrossing::Exception;
}

bool ExceptionJudge::is_known_not_to_throw(uint64_t target) const {
  constexpr uint64_t kPltEntry = 16;
  return lets_nothing_through(imported_calls_.called_by(code_.bytes(target, kPltEntry), target));
}

// Over all functions that are reached by calls which nothing guards.
bool ExceptionJudge::may_throw(const FunctionExtent& function) {
  if (auto known = verdicts_.find(function.vaddr); known != verdicts_.end()) return known->second;
  std::set<uint64_t> met{function.vaddr};
  std::vector<FunctionExtent> queue{function};
  bool may = false;
  for (size_t i = 0; i < queue.size() && !may; ++i) {
    const FunctionExtent each = queue[i];
    if (auto known = verdicts_.find(each.vaddr); known != verdicts_.end()) {
      may = known->second;
      continue;
    }
    const Calls& calls = calls_of(each);
    may = calls.unknown;
    for (uint64_t target : calls.unguarded) {
      if (may) break;
      if (is_known_not_to_throw(target)) continue;
      // Any other entry of .plt is part of a whole that jumps through slots: it goes to another file.
      auto callee = code_.function_at(target);
      may = !callee || queue.size() == kMaxFollowed;
      if (!may && met.insert(callee->vaddr).second) queue.push_back(*callee);
    }
  }
  if (may) {
    verdicts_[function.vaddr] = true;
  } else {
    for (uint64_t vaddr : met) verdicts_[vaddr] = false;
  }
  return may;
}

const ExceptionJudge::Calls& ExceptionJudge::calls_of(const FunctionExtent& function) {
  auto [entry, is_new] = calls_.try_emplace(function.vaddr);
  if (is_new) entry->second = read_calls(function);
  return entry->second;
}

// The parts of a function that the compiler split have entries and tables of their own; they are found by the
// landing pads that lie in them. A jump that leaves a part goes to another, or to a function that leaves with
// the same return address: it counts as a call that nothing guards.
ExceptionJudge::Calls ExceptionJudge::read_calls(const FunctionExtent& function) const {
  Calls calls;
  std::vector<Part> parts;
  auto add_part = [&](FunctionExtent extent) {
    const UnwindEntry* entry = unwind_entry_at(code_.unwind_entries(), extent.vaddr);
    if (extent.size == 0) extent = entry ? FunctionExtent{entry->start, entry->size} : extent;
    Part part{extent, std::nullopt};
    if (entry && entry->lsda != 0 && !(part.sites = read_call_sites(code_.file(), *entry))) return false;
    if (extent.size == 0 || parts.size() == kMaxParts) return false;
    parts.push_back(std::move(part));
    return true;
  };
  auto add_pad = [&](uint64_t vaddr) {
    const bool known = std::any_of(parts.begin(), parts.end(),
                                   [vaddr](const Part& part) { return holds(part.extent, vaddr); });
    return known || add_part({vaddr, 0});
  };
  calls.unknown = !add_part(function);
  for (size_t i = 0; i < parts.size() && !calls.unknown; ++i) {
    const Part part = parts[i];
    const FunctionCode code = code_.decode(part.extent);
    calls.unknown = !code.is_whole;
    for (const InstructionEffects& each : code.instructions) {
      if (calls.unknown) break;
      if (each.flow == Flow::Jump || each.flow == Flow::Branch) {
        if (each.target && !holds(part.extent, *each.target)) calls.unguarded.push_back(*each.target);
        calls.unknown = !each.target && each.aim != InstructionEffects::Aim::Indexed;
      }
      if (each.flow != Flow::Call) continue;
      const uint64_t at = each.vaddr + each.size - 1;
      if (part.sites) {
        auto site = std::find_if(part.sites->begin(), part.sites->end(), [at](const CallSite& candidate) {
          return at >= candidate.start && at - candidate.start < candidate.size;
        });
        if (site == part.sites->end()) continue;  // std::terminate
        if (site->landing_pad != 0) {
          calls.unknown = !add_pad(site->landing_pad);
          continue;
        }
      }
      if (each.target) {
        calls.unguarded.push_back(*each.target);
      } else {
        calls.unknown = true;
      }
    }
  }
  return calls;
}

}  // namespace uproar
