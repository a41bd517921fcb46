#include "resolve/hazards/place_hazards.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/kernel_version.h"
#include "binary/elf/address.h"
#include "resolve/hazards/exception_crossing.h"
#include "resolve/hazards/red_zone.h"
#include "resolve/site/site_choice.h"

namespace uproar {
namespace {

using Level = Hazard::Level;
using Flow = InstructionEffects::Flow;

constexpr unsigned kOptimisingKernel = 6018;

// By its sections.
bool is_go_program(const ElfFile& file) {
  const auto& sections = file.sections();
  return std::any_of(sections.begin(), sections.end(), [](const ElfSection& section) {
    return section.name == ".gopclntab" || section.name == ".data.rel.ro.gopclntab" ||
           section.name == ".note.go.buildid";
  });
}

// A place with what is known of its function.
struct Judged {
  const ProbeSite& site;
  uint64_t vaddr = 0;  // that was asked for
  std::optional<FunctionExtent> function;
  std::string name;
};

class PlaceHazards {
 public:
  PlaceHazards(const HazardContext& context, HazardList& list)
      : context_(context),
        code_(context.code),
        list_(list),
        is_go_(is_go_program(code_.file())),
        kernel_(kernel_version(context.kernel_release)) {}

  void add() {
    for (size_t i = 0; i < context_.plan.sites.size(); ++i) {
      const Judged place = judged(i);
      add_red_zone(place);
      if (is_go_) add_go(place, i);
      if (context_.plan.is_return && !context_.returns_by_exits) add_return(place);
    }
  }

 private:
  Judged judged(size_t index) {
    const ProbeSite& site = context_.plan.sites[index];
    Judged place{site, 0, std::nullopt, {}};
    auto vaddr = vaddr_of(code_.file().segments(), site.file_offset);
    place.vaddr = vaddr.value_or(0) - site.slid_by;
    if (index < context_.places.size() && context_.places[index].function_size != 0) {
      const FoundPlace& found = context_.places[index];
      place.function = FunctionExtent{found.function_vaddr, found.function_size};
    } else if (vaddr) {
      place.function = code_.function_at(place.vaddr);
    }
    place.name = site.symbol.empty() ? fmt::format("0x{:x}", site.file_offset) : site.symbol;
    return place;
  }

  bool is_entry(const Judged& place) const { return place.function && place.function->vaddr == place.vaddr; }

  // Kernel 6.18 writes a call over the 5-byte nop, which pushes onto what stands below the stack pointer. At
  // an entry, and where the probe slid from one, nothing does yet.
  void add_red_zone(const Judged& place) {
    if (place.site.cost != SiteCost::Optimised || kernel_ < kOptimisingKernel || is_entry(place)) return;
    if (place.function && !may_use_red_zone(code_.decode(*place.function))) return;
    list_.add(
        {Level::Refused,
         fmt::format("{}: this kernel turns a probe on the 5-byte nop into a call, which overwrites the "
                     "stack below the stack pointer, where {}",
                     place.name,
                     place.function ? "this function keeps values"
                                    : "a function may keep values (which one it is could not be found out)"),
         "probe another instruction of the function", HazardKind::RedZone, true});
  }

  void add_go(const Judged& place, size_t index) {
    if (!context_.plan.is_return && !context_.returns_by_exits) {
      if (is_entry(place) && jumps_to(*place.function, place.vaddr)) {
        list_.add(
            {Level::Note,
             fmt::format("a call of {} that makes the goroutine's stack grow is seen twice: the function "
                         "begins again at its entry",
                         place.name),
             {},
             HazardKind::GoEntryTwice});
      }
      return;
    }
    if (!context_.returns_by_exits) {
      list_.add(
          {Level::Refused,
           "this is a Go program: its runtime crashes on the return address that a return probe leaves on "
           "a stack that it moves",
           "probe the places of the function's RET instructions instead", HazardKind::GoReturn});
      return;
    }
    list_.add({Level::Note,
               fmt::format("{} is Go: its returns are recorded at its RET instructions, because Go's runtime "
                           "crashes on the return address that a return probe leaves on the stack",
                           place.name),
               {},
               HazardKind::GoReturn});
    FoundPlace found = index < context_.places.size() ? context_.places[index] : FoundPlace{};
    if (found.vaddr == 0) found.vaddr = place.vaddr;
    auto exits = function_exits(code_, found);
    if (!exits.ok() || exits->tail_calls.empty()) return;
    list_.add(
        {Level::Note,
         fmt::format("{} leaves by {} jump(s) to another function as well: those returns are not recorded",
                     place.name, exits->tail_calls.size()),
         {},
         HazardKind::GoTailCall});
  }

