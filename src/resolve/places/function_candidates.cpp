#include "resolve/places/function_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>
#include <string_view>

#include "binary/symbols/clone_suffix.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/named_symbols.h"
#include "binary/symbols/symbols.h"
#include "definition/source_line.h"
#include "resolve/places/shared_code.h"

namespace uproar {
namespace {

using std::string_view;

std::string without_suffix(const std::string& name) {
  return name.substr(0, name.size() - clone_suffix(name).size());
}

std::string normal(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().string();
}

// Whether one path is the other, or its end: units name one header in several ways.
bool may_be_same_file(string_view a, string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  return a.ends_with(b) && (a.size() == b.size() || b.empty() || a[a.size() - b.size() - 1] == '/');
}

// The same declaration, and of templates and overloads the same one: what was compiled in several units, cloned
// or inlined is one function to whoever wrote it.
bool are_copies(const FunctionInstance& a, const FunctionInstance& b) {
  if (a.name != b.name || a.line != b.line || !may_be_same_file(normal(a.file), normal(b.file))) return false;
  if (a.linkage_name == b.linkage_name || a.linkage_name.empty() || b.linkage_name.empty()) return true;
  // Constructors have several mangled names, and so have Rust's copies in several crates.
  return readable_name(without_suffix(a.linkage_name), NameForm::Full) ==
         readable_name(without_suffix(b.linkage_name), NameForm::Full);
}

// f.lto_priv.0 of f.lto_priv.0.constprop.1: without what the compiler appended to a copy of a function. A mere
// number, or what tells units apart, may stand for another file's function of the same name.
std::string name_of_original(const std::string& name) {
  static constexpr std::array<string_view, 9> kCopies = {".constprop", ".isra",       ".part",
                                                         ".cold",      ".localalias", ".specialized",
                                                         ".warm",      ".cfi",        ".text.unlikely"};
  std::string out = name;
  for (string_view copy : kCopies) {
    for (size_t at; (at = out.find(copy, 1)) != std::string::npos;) {
      size_t end = at + copy.size();
      if (out.compare(end, 1, ".") == 0)
        end = std::min(out.find_first_not_of("0123456789", end + 1), out.size());
      out.erase(at, end - at);
    }
  }
  const string_view suffix = clone_suffix(out);
  const bool is_version = suffix.size() > 1 && std::isalpha(static_cast<unsigned char>(suffix[1])) &&
                          !suffix.starts_with(".lto_priv") && !suffix.starts_with(".llvm") &&
                          !suffix.starts_with(".__uniq");
  return is_version ? out.substr(0, out.size() - suffix.size()) : out;
}

// Without debug information: constructors, and what the compiler made of one function.
bool are_copies(const ElfSymbol& a, const ElfSymbol& b) {
  return are_variants({&a, &b}) || (a.name != b.name && name_of_original(a.name) == name_of_original(b.name));
}

class Gathering {
 public:
  Gathering(const NamedFunction& wanted, const std::vector<ElfSymbol>& symbols, ProbedFile& file)
      : wanted_(wanted), symbols_(symbols), file_(file) {}

  Result<FunctionCandidates> run(bool with_debug_info) {
    NamedSymbols named = find_named(symbols_, wanted_.name);
    found_.data = named.data;
    if (named.data && wanted_.file.empty()) return std::move(found_);
    how_ = named.how;
    if (with_debug_info) {
      auto opened = file_.debug_info();
      if (opened.ok()) info_ = *opened;
      if (!opened.ok() && !wanted_.file.empty()) return opened.error();
    }
    ask(wanted_.name);
    const bool whole = named.how < NameMatch::Scoped || any_whole();
    if (whole) {
      std::erase_if(instances_, [](const FunctionInstance& each) { return each.fit != NameFit::Whole; });
      if (named.how >= NameMatch::Scoped) named.code.clear();
      if (named.code.empty()) how_ = NameMatch::Name;
    } else if (named.code.empty() && !instances_.empty()) {
      how_ = NameMatch::Scoped;
    }
    for (const ElfSymbol* symbol : named.code) add_symbol(*symbol);
    add_clones(named);
    for (const FunctionInstance& each : std::vector(instances_)) {
      if (!each.is_inlined) add_instance(each);
    }
    ask_by_symbols();
    keep_file();
    split_parts();
    group();
    found_.how = how_;
    return std::move(found_);
  }

