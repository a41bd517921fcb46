#include "resolve/places/find_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/near_texts.h"
#include "binary/elf/address.h"
#include "binary/elf/debug_files.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/function_list.h"
#include "binary/symbols/function_names.h"
#include "binary/symbols/ifunc_targets.h"
#include "binary/symbols/symbols.h"
#include "resolve/places/find_lines.h"
#include "resolve/places/missing_function.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownCandidates = 8;
constexpr size_t kShownImplementations = 6;

using Symbols = std::vector<ElfSymbol>;
using Chosen = std::vector<const ElfSymbol*>;

std::string without_underscores(std::string_view name) {
  return std::string(name.substr(std::min(name.find_first_not_of('_'), name.size())));
}

// By their names, where the resolver could not be read: strlen is __strlen_avx2 or __strlen_sse2, but not
// __strlen_chk, which is the fortified variant with arguments of its own.
std::vector<uint64_t> implementations_by_name(std::string_view name, const Symbols& symbols) {
  const std::string start = without_underscores(name) + "_";
  std::vector<uint64_t> found;
  for (const ElfSymbol& symbol : symbols) {
    if (!symbol.is_function || symbol.is_ifunc || is_cold_part(symbol.name)) continue;
    const std::string core = without_underscores(symbol.name);
    const bool fits = core.size() > start.size() && core.starts_with(start);
    if (fits && core.compare(start.size(), std::string::npos, "chk") != 0 &&
        (found.empty() || found.back() != symbol.vaddr))
      found.push_back(symbol.vaddr);
  }
  return found;
}

class FunctionFinder {
 public:
  FunctionFinder(const ast::Site& site, std::string_view text, ProbedFile& file, bool is_return,
                 const ResolveOptions& options, Hazards& hazards)
      : site_(site),
        where_{site.span, text},
        file_(file),
        elf_(file.elf()),
        is_return_(is_return),
        options_(options),
        hazards_(hazards) {}

  Result<FoundPlaces> by_symbol() {
    auto read = elf_.symbols();
    if (!read.ok()) return where_.error(read.error());
    symbols_ = *read;
    NamedSymbols named = find_named(*symbols_, site_.symbol);
    if (named.code.empty() && !named.data) {
      // Nothing here knows the name: now a download is worth its time.
      read = elf_.symbols_of_servers();
      if (read.ok()) symbols_ = *read, named = find_named(*symbols_, site_.symbol);
    }
    if (named.data) return is_data(*named.data);
    if (named.code.empty()) return only_inlined();
    // puts is more likely that of libc, which the program calls, than its own Console::puts.
    if (named.how >= NameMatch::Scoped && is_imported()) return missing_function(where_, site_.symbol, elf_);
    const ElfSymbol& first = *named.code.front();
    std::erase_if(named.code, [this](const ElfSymbol* each) { return !is_in_code(each->vaddr); });
    if (named.code.empty()) return is_data(first);
    if (named.code.size() > 1 && !options_.all && !are_variants(named.code)) return ambiguous(named.code);
    for (const ElfSymbol* symbol : named.code) {
      const std::string shown =
          named.code.size() > 1 ? readable_name(symbol->name, NameForm::Full) : site_.symbol;
      TRY(add(*symbol, shown));
    }
    add_clones(named.code);
    add_inlined_calls(named.code);
    return finish();
  }