  bool jumps_to(const FunctionExtent& function, uint64_t vaddr) const {
    const FunctionCode code = code_.decode(function);
    return std::any_of(
        code.instructions.begin(), code.instructions.end(),
        [vaddr](const InstructionEffects& each) { return each.flow == Flow::Jump && each.target == vaddr; });
  }

  void add_return(const Judged& place) {
    if (is_go_) return;
    add_inside(place);
    if (!place.function) return;
    add_exception(place, *place.function);
    if (calls_itself(*place.function)) {
      list_.add(
          {Level::Note,
           fmt::format("{} calls itself: of more than 64 calls within each other the inner ones' returns are "
                       "not seen",
                       place.name),
           "probe its RET instructions (as p, by their offsets) if they matter", HazardKind::DeepRecursion});
    }
  }

  // The kernel takes the return address from the top of the stack when the place is reached.
  void add_inside(const Judged& place) {
    if (place.function && keeps_stack(*place.function, place.vaddr)) return;
    if (!place.function && place.site.symbol_offset == 0) return;  // nothing says that it is inside
    list_.add(
        {Level::Refused,
         fmt::format("a return probe inside {}, not at its entry: the kernel would take what is on top of "
                     "the stack there for the return address and the program would crash",
                     place.name),
         "put it at the function's entry", HazardKind::ReturnInsideFunction, true});
  }

  bool keeps_stack(const FunctionExtent& function, uint64_t vaddr) const {
    constexpr uint64_t kFar = 256;
    if (vaddr == function.vaddr) return true;
    if (vaddr - function.vaddr > kFar || !code_.set()) return false;
    const auto bytes = code_.bytes(function.vaddr, vaddr - function.vaddr);
    const auto before = effects_of(bytes, function.vaddr, *code_.set());
    const bool all = !before.empty() && before.back().vaddr + before.back().size == vaddr;
    return all && code_.set() != InstructionSet::Arm64 &&
           std::all_of(before.begin(), before.end(), [](const InstructionEffects& each) {
             return each.flow == Flow::Next && each.stack_change == 0;
           });
  }

  void add_exception(const Judged& place, const FunctionExtent& function) {
    if (!judge_) judge_.emplace(code_);
    constexpr const char* kOwnReturns = "probe its entry, or its RET instructions (as p, by their offsets)";
    switch (judge_->judge(function)) {
      case ExceptionCrossing::No:
        return;
      case ExceptionCrossing::Exception:
        list_.add(
            {Level::Refused,
             fmt::format("an exception that leaves {} would end the program: the C++ runtime does not know "
                         "the return address that a return probe leaves on the stack",
                         place.name),
             kOwnReturns, HazardKind::ExceptionThroughReturn, true});
        return;
      case ExceptionCrossing::Panic:
        list_.add(
            {Level::Refused,
             fmt::format("a panic that leaves {} would end the program, even where somebody catches it: Rust "
                         "does not know the return address that a return probe leaves on the stack",
                         place.name),
             kOwnReturns, HazardKind::ExceptionThroughReturn, true});
        return;
      case ExceptionCrossing::Unlikely:
        list_.add(
            {Level::Note,
             fmt::format("should an exception or panic ever leave {}, the program ends: the unwinder does "
                         "not know the return address that a return probe leaves on the stack",
                         place.name),
             {},
             HazardKind::ExceptionThroughReturn});
        return;
    }
  }

  bool calls_itself(const FunctionExtent& function) const {
    if (code_.set() == InstructionSet::Arm64) return false;
    const auto bytes = code_.bytes(function.vaddr, function.size);
    for (size_t i = 0; i + 5 <= bytes.size(); ++i) {
      if (bytes[i] != 0xe8) continue;
      int32_t distance = 0;
      std::memcpy(&distance, bytes.data() + i + 1, sizeof distance);
      if (i + 5 + static_cast<uint64_t>(int64_t{distance}) == 0) return true;
    }
    return false;
  }

  const HazardContext& context_;
  FileCode& code_;
  HazardList& list_;
  bool is_go_;
  unsigned kernel_;
  std::optional<ExceptionJudge> judge_;
};

}  // namespace

void add_place_hazards(const HazardContext& context, HazardList& list) {
  PlaceHazards(context, list).add();
}

}  // namespace uproar
