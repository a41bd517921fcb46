#include "resolve/places/find_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/near_texts.h"
#include "binary/elf/address.h"
#include "binary/symbols/clone_suffix.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/function_list.h"
#include "binary/symbols/function_names.h"
#include "binary/symbols/ifunc_targets.h"
#include "binary/symbols/source_names.h"
#include "binary/symbols/symbols.h"
#include "resolve/places/candidate_names.h"
#include "resolve/places/find_lines.h"
#include "resolve/places/function_candidates.h"
#include "resolve/places/function_places.h"
#include "resolve/places/match_functions.h"
#include "resolve/places/missing_function.h"
#include "resolve/places/shared_code.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownCandidates = 8;
constexpr size_t kShownImplementations = 6;

using Symbols = std::vector<ElfSymbol>;

class FunctionFinder {
 public:
  FunctionFinder(const ast::Site& site, std::string_view text, ProbedFile& file, bool is_return,
                 const ResolveOptions& options, Hazards& hazards)
      : site_(site),
        where_{site.span, text},
        wanted_(named_function(site.symbol)),
        file_(file),
        elf_(file.elf()),
        is_return_(is_return),
        options_(options),
        hazards_(hazards),
        places_(site, elf_) {}

  Result<FoundPlaces> by_symbol() {
    auto read = elf_.symbols();
    if (!read.ok()) return where_.error(read.error());
    symbols_ = *read;
    TRY_ASSIGN(FunctionCandidates found, candidates(file_.has_local_debug_info()));
    if (is_nothing(found)) {
      // Nothing here knows the name: now a download is worth its time.
      read = elf_.symbols_of_servers();
      if (read.ok()) symbols_ = *read;
      TRY_ASSIGN(found, candidates(true));
    }
    if (is_nothing(found) && file_.go()) {
      TRY_ASSIGN(found, by_other_receiver());
    }
    if (found.data) return is_data(*found.data);
    if (is_nothing(found)) return missing();
    // puts is more likely that of libc, which the program calls, than its own Console::puts.
    if (found.how >= NameMatch::Scoped && is_imported()) return missing_function(where_, wanted_.name, elf_);
    if (!found.code.empty()) {
      const ElfSymbol first = found.code.front().symbol;
      std::erase_if(found.code,
                    [this](const FunctionCandidate& each) { return !places_.is_in_code(each.symbol.vaddr); });
      if (found.code.empty()) return is_data(first);
    }
    if (found.groups > 1 && !options_.all) return ambiguous(found);
    if (found.code.empty()) return only_inlined(found);
    leave_clones_out(found);
    for (const FunctionCandidate& each : found.code) {
      TRY(add(identified(each),
              found.groups > 1 ? readable_name(each.symbol.name, NameForm::Full) : wanted_.name));
    }
    note_parts(found);
    add_inlined_calls(found);
    return places_.finish(where_);
  }

 private:
  bool is_imported() const {
    const auto& names = elf_.imported_names();
    return std::binary_search(names.begin(), names.end(), wanted_.name);
  }

  uint64_t offset_of(uint64_t vaddr) const { return file_offset_of(elf_.segments(), vaddr).value_or(vaddr); }

  // By what the debug information calls it, where its symbol may be that of a function of equal code.
  static ElfSymbol identified(const FunctionCandidate& candidate) {
    ElfSymbol symbol = candidate.symbol;
    if (candidate.source) symbol.name = linkage_name(*candidate.source);
    return symbol;
  }

  Result<void> add(const ElfSymbol& symbol, const std::string& shown) {
    if (symbol.is_ifunc) return add_implementations(symbol, shown);
    const bool beyond_size = site_.offset_given && symbol.size != 0 && site_.offset >= symbol.size;
    if (beyond_size || site_.offset > UINT64_MAX - symbol.vaddr) return beyond(symbol);
    if (!places_.is_in_code(symbol.vaddr + site_.offset)) return beyond(symbol);
    places_.add(symbol, shown);
    return {};
  }

  Result<void> add_implementations(const ElfSymbol& ifunc, const std::string& shown) {
    auto targets = ifunc_targets(elf_, *symbols_, ifunc);
    if (targets.empty()) targets = ifunc_targets_by_name(ifunc.name, *symbols_);
    if (targets.empty() || site_.offset_given) return chosen_at_load(ifunc, targets);
    std::vector<std::string> names;
    names.reserve(targets.size());
    for (uint64_t vaddr : targets) {
      const ElfSymbol* known = function_at(*symbols_, vaddr);
      ElfSymbol implementation;
      implementation.vaddr = vaddr;
      if (known && known->vaddr == vaddr) implementation.size = known->size;
      places_.add(implementation, shown);
      names.push_back(name_at(vaddr));
    }
    hazards_.push_back({Hazard::Level::Note,
                        fmt::format("{} is chosen at load time (IFUNC): all that it may be in this file is "
                                    "probed: {}",
                                    shown, short_list(names, kShownImplementations)),
                        {}});
    return {};
  }