  Result<FoundPlaces> by_glob() {
    auto read = elf_.symbols();
    if (!read.ok()) return where_.error(read.error());
    symbols_ = *read;
    auto selected = select_functions(*symbols_, {site_.symbol}, NameForm::Name, true);
    if (selected.empty()) {
      read = elf_.symbols_of_servers();
      if (read.ok()) symbols_ = *read;
      selected = select_functions(*symbols_, {site_.symbol}, NameForm::Name, true);
    }
    std::set<uint64_t> resolvers;
    std::vector<std::string> at_load;
    for (const SelectedFunction& each : selected) {
      if (each.symbol->is_ifunc && resolvers.insert(each.symbol->vaddr).second) at_load.push_back(each.name);
    }
    for (size_t i = 0; i < selected.size();) {
      const SelectedFunction* best = &selected[i];
      const uint64_t vaddr = best->symbol->vaddr;
      for (++i; i < selected.size() && selected[i].symbol->vaddr == vaddr; ++i) {
        if (is_better_alias(*selected[i].symbol, *best->symbol)) best = &selected[i];
      }
      if (resolvers.contains(vaddr) || !is_in_code(vaddr)) continue;
      if (places_.size() >= kMaxSites) return too_many();
      push(*best->symbol, best->name);
    }
    if (places_.empty()) return nothing_matches(at_load);
    if (!at_load.empty()) {
      hazards_.push_back({Hazard::Level::Note,
                          fmt::format("left out of {}, since chosen at load time (IFUNC): {}", site_.symbol,
                                      short_list(at_load, kShownImplementations)),
                          "name one of them without a pattern to probe its implementations"});
    }
    return finish();
  }

 private:
  bool is_in_code(uint64_t vaddr) const {
    // Symbols come by address: the segment of the last one is most often that of the next.
    if (!code_ || vaddr < code_->vaddr || vaddr - code_->vaddr >= code_->file_size) {
      auto offset = file_offset_of(elf_.segments(), vaddr);
      code_ = offset ? segment_at(elf_.segments(), *offset) : nullptr;
    }
    return code_ && code_->executable;
  }

  bool is_imported() const {
    const auto& names = elf_.imported_names();
    return std::binary_search(names.begin(), names.end(), site_.symbol);
  }

  uint64_t offset_of(uint64_t vaddr) const { return file_offset_of(elf_.segments(), vaddr).value_or(vaddr); }

  void push(const ElfSymbol& symbol, const std::string& shown) {
    FoundPlace& place = places_.emplace_back();
    place.vaddr = symbol.vaddr + site_.offset;
    place.symbol = shown;
    place.symbol_offset = site_.offset;
    place.offset_given = site_.offset_given;
    place.function_vaddr = symbol.vaddr;
    place.function_size = symbol.size;
    place.is_function_entry = site_.offset == 0;
  }

  Result<void> add(const ElfSymbol& symbol, const std::string& shown) {
    if (symbol.is_ifunc) return add_implementations(symbol, shown);
    const bool beyond_size = site_.offset_given && symbol.size != 0 && site_.offset >= symbol.size;
    if (beyond_size || site_.offset > UINT64_MAX - symbol.vaddr) return beyond(symbol);
    if (!is_in_code(symbol.vaddr + site_.offset)) return beyond(symbol);
    push(symbol, shown);
    return {};
  }