 private:
  bool any_whole() const {
    return std::any_of(instances_.begin(), instances_.end(),
                       [](const FunctionInstance& each) { return each.fit == NameFit::Whole; });
  }

  void ask(const std::string& name) {
    if (!info_ || !asked_.insert(name).second) return;
    auto found = info_->instances(name);
    if (!found.ok()) return;
    for (FunctionInstance& each : *found) {
      const bool known =
          std::any_of(instances_.begin(), instances_.end(), [&](const FunctionInstance& other) {
            return other.entry == each.entry && other.is_inlined == each.is_inlined;
          });
      if (!known) instances_.push_back(std::move(each));
    }
  }

  // The debug information may know a function by its symbol alone: what was found of it is all that was asked for.
  void ask_by_symbols() {
    std::set<std::string> names;
    for (const FunctionCandidate& each : found_.code) names.insert(without_suffix(each.symbol.name));
    for (const std::string& name : names) {
      const size_t before = instances_.size();
      ask(name);
      for (size_t i = before; i < instances_.size();) {
        if (instances_[i].fit == NameFit::Whole) {
          ++i;
        } else {
          instances_.erase(instances_.begin() + static_cast<ptrdiff_t>(i));
        }
      }
    }
    for (const FunctionInstance& each : instances_) {
      if (each.is_inlined) found_.inlined.push_back(each);
    }
    std::stable_sort(found_.inlined.begin(), found_.inlined.end(),
                     [](const auto& a, const auto& b) { return a.entry < b.entry; });
  }

  const ElfSymbol* symbol_named(const std::string& name) const {
    auto found = std::find_if(symbols_.begin(), symbols_.end(), [&](const ElfSymbol& each) {
      return (each.is_function || each.is_label) && each.name == name;
    });
    return found == symbols_.end() ? nullptr : &*found;
  }

  // Control flow integrity of clang calls a function f.cfi and its entry of the jump table f.
  void add_symbol(const ElfSymbol& symbol) {
    const ElfSymbol* body = symbol_named(symbol.name + ".cfi");
    add(body ? *body : symbol, std::nullopt);
  }

  // What find_named() leaves out beside a better name: f.constprop.0, to which some calls of f go.
  void add_clones(const NamedSymbols& named) {
    std::set<string_view> names;
    for (const ElfSymbol* each : named.code) names.insert(each->name);
    for (const ElfSymbol& symbol : symbols_) {
      const size_t suffix = clone_suffix(symbol.name).size();
      if (suffix == 0 || !symbol.is_function || symbol.is_ifunc || is_cold_part(symbol.name)) continue;
      if (names.contains(string_view(symbol.name).substr(0, symbol.name.size() - suffix))) add_symbol(symbol);
    }
  }

  void add_instance(const FunctionInstance& instance) {
    const ElfSymbol* best = nullptr;
    const std::string& name = instance.linkage_name.empty() ? instance.name : instance.linkage_name;
    auto at = std::lower_bound(symbols_.begin(), symbols_.end(), instance.entry,
                               [](const ElfSymbol& each, uint64_t vaddr) { return each.vaddr < vaddr; });
    for (; at != symbols_.end() && at->vaddr == instance.entry; ++at) {
      if (!at->is_function && !at->is_label) continue;
      if (at->is_ifunc || is_cold_part(at->name)) return;
      if (at->name == name || !best || is_better_alias(*at, *best)) best = &*at;
      if (at->name == name) break;
    }
    if (best) return add(*best, instance);
    ElfSymbol made;
    made.name = name;
    made.vaddr = instance.entry;
    made.size = instance.function_vaddr == instance.entry ? instance.function_size : 0;
    made.is_function = true;
    add(made, instance);
  }

  void add(const ElfSymbol& symbol, std::optional<FunctionInstance> source) {
    auto at = std::lower_bound(
        found_.code.begin(), found_.code.end(), symbol.vaddr,
        [](const FunctionCandidate& each, uint64_t vaddr) { return each.symbol.vaddr < vaddr; });
    if (at == found_.code.end() || at->symbol.vaddr != symbol.vaddr) {
      found_.code.insert(at, {symbol, std::move(source), 0});
    } else if (!at->source) {
      at->source = std::move(source);
    }
  }

  std::optional<FunctionInstance> described(const ElfSymbol& symbol) const {
    auto owner = info_ ? info_->owner_of({symbol.vaddr, {}, symbol.name}) : std::nullopt;
    if (!owner || owner->described.entry != symbol.vaddr) return std::nullopt;
    return owner->is_other ? folded_function(symbol, *owner) : std::move(owner->described);
  }

