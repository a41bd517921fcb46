#include "resolve/places/find_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_texts.h"
#include "binary/symbols/named_symbols.h"
#include "binary/symbols/symbols.h"
#include "resolve/places/shared_code.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownCandidates = 8;

// The name of the symbol table for code that the debug information does not name.
void name_by_symbol(FoundPlace& place, ElfFile& file) {
  auto symbols = file.symbols();
  const ElfSymbol* function = symbols.ok() ? function_at(**symbols, place.vaddr) : nullptr;
  if (!function) return;
  place.symbol = function->name;
  place.symbol_offset = place.vaddr - function->vaddr;
  place.function_vaddr = function->vaddr;
  place.function_size = function->size;
}

// One file is often named in several ways by the units of a program: ./a.c, /src/a.c.
bool may_be_same(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (b.substr(0, 2) == "./") b.remove_prefix(2);
  return a.size() >= b.size() && a.substr(a.size() - b.size()) == b;
}

class LineFinder {
 public:
  LineFinder(const ast::Site& site, std::string_view text, ProbedFile& file, Hazards& hazards)
      : site_(site), where_{site.span, text}, file_(file), hazards_(hazards) {}

  Result<FoundPlaces> find() {
    auto opened = file_.debug_info();
    if (!opened.ok()) return where_.error(opened.error());
    info_ = *opened;
    return site_.form == ast::Site::Form::FunctionLine ? in_function() : in_file();
  }

 private:
  Result<FoundPlaces> in_file() {
    TRY_ASSIGN(LineSearch search, info_->addresses_of_line(site_.symbol, site_.line));
    if (search.files.empty()) return unknown_file();
    for (const std::string& each : search.files) {
      if (may_be_same(each, search.files.front())) continue;
      return where_.error(fmt::format("{} means {} files", site_.symbol, search.files.size()),
                          "give more of the path: " + short_list(search.files, kShownCandidates));
    }
    if (search.places.empty()) return no_code(search, site_.symbol, site_.line, site_.line);
    tell_folded_apart(search);
    return places_of(search);
  }

  Result<FoundPlaces> in_function() {
    TRY_ASSIGN(auto instances, info_->instances(site_.symbol));
    instances.erase(std::remove_if(instances.begin(), instances.end(),
                                   [](const FunctionInstance& each) { return each.line == 0; }),
                    instances.end());
    if (instances.empty()) instances = folded_functions();
    if (instances.empty()) {
      return where_.error(
          fmt::format("the debug information of {} knows no function {}", file_.elf().path(), site_.symbol),
          unknown_function_hint());
    }
    const FunctionInstance chosen = instances.front();
    std::vector<std::string> candidates;
    for (const FunctionInstance& each : instances) {
      const bool same = each.file == chosen.file && each.line == chosen.line;
      std::string shown = fmt::format("{}:{}", each.file.substr(each.file.rfind('/') + 1), each.line);
      if (!same && candidates.empty()) {
        candidates.push_back(
            fmt::format("{}:{}", chosen.file.substr(chosen.file.rfind('/') + 1), chosen.line));
      }
      if (!same && std::find(candidates.begin(), candidates.end(), shown) == candidates.end()) {
        candidates.push_back(std::move(shown));
      }
    }
    if (!candidates.empty()) {
      return where_.error(fmt::format("{} functions are called {}", candidates.size(), site_.symbol),
                          "give file and line instead, counted from where each begins: " +
                              short_list(candidates, kShownCandidates));
    }
    if (site_.line > UINT32_MAX - chosen.line) return no_line(site_.line);
    const uint32_t line = chosen.line + site_.line;
    TRY_ASSIGN(LineSearch search, info_->addresses_of_line(chosen.file, line));
    tell_folded_apart(search);
    std::erase_if(search.places, [&](const LinePlace& each) {
      return !each.function || each.function->name != chosen.name;
    });
    if (search.places.empty()) {
      if (!search.near) search.near = following_line(instances, line);
      return no_code(search, site_.symbol, site_.line, line);
    }
    return places_of(search);
  }