  Result<void> add_implementations(const ElfSymbol& ifunc, const std::string& shown) {
    auto targets = ifunc_targets(elf_, *symbols_, ifunc);
    if (targets.empty()) targets = implementations_by_name(ifunc.name, *symbols_);
    if (targets.empty() || site_.offset_given) return chosen_at_load(ifunc, targets);
    std::vector<std::string> names;
    names.reserve(targets.size());
    for (uint64_t vaddr : targets) {
      const ElfSymbol* known = function_at(*symbols_, vaddr);
      ElfSymbol implementation;
      implementation.vaddr = vaddr;
      if (known && known->vaddr == vaddr) implementation.size = known->size;
      push(implementation, shown);
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

  bool has_local_debug_info() {
    return elf_.has_section(".debug_info") || elf_.has_section(".zdebug_info") ||
           !elf_.symbol_origin().debug_file.empty() || !find_local_debug_file(elf_).path.empty();
  }

  void add_inlined_calls(const Chosen& functions) {
    if (site_.offset_given || !has_local_debug_info()) return;
    std::set<std::string> asked;
    FoundPlaces inlined;
    for (const ElfSymbol* function : functions) {
      const std::string name =
          function->name.substr(0, function->name.size() - clone_suffix(function->name).size());
      if (!asked.insert(name).second) continue;
      for (FoundPlace& place : find_inlined_calls(name, file_)) inlined.push_back(std::move(place));
    }
    if (inlined.empty()) return;
    if (is_return_) {
      hazards_.push_back({Hazard::Level::Note,
                          fmt::format("{} is also inlined in {}: those calls never return and are not seen",
                                      site_.symbol, counted(inlined.size())),
                          "probe the entry to see them as well"});
      return;
    }
    hazards_.push_back(
        {Hazard::Level::Note,
         fmt::format("{} is also inlined in {}, which are probed too", site_.symbol, counted(inlined.size())),
         {}});
    take_inlined(std::move(inlined));
  }

  // f.constprop.0 and f.isra.0 stand beside f: some calls go there. (f.part.0 is called by f, and would be
  // seen twice.)
  void add_clones(const Chosen& functions) {
    if (site_.offset_given) return;
    Chosen clones;
    for (const ElfSymbol& symbol : *symbols_) {
      const std::string_view suffix = clone_suffix(symbol.name);
      if (suffix.empty() || !symbol.is_function || is_cold_part(symbol.name)) continue;
      if (suffix.find(".part.") != std::string_view::npos || !is_in_code(symbol.vaddr)) continue;
      const auto base = std::string_view(symbol.name).substr(0, symbol.name.size() - suffix.size());
      const bool wanted = std::any_of(functions.begin(), functions.end(),
                                      [&](const ElfSymbol* each) { return each->name == base; });
      if (wanted) clones.push_back(&symbol);
    }
    if (clones.empty()) return;
    std::vector<std::string> names;
    for (const ElfSymbol* clone : clones) names.push_back(readable_name(clone->name, NameForm::Name));
    const std::string list = short_list(names, kShownImplementations);
    if (!options_.with_clones) {
      hazards_.push_back(
          {Hazard::Level::Note,
           fmt::format("some calls of {} go to copies that the compiler made: {}", site_.symbol, list),
           "their parameters may be passed elsewhere, so they are left out; by the names of variables "
           "(or with --all) they are recorded too"});
      return;
    }
    hazards_.push_back(
        {Hazard::Level::Detail,
         fmt::format("copies of {} that the compiler made are probed too: {}", site_.symbol, list),
         {}});
    for (const ElfSymbol* clone : clones) push(*clone, site_.symbol);
  }

  static std::string counted(size_t places) {
    return places == 1 ? std::string("1 place") : fmt::format("{} places", places);
  }

  void take_inlined(FoundPlaces inlined) {
    for (FoundPlace& place : inlined) {
      if (place.symbol.empty()) place.symbol = site_.symbol;
      places_.push_back(std::move(place));
    }
  }

  Result<FoundPlaces> only_inlined() {
    if (!site_.offset_given) {
      FoundPlaces inlined = find_inlined_calls(site_.symbol, file_);
      if (!inlined.empty() && is_return_) {
        return where_.error(fmt::format("{} was inlined in {} and has no code of its own: it never returns",
                                        site_.symbol, counted(inlined.size())),
                            "probe its entry instead");
      }
      if (!inlined.empty()) {
        hazards_.push_back({Hazard::Level::Note,
                            fmt::format("{} has no code of its own: the {} where it was inlined are probed",
                                        site_.symbol, counted(inlined.size())),
                            {}});
        take_inlined(std::move(inlined));
        return finish();
      }
    }
    return missing_function(where_, site_.symbol, elf_);
  }

  // By address, each once: the function itself before an inlined call at the same place.
  Result<FoundPlaces> finish() {
    std::stable_sort(places_.begin(), places_.end(), [](const FoundPlace& a, const FoundPlace& b) {
      return std::pair(a.vaddr, a.is_inlined) < std::pair(b.vaddr, b.is_inlined);
    });
    places_.erase(std::unique(places_.begin(), places_.end(),
                              [](const FoundPlace& a, const FoundPlace& b) { return a.vaddr == b.vaddr; }),
                  places_.end());
    if (places_.size() > kMaxSites) return too_many();
    for (FoundPlace& place : places_) {
      if (site_.ref_counter) place.ref_counter = *site_.ref_counter;
    }
    return std::move(places_);
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
            site_.symbol),
        std::move(hint));
  }

