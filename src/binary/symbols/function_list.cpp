#include "binary/symbols/function_list.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>
#include <thread>

#include "base/glob.h"
#include "binary/symbols/clone_suffix.h"
#include "binary/symbols/name_spelling.h"

namespace uproar {
namespace {

constexpr size_t kWorthAThread = 4000;  // symbols: below, starting a thread costs more than it saves
constexpr size_t kMostThreads = 8;

// Words that a demangler writes of itself; identifiers stand in the mangled name as they are.
bool is_word_of_demangler(std::string_view run) {
  static constexpr std::array<std::string_view, 62> kWords = {
      "std",           "allocator",      "basic_string", "string",      "basic_istream",
      "basic_ostream", "basic_iostream", "iostream",     "char_traits", "operator",
      "namespace",     "anonymous",      "lambda",       "unnamed",     "type",
      "unsigned",      "signed",         "long",         "short",       "char16_t",
      "char32_t",      "char8_t",        "wchar_t",      "int",         "bool",
      "float",         "double",         "void",         "const",       "volatile",
      "auto",          "decltype",       "nullptr_t",    "closure",     "shim",
      "clone",         "true",           "false",        "new",         "delete",
      "sizeof",        "alignof",        "typeid",       "throw",       "noexcept",
      "co_await",      "reference",      "temporary",    "complex",     "imaginary",
      "__int128",      "_Float128",      "str",          "usize",       "isize",
      "i128",          "u128",           "dyn",          "mut",         "extern",
      "unsafe",        "requires"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [run](std::string_view word) { return word.find(run) != std::string_view::npos; });
}

bool has_non_ascii(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// One thread's part of the work.
class Selector {
 public:
  Selector(const std::vector<std::string>& globs, NameForm form, bool with_ifuncs)
      : form_(form), with_ifuncs_(with_ifuncs) {
    for (const std::string& glob : globs) {
      everything_ |= glob == "*";
      globs_.push_back(from_shell_glob(glob));
      identifiers_.push_back(identifier_of_glob(glob));
    }
    everything_ |= globs.empty();
  }

  void select(const ElfSymbol* begin, const ElfSymbol* end, std::vector<SelectedFunction>& found) {
    for (const ElfSymbol* symbol = begin; symbol != end; ++symbol) {
      if (!symbol->is_function && !symbol->is_label) continue;
      if (symbol->is_ifunc && !with_ifuncs_) continue;
      if (is_cold_part(symbol->name)) continue;
      if (!looks_mangled(symbol->name)) {
        if (everything_ || matches(symbol->name)) found.push_back({symbol, symbol->name});
        continue;
      }
      if (!everything_ && !demangled_matches(symbol->name) && !matches(symbol->name)) continue;
      demangle(symbol->name, form_, name_);
      found.push_back({symbol, name_.empty() ? symbol->name : name_});
    }
  }

 private:
  bool matches(const std::string& name) const {
    return std::any_of(globs_.begin(), globs_.end(),
                       [&name](const std::string& glob) { return glob_matches(glob, name); });
  }

  bool demangled_matches(const std::string& mangled) {
    name_.clear();
    for (size_t i = 0; i < globs_.size(); ++i) {
      if (!identifiers_[i].empty() && mangled.find(identifiers_[i]) == std::string::npos) continue;
      if (name_.empty()) {
        const size_t suffix = clone_suffix(mangled).size();
        const bool is_function_name =
            suffix == 0 ? demangle(mangled, NameForm::Name, name_)
                        : demangle(mangled.substr(0, mangled.size() - suffix), NameForm::Name, name_);
        if (!is_function_name) return false;
      }
      if (glob_matches(globs_[i], name_)) return true;
      if (name_.starts_with('<') && glob_matches(globs_[i], without_self_brackets(name_))) return true;
    }
    return false;
  }

  std::vector<std::string> globs_;
  NameForm form_;
  bool with_ifuncs_;
  bool everything_ = false;
  std::vector<std::string> identifiers_;
  std::string name_;
};

// clang's control flow integrity calls a function f.cfi and its entry of the jump table f: the entry is what a
// pattern names, the function what it means, once.
void follow_jump_tables(const std::vector<ElfSymbol>& symbols, std::vector<SelectedFunction>& functions) {
  constexpr std::string_view kBody = ".cfi";
  std::map<std::string_view, const ElfSymbol*> bodies;
  for (const ElfSymbol& each : symbols) {
    const std::string_view name = each.name;
    if (each.is_function && name.ends_with(kBody)) bodies[name.substr(0, name.size() - kBody.size())] = &each;
  }
  if (bodies.empty()) return;
  std::set<const ElfSymbol*> selected;
  for (const SelectedFunction& each : functions) selected.insert(each.symbol);
  std::erase_if(functions, [&](SelectedFunction& each) {
    auto body = bodies.find(each.symbol->name);
    if (body == bodies.end()) return false;
    each.symbol = body->second;
    return selected.contains(body->second);
  });
  std::stable_sort(
      functions.begin(), functions.end(),
      [](const SelectedFunction& a, const SelectedFunction& b) { return a.symbol->vaddr < b.symbol->vaddr; });
}

// The same name at the same address: constructors of complete and base objects, versions.
void join_same(std::vector<SelectedFunction>& functions) {
  std::vector<SelectedFunction> kept;
  kept.reserve(functions.size());
  size_t group = 0;  // where the names of the current address begin
  for (SelectedFunction& function : functions) {
    if (!kept.empty() && kept.back().symbol->vaddr != function.symbol->vaddr) group = kept.size();
    const bool is_there =
        std::any_of(kept.begin() + static_cast<ptrdiff_t>(group), kept.end(),
                    [&function](const SelectedFunction& each) { return each.name == function.name; });
    if (!is_there || kept.size() - group > 64) kept.push_back(std::move(function));
  }
  functions = std::move(kept);
}

}  // namespace

std::string identifier_of_glob(const std::string& glob) {
  std::string best;
  std::string run;
  auto end_run = [&best, &run] {
    const bool begins_with_digit = !run.empty() && std::isdigit(static_cast<unsigned char>(run[0]));
    if (run.size() > best.size() && !begins_with_digit && !is_word_of_demangler(run)) best = run;
    run.clear();
  };
  for (size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '\\') {
      end_run();
      ++i;
    } else if (glob[i] == '[') {
      end_run();
      size_t close = glob.find(']', i + 2);
      if (close == std::string::npos) return {};  // it stands for itself
      // A class may hold a bracket of its own: [!]].
      while (close + 1 < glob.size() && glob[close + 1] == ']') ++close;
      i = close;
    } else if (is_identifier_byte(glob[i])) {
      run += glob[i];
    } else {
      end_run();
    }
  }
  end_run();
  return has_non_ascii(glob) ? std::string() : best;  // Rust writes those in punycode
}

std::vector<SelectedFunction> select_functions(const std::vector<ElfSymbol>& symbols,
                                               const std::vector<std::string>& globs, NameForm form,
                                               bool with_ifuncs) {
  const size_t useful = std::max<size_t>(symbols.size() / kWorthAThread, 1);
  const size_t count =
      std::min({useful, kMostThreads, std::max<size_t>(std::thread::hardware_concurrency(), 1)});
  std::vector<std::vector<SelectedFunction>> parts(count);
  auto work = [&](size_t part) {
    const ElfSymbol* begin = symbols.data() + symbols.size() * part / count;
    const ElfSymbol* end = symbols.data() + symbols.size() * (part + 1) / count;
    Selector(globs, form, with_ifuncs).select(begin, end, parts[part]);
  };
  std::vector<std::jthread> threads;
  for (size_t part = 1; part < count; ++part) threads.emplace_back(work, part);
  work(0);
  threads.clear();
  std::vector<SelectedFunction> found = std::move(parts[0]);
  for (size_t part = 1; part < count; ++part)
    std::move(parts[part].begin(), parts[part].end(), std::back_inserter(found));
  follow_jump_tables(symbols, found);
  join_same(found);
  return found;
}

}  // namespace uproar