  // Lines of functions that were folded into one begin at the same places.
  void tell_folded_apart(LineSearch& search) {
    for (LinePlace& each : search.places) {
      if (each.function) each.function = function_of_line(std::move(*each.function), each.at, file_);
    }
  }

  // Functions of the name whose code is that of another one, which alone has a place in the debug information.
  std::vector<FunctionInstance> folded_functions() {
    std::vector<FunctionInstance> found;
    auto symbols = file_.elf().symbols();
    if (!symbols.ok()) return found;
    for (const ElfSymbol* symbol : find_named(**symbols, site_.symbol).code) {
      auto owner = info_->owner_of({symbol->vaddr, {}, symbol->name});
      if (owner && owner->is_other && owner->own_line != 0) found.push_back(folded_function(*symbol, *owner));
    }
    return found;
  }

  // The next line of the function itself that has code.
  std::optional<uint32_t> following_line(const std::vector<FunctionInstance>& instances, uint32_t line) {
    std::optional<uint32_t> next;
    for (const FunctionInstance& each : instances) {
      auto lines = info_->lines_of_function(each.entry);
      if (!lines.ok()) continue;
      for (const LineAddress& at : *lines) {
        if (at.line > line && (!next || at.line < *next)) next = at.line;
      }
    }
    return next;
  }

  FoundPlaces places_of(const LineSearch& search) {
    FoundPlaces places;
    for (const LinePlace& each : search.places) {
      FoundPlace place;
      place.vaddr = each.at.vaddr;
      if (each.function) {
        place = place_of(*each.function, each.at.vaddr);
      } else {
        name_by_symbol(place, file_.elf());
      }
      const bool known = std::any_of(places.begin(), places.end(),
                                     [&](const FoundPlace& other) { return other.vaddr == place.vaddr; });
      if (!known) places.push_back(std::move(place));
    }
    if (places.size() > 1) {
      hazards_.push_back(
          {Hazard::Level::Note,
           fmt::format("{}:{} is at {} places: it was inlined, or belongs to several functions", site_.symbol,
                       site_.line, places.size()),
           {}});
    }
    return places;
  }

  Error no_line(uint32_t line) {
    return where_.error(fmt::format("{} has no line {}", site_.symbol, line), {});
  }

  Error no_code(const LineSearch& search, std::string_view shown, uint32_t wanted, uint32_t line) {
    std::string hint;
    if (search.near) {
      hint = fmt::format("the next line that has code is {}:{}", shown, *search.near - line + wanted);
    }
    return where_.error(fmt::format("no code begins on line {} of {}", wanted, shown), std::move(hint));
  }

  Error unknown_file() {
    const auto files = info_->source_files(site_.symbol);
    std::string hint = did_you_mean(near_texts(files, site_.symbol.substr(site_.symbol.rfind('/') + 1)));
    if (hint.empty() && !files.empty()) hint = "it knows " + short_list(files, kShownCandidates);
    return where_.error(
        fmt::format("the debug information of {} knows no file {}", file_.elf().path(), site_.symbol),
        std::move(hint));
  }

  std::string unknown_function_hint() {
    auto symbols = file_.elf().symbols();
    return symbols.ok() ? did_you_mean(near_names(**symbols, site_.symbol)) : std::string();
  }

  const ast::Site& site_;
  TextSpan where_;
  ProbedFile& file_;
  Hazards& hazards_;
  DebugInfo* info_ = nullptr;
};

}  // namespace

Result<FoundPlaces> find_lines(const ast::Site& site, std::string_view text, ProbedFile& file,
                               Hazards& hazards) {
  return LineFinder(site, text, file, hazards).find();
}

FoundPlace place_of(const FunctionInstance& function, uint64_t vaddr) {
  FoundPlace place;
  place.vaddr = vaddr;
  place.symbol = function.name;
  if (!function.is_inlined) place.linkage_name = linkage_name(function);
  place.symbol_offset = vaddr >= function.entry ? vaddr - function.entry : 0;
  place.function_vaddr = function.function_vaddr;
  place.function_size = function.function_size;
  place.is_inlined = function.is_inlined;
  place.is_function_entry = !function.is_inlined && vaddr == function.entry;
  return place;
}

}  // namespace uproar