  Error is_data(const ElfSymbol& symbol) {
    return where_.error(
        fmt::format("{} is data, not code", site_.symbol),
        fmt::format("to read it, probe a function and give it as an argument: @{}", symbol.name));
  }

  Error ambiguous(const Chosen& symbols) {
    std::vector<std::string> names;
    std::set<std::string> distinct;
    for (const ElfSymbol* symbol : symbols) names.push_back(readable_name(symbol->name, NameForm::Full));
    for (const std::string& name : names) distinct.insert(name);
    std::vector<std::string> candidates;
    for (size_t i = 0; i < symbols.size(); ++i) {
      const ElfSymbol& symbol = *symbols[i];
      std::string candidate = fmt::format("0x{:x}", offset_of(symbol.vaddr));
      if (distinct.size() == symbols.size()) {
        candidate = fmt::format("{} at {}", names[i], candidate);
      } else if (symbol.name != names[i]) {
        candidate = fmt::format("{} at {} ({})", names[i], candidate, symbol.name);
      } else if (distinct.size() > 1) {
        candidate = fmt::format("{} at {} ({} bytes)", names[i], candidate, symbol.size);
      } else if (symbol.size != 0) {
        candidate = fmt::format("{} ({} bytes)", candidate, symbol.size);
      }
      candidates.push_back(std::move(candidate));
    }
    return where_.error(
        fmt::format("{} functions of {} are called {}", symbols.size(), elf_.path(), site_.symbol),
        fmt::format("--all probes all of them; or choose one: {}", short_list(candidates, kShownCandidates)));
  }

  Error beyond(const ElfSymbol& symbol) {
    return where_.error(
        fmt::format("+0x{:x} is beyond {}, which has 0x{:x} bytes", site_.offset, site_.symbol, symbol.size),
        symbol.size == 0 ? "" : fmt::format("give an offset up to 0x{:x}", symbol.size - 1));
  }

  Error too_many() {
    return where_.error(fmt::format("{} means more than {} functions", site_.symbol, kMaxSites),
                        "choose a narrower pattern");
  }

  Error nothing_matches(const std::vector<std::string>& at_load) {
    if (!at_load.empty()) {
      return where_.error(fmt::format("all that matches {} is chosen at load time (IFUNC): {}", site_.symbol,
                                      short_list(at_load, kShownImplementations)),
                          "name one of them without a pattern to probe its implementations");
    }
    std::string stripped;
    const SymbolOrigin& origin = elf_.symbol_origin();
    if (!elf_.has_symtab() && origin.debug_file.empty() && !origin.mini_debug_info && !origin.go_table)
      stripped = " (it is stripped: only dynamic functions have names)";
    return where_.error(fmt::format("no function of {} matches {}{}", elf_.path(), site_.symbol, stripped),
                        fmt::format("uproar list {} shows the names that there are", elf_.path()));
  }

  const ast::Site& site_;
  TextSpan where_;
  ProbedFile& file_;
  ElfFile& elf_;
  bool is_return_;
  const ResolveOptions& options_;
  Hazards& hazards_;
  const Symbols* symbols_ = nullptr;
  mutable const LoadSegment* code_ = nullptr;
  FoundPlaces places_;
};

}  // namespace

Result<FoundPlaces> find_functions(const ast::Site& site, std::string_view text, ProbedFile& file,
                                   bool is_return, const ResolveOptions& options, Hazards& hazards) {
  FunctionFinder finder(site, text, file, is_return, options, hazards);
  return site.form == ast::Site::Form::Glob ? finder.by_glob() : finder.by_symbol();
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
