#include "resolve/places/shared_code.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_texts.h"
#include "binary/symbols/clone_suffix.h"
#include "binary/symbols/demangle.h"

namespace uproar {
namespace {

constexpr size_t kShownOthers = 6;
constexpr size_t kShownPlaces = 4;

bool same_function(const FunctionInstance& a, const FunctionInstance& b) {
  return a.name == b.name && a.linkage_name == b.linkage_name && a.file == b.file && a.line == b.line;
}

std::vector<const ElfSymbol*> symbols_at(uint64_t entry, ProbedFile& file) {
  std::vector<const ElfSymbol*> found;
  auto read = file.elf().symbols();
  if (!read.ok()) return found;
  auto at = std::lower_bound((*read)->begin(), (*read)->end(), entry,
                             [](const ElfSymbol& each, uint64_t vaddr) { return each.vaddr < vaddr; });
  for (; at != (*read)->end() && at->vaddr == entry; ++at) {
    if (at->is_function && !at->is_ifunc && !is_cold_part(at->name)) found.push_back(&*at);
  }
  return found;
}

class Sharing {
 public:
  Sharing(const FoundPlace& place, ProbedFile& file, bool by_units)
      : place_(place), file_(file), by_units_(by_units) {
    entry_ = place.function_vaddr != 0 ? place.function_vaddr : place.vaddr - place.symbol_offset;
  }

  std::vector<std::string> run() {
    const std::vector<const ElfSymbol*> symbols = symbols_at(entry_, file_);
    const bool may_tell = symbols.size() > 1 || (by_units_ && !symbols.empty());
    if (!may_tell) return {};
    if (file_.has_local_debug_info()) {
      if (auto opened = file_.debug_info(); opened.ok()) info_ = *opened;
    }
    if (info_) own_ = info_->owner_of({entry_, {}, place_.linkage_name});
    own_name_ = place_.linkage_name;
    if (own_name_.empty() && own_) own_name_ = linkage_name(own_->described);
    if (own_name_.empty()) return {};
    for (const ElfSymbol* each : symbols) {
      if (is_another(*each)) add(each->name);
    }
    if (own_ && own_->is_other) add(own_->described);
    if (info_ && own_ && by_units_) {
      for (const FunctionInstance& each : info_->beginning_at(entry_)) {
        if (own_->is_other || !same_function(each, own_->described)) add(each);
      }
    }
    return std::move(others_);
  }

 private:
  bool is_another(const ElfSymbol& symbol) {
    if (symbol.name == own_name_) return false;
    const bool tell_types = looks_mangled(symbol.name) && looks_mangled(own_name_);
    const auto owner = info_ ? info_->owner_of({entry_, {}, symbol.name}) : std::nullopt;
    if (!owner || !own_) {
      return tell_types &&
             readable_name(symbol.name, NameForm::Full) != readable_name(own_name_, NameForm::Full);
    }
    const bool differs =
        owner->is_other || own_->is_other || !same_function(owner->described, own_->described);
    if (differs && !owner->is_other) named_.push_back(owner->described);
    return differs;
  }

  // What a symbol has not named already.
  void add(const FunctionInstance& described) {
    const bool is_named = std::any_of(named_.begin(), named_.end(), [&](const FunctionInstance& each) {
      return same_function(each, described);
    });
    if (!is_named) add(linkage_name(described));
  }

  void add(const std::string& name) {
    std::string shown = readable_name(name, NameForm::Call);
    // Instances of one generic function of Rust.
    if (shown == readable_name(own_name_, NameForm::Call)) {
      if (name == own_name_) return;
      shown = readable_name(name, NameForm::Complete);
      if (shown == readable_name(own_name_, NameForm::Complete)) return;
    }
    if (std::find(others_.begin(), others_.end(), shown) == others_.end())
      others_.push_back(std::move(shown));
  }

  const FoundPlace& place_;
  ProbedFile& file_;
  bool by_units_;
  uint64_t entry_ = 0;
  DebugInfo* info_ = nullptr;
  std::optional<CodeOwner> own_;
  std::string own_name_;
  std::vector<FunctionInstance> named_;  // that a symbol of others_ is of
  std::vector<std::string> others_;
};

}  // namespace

std::string linkage_name(const FunctionInstance& function) {
  return function.linkage_name.empty() ? function.name : function.linkage_name;
}

std::vector<std::string> functions_sharing(const FoundPlace& place, ProbedFile& file, bool by_units) {
  if (place.is_inlined) return {};
  return Sharing(place, file, by_units).run();
}

FunctionInstance function_of_line(FunctionInstance function, const LineAddress& line, ProbedFile& file) {
  auto opened = file.debug_info();
  if (function.is_inlined || !opened.ok()) return function;
  std::vector<FunctionInstance> sharing = (*opened)->beginning_at(function.entry);
  for (const ElfSymbol* symbol : symbols_at(function.entry, file)) {
    auto owner = (*opened)->owner_of({function.entry, {}, symbol->name});
    if (owner && owner->is_other && owner->own_line != 0) sharing.push_back(folded_function(*symbol, *owner));
  }
  const FunctionInstance* best = nullptr;
  for (const FunctionInstance& each : sharing) {
    const bool fits = each.file == line.file && each.line <= line.line;
    if (fits && (!best || each.line > best->line)) best = &each;
  }
  if (best && !same_function(*best, function)) {
    function.name = best->name;
    function.linkage_name = best->linkage_name;
    function.file = best->file;
    function.line = best->line;
  }
  return function;
}

FunctionInstance folded_function(const ElfSymbol& symbol, const CodeOwner& owner) {
  FunctionInstance function = owner.described;
  function.name = readable_name(symbol.name, NameForm::Name);
  function.linkage_name = symbol.name;
  function.file = owner.own_file;
  function.line = owner.own_line;
  return function;
}

bool is_described(const ElfSymbol& symbol, ProbedFile& file) {
  if (!file.has_local_debug_info()) return true;
  auto info = file.debug_info();
  const auto owner = info.ok() ? (*info)->owner_of({symbol.vaddr, {}, symbol.name}) : std::nullopt;
  return !owner || !owner->is_other;
}

void SharedCode::add(const FoundPlace& place) {
  const std::vector<std::string> others = functions_sharing(place, file_, by_units_);
  if (others.empty()) return;
  const std::string name = place.symbol.empty() ? fmt::format("0x{:x}", place.vaddr) : place.symbol;
  const std::string listed = short_list(others, kShownOthers);
  if (shared_.empty()) first_ = name, first_others_ = listed;
  std::string entry = fmt::format("{} (also {})", name, listed);
  if (std::find(shared_.begin(), shared_.end(), entry) == shared_.end()) shared_.push_back(std::move(entry));
}

std::optional<Hazard> SharedCode::note() const {
  if (shared_.empty()) return std::nullopt;
  constexpr const char* kWhy = "equal functions were folded into one";
  if (shared_.size() == 1) {
    return Hazard{
        Hazard::Level::Note,
        fmt::format("{} shares its code with {} ({}): their calls are seen too", first_, first_others_, kWhy),
        {}};
  }
  return Hazard{Hazard::Level::Note,
                fmt::format("calls of other functions are seen too, whose code is the same ({}): {}", kWhy,
                            short_list(shared_, kShownPlaces)),
                {}};
}

}  // namespace uproar