  bool is_of_file(const FunctionInstance& instance) const {
    return may_be_same_file(normal(instance.file), normal(wanted_.file)) && !instance.file.empty();
  }

  void keep_file() {
    for (FunctionCandidate& each : found_.code) {
      const bool matters = found_.code.size() + found_.inlined.size() > 1 || !wanted_.file.empty();
      if (!each.source && matters && !each.symbol.is_ifunc) each.source = described(each.symbol);
    }
    if (wanted_.file.empty()) return;
    std::erase_if(found_.code, [this](const FunctionCandidate& each) {
      return !each.source || !is_of_file(*each.source);
    });
    std::erase_if(found_.inlined, [this](const FunctionInstance& each) { return !is_of_file(each); });
    if (found_.code.empty() && found_.inlined.empty()) how_ = NameMatch::None;
  }

  // A call that goes on to f.part.0 was seen where it began, in f or inlined.
  void split_parts() {
    auto is_part = [](const FunctionCandidate& each) { return is_outlined_part(each.symbol.name); };
    // A part that was asked for by its own name is what was meant.
    std::vector<std::string> parts;
    for (const FunctionCandidate& each : found_.code) {
      if (is_part(each) && each.symbol.name != wanted_.name) parts.push_back(each.symbol.name);
    }
    if (parts.size() < found_.code.size() || !found_.inlined.empty()) {
      std::erase_if(found_.code, [&](const FunctionCandidate& each) {
        return is_part(each) && each.symbol.name != wanted_.name;
      });
    }
    found_.parts = std::move(parts);
  }

  void group() {
    std::vector<const FunctionInstance*> sources;  // of the groups, null: known by the symbol
    std::vector<const ElfSymbol*> named;
    auto group_of = [&](const FunctionInstance* source, const ElfSymbol* symbol) {
      for (size_t i = 0; i < sources.size(); ++i) {
        const bool same = source && sources[i] ? are_copies(*source, *sources[i])
                                               : symbol && named[i] && are_copies(*symbol, *named[i]);
        if (same) return i;
      }
      sources.push_back(source);
      named.push_back(symbol);
      return sources.size() - 1;
    };
    for (FunctionCandidate& each : found_.code)
      each.group = group_of(each.source ? &*each.source : nullptr, &each.symbol);
    const size_t with_code = sources.size();
    for (const FunctionInstance& each : found_.inlined) group_of(&each, nullptr);
    found_.groups = sources.size();
    // One function of which the debug information does not tell where it begins, and its inlined calls.
    if (with_code == 1 && !sources[0] && found_.groups == 2) found_.groups = 1;
  }

  const NamedFunction& wanted_;
  const std::vector<ElfSymbol>& symbols_;
  ProbedFile& file_;
  DebugInfo* info_ = nullptr;
  NameMatch how_ = NameMatch::None;
  std::set<std::string> asked_;
  std::vector<FunctionInstance> instances_;
  FunctionCandidates found_;
};

}  // namespace

NamedFunction named_function(const std::string& symbol) {
  for (size_t colon = symbol.find(':'); colon != std::string::npos; colon = symbol.find(':', colon + 1)) {
    if (symbol.compare(colon, 2, "::") == 0) {
      ++colon;
      continue;
    }
    const std::string file = symbol.substr(0, colon);
    if (colon > 0 && colon + 1 < symbol.size() && is_source_file(file))
      return {file, symbol.substr(colon + 1)};
  }
  return {{}, symbol};
}

Result<FunctionCandidates> find_candidates(const NamedFunction& wanted, const std::vector<ElfSymbol>& symbols,
                                           ProbedFile& file, bool with_debug_info) {
  return Gathering(wanted, symbols, file).run(with_debug_info || !wanted.file.empty());
}

std::string name_with_file(const FunctionCandidate& candidate, const std::vector<FunctionCandidate>& all,
                           const std::string& name) {
  if (!candidate.source || candidate.source->file.empty()) return name;
  const std::string path = normal(candidate.source->file);
  for (size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    const std::string end = path.substr(slash + 1);
    const bool fits_another = std::any_of(all.begin(), all.end(), [&](const FunctionCandidate& other) {
      return other.group != candidate.group && other.source &&
             may_be_same_file(normal(other.source->file), end);
    });
    if (!fits_another) return fmt::format("{}:{}", end, name);
  }
  return path + ":" + name;
}

}  // namespace uproar