  std::string name_at(uint64_t vaddr) const {
    const ElfSymbol* known = function_at(*symbols_, vaddr);
    if (known && known->vaddr == vaddr) return readable_name(known->name, NameForm::Name);
    return fmt::format("0x{:x}", offset_of(vaddr));
  }

  Result<FunctionCandidates> candidates(bool with_debug_info) {
    auto found = find_candidates(wanted_, *symbols_, file_, with_debug_info);
    if (!found.ok()) return where_.error(found.error());
    return found;
  }

  // A method of Go is called on values and pointers alike: main.(*T).Do is main.T.Do where its receiver is a value,
  // and the other way round.
  Result<FunctionCandidates> by_other_receiver() {
    const std::string given = wanted_.name;
    wanted_.name = go_method_of_other_receiver(given);
    if (wanted_.name.empty()) {
      wanted_.name = given;
      return FunctionCandidates{};
    }
    auto found = candidates(file_.has_local_debug_info());
    if (found.ok() && !is_nothing(*found)) {
      hazards_.push_back({Hazard::Level::Note,
                          fmt::format("{} is {}: its receiver is declared so", given, wanted_.name),
                          {}});
    } else {
      wanted_.name = given;
    }
    return found;
  }

  static bool is_nothing(const FunctionCandidates& found) {
    return found.code.empty() && found.inlined.empty() && !found.data;
  }

  void add_inlined_calls(const FunctionCandidates& found) {
    if (site_.offset_given || found.inlined.empty()) return;
    const std::string count = counted(found.inlined.size());
    if (is_return_) {
      hazards_.push_back({Hazard::Level::Note,
                          fmt::format("{} is also inlined in {}: those calls never return and are not seen",
                                      wanted_.name, count),
                          "probe the entry to see them as well"});
      return;
    }
    hazards_.push_back({Hazard::Level::Note,
                        fmt::format("{} is also inlined in {}, which {} probed too", wanted_.name, count,
                                    found.inlined.size() == 1 ? "is" : "are"),
                        {}});
    take_inlined(found.inlined);
  }

  // Some calls go to copies that the compiler made. An offset is that of the function itself, and where registers
  // are read a copy may have its parameters elsewhere.
  void leave_clones_out(FunctionCandidates& found) {
    const bool reads_registers = !options_.with_clones;
    auto is_left_out = [&](const FunctionCandidate& each) {
      if (clone_suffix(each.symbol.name).empty() || each.symbol.name == wanted_.name) return false;
      return site_.offset_given || (reads_registers && !keeps_parameters(each.symbol.name));
    };
    std::vector<std::string> copies;
    std::vector<std::string> left_out;
    for (const FunctionCandidate& each : found.code) {
      if (clone_suffix(each.symbol.name).empty() || each.symbol.name == wanted_.name) continue;
      (is_left_out(each) ? left_out : copies).push_back(readable_name(each.symbol.name, NameForm::Name));
    }
    if (left_out.size() == found.code.size() || found.code.size() == 1) return;
    std::erase_if(found.code, is_left_out);
    if (!left_out.empty() && !site_.offset_given) {
      hazards_.push_back(
          {Hazard::Level::Note,
           fmt::format("some calls of {} go to copies that the compiler made: {}", wanted_.name,
                       short_list(left_out, kShownImplementations)),
           "their parameters may be passed elsewhere, so they are left out; by the names of variables "
           "(or with --all) they are recorded too"});
    }
    if (!copies.empty()) {
      hazards_.push_back({Hazard::Level::Detail,
                          fmt::format("copies of {} that the compiler made are probed too: {}", wanted_.name,
                                      short_list(copies, kShownImplementations)),
                          {}});
    }
  }

  // f.part.0 is what callers that inlined the beginning of f go on to.
  void note_parts(const FunctionCandidates& found) {
    const bool alone = std::all_of(found.code.begin(), found.code.end(), [](const FunctionCandidate& each) {
      return is_outlined_part(each.symbol.name);
    });
    if (found.parts.empty() || !alone) return;
    hazards_.push_back(
        {Hazard::Level::Note,
         fmt::format("the beginning of {} was inlined into its callers: only calls that go on to "
                     "the rest ({}) are seen",
                     wanted_.name, short_list(found.parts, kShownImplementations)),
         file_.has_local_debug_info() ? "" : "with debug information (-g) its inlined beginnings are found"});
  }

  static std::string counted(size_t places) {
    return places == 1 ? std::string("1 place") : fmt::format("{} places", places);
  }

  void take_inlined(const std::vector<FunctionInstance>& inlined) {
    for (const FunctionInstance& each : inlined) {
      FoundPlace place = place_of(each, each.entry);
      if (place.symbol.empty()) place.symbol = wanted_.name;
      places_.add(std::move(place));
    }
  }

  Result<FoundPlaces> only_inlined(const FunctionCandidates& found) {
    if (site_.offset_given) return missing_function(where_, wanted_.name, elf_);
    const std::string count = counted(found.inlined.size());
    if (is_return_) {
      return where_.error(fmt::format("{} was inlined in {} and has no code of its own: it never returns",
                                      wanted_.name, count),
                          "probe its entry instead");
    }
    hazards_.push_back({Hazard::Level::Note,
                        fmt::format("{} has no code of its own: the {} where it was inlined {} probed",
                                    wanted_.name, count, found.inlined.size() == 1 ? "is" : "are"),
                        {}});
    take_inlined(found.inlined);
    return places_.finish(where_);
  }

  // Nothing of that name; or nothing in that file.
  Result<FoundPlaces> missing() {
    if (wanted_.file.empty() && file_.go()) return missing_in_go();
    if (wanted_.file.empty()) return missing_function(where_, wanted_.name, elf_);
    auto elsewhere = find_candidates({{}, wanted_.name}, *symbols_, file_, true);
    if (!elsewhere.ok() || is_nothing(*elsewhere)) return missing_function(where_, wanted_.name, elf_);
    std::set<std::string> names;
    for (const std::string& name : names_with_files(*elsewhere, wanted_.name)) names.insert(name);
    return where_.error(
        fmt::format("{} has no function {} of {}", elf_.path(), wanted_.name, wanted_.file),
        "there is " + short_list(std::vector<std::string>(names.begin(), names.end()), kShownCandidates));
  }

  // Go leaves no trace of a function whose calls were all inlined and came to nothing.
  Error missing_in_go() {
    Error error = missing_function(where_, wanted_.name, elf_);
    constexpr const char* kKeepIt = "go build -gcflags=-l keeps functions that are inlined everywhere";
    error.remedy = error.remedy.empty() ? kKeepIt : error.remedy + "; " + kKeepIt;
    return error;
  }

  Error chosen_at_load(const ElfSymbol& symbol, const std::vector<uint64_t>& targets) {
    std::vector<std::string> names;
    names.reserve(targets.size());
    for (uint64_t vaddr : targets) names.push_back(name_at(vaddr));
    std::string hint = fmt::format("0x{:x} insists on probing the resolver", offset_of(symbol.vaddr));
    if (!names.empty())
      hint = fmt::format("give a place in one of those it may be: {}; {}",
                         short_list(names, kShownImplementations), hint);
    return where_.error(
        fmt::format(
            "{} is chosen at load time (IFUNC): what stands at its address is a resolver, which runs once",
            wanted_.name),
        std::move(hint));
  }

  Error is_data(const ElfSymbol& symbol) {
    return where_.error(
        fmt::format("{} is data, not code", wanted_.name),
        fmt::format("to read it, probe a function and give it as an argument: @{}", symbol.name));
  }

  Error ambiguous(const FunctionCandidates& found) {
    const std::vector<std::string> candidates = names_to_choose_from(found, wanted_, elf_.segments());
    return where_.error(
        fmt::format("{} functions of {} are called {}", found.groups, elf_.path(), site_.symbol),
        fmt::format("--all probes all of them; or choose one: {}", short_list(candidates, kShownCandidates)));
  }

  Error beyond(const ElfSymbol& symbol) {
    return where_.error(
        fmt::format("+0x{:x} is beyond {}, which has 0x{:x} bytes", site_.offset, wanted_.name, symbol.size),
        symbol.size == 0 ? "" : fmt::format("give an offset up to 0x{:x}", symbol.size - 1));
  }

  const ast::Site& site_;
  TextSpan where_;
  NamedFunction wanted_;
  ProbedFile& file_;
  ElfFile& elf_;
  bool is_return_;
  const ResolveOptions& options_;
  Hazards& hazards_;
  const Symbols* symbols_ = nullptr;
  FunctionPlaces places_;
};

}  // namespace

Result<FoundPlaces> find_functions(const ast::Site& site, std::string_view text, ProbedFile& file,
                                   bool is_return, const ResolveOptions& options, Hazards& hazards) {
  if (site.form == ast::Site::Form::Glob) return match_functions(site, text, file, hazards);
  return FunctionFinder(site, text, file, is_return, options, hazards).by_symbol();
}

Result<FoundPlaces> find_functions_named(const std::string& name, ProbedFile& file) {
  ast::Site site;
  site.form = ast::Site::Form::Symbol;
  site.symbol = name;
  site.span = {0, static_cast<uint32_t>(name.size())};
  ResolveOptions options;
  options.all = true;
  Hazards hazards;
  return find_functions(site, name, file, false, options, hazards);
}

}  // namespace uproar
