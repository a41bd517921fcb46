#include "binary/symbols/named_symbols.h"

#include <algorithm>
#include <string>

#include "binary/symbols/demangle.h"

namespace uproar {
namespace {

// A constructor or destructor has several symbols for the places it is called from (C1, C2, D1, D2), which
// read the same. The deleting destructor (D0) calls another one of them: it would be seen twice.
void drop_deleting_destructors(std::vector<const ElfSymbol*>& code) {
  auto is_deleting = [](const ElfSymbol* each) { return each->name.find("D0Ev") != std::string::npos; };
  if (std::all_of(code.begin(), code.end(), is_deleting)) return;
  std::erase_if(code, [&](const ElfSymbol* each) {
    if (!is_deleting(each)) return false;
    const std::string shown = readable_name(each->name, NameForm::Complete);
    return std::any_of(code.begin(), code.end(), [&](const ElfSymbol* other) {
      return !is_deleting(other) && readable_name(other->name, NameForm::Complete) == shown;
    });
  });
}

}  // namespace

NamedSymbols find_named(const std::vector<ElfSymbol>& symbols, std::string_view name) {
  NamedSymbols found;
  WantedName wanted(name);
  NameMatch data_match = NameMatch::None;
  for (const ElfSymbol& symbol : symbols) {
    const bool is_code = symbol.is_function || symbol.is_label;
    const NameMatch match = wanted.match(symbol);
    if (match == NameMatch::None) continue;
    if (!is_code) {
      if (match < data_match) data_match = match, found.data = &symbol;
      continue;
    }
    if (match > found.how) continue;
    if (match < found.how) found.code.clear();
    found.how = match;
    found.code.push_back(&symbol);
  }
  // A variable that is called so is more likely meant than a function that is only called like it.
  if (data_match < found.how) {
    found.code.clear();
    found.how = data_match;
  } else {
    found.data = nullptr;
  }
  auto& code = found.code;
  const bool has_default =
      std::any_of(code.begin(), code.end(), [](const ElfSymbol* each) { return each->is_default_version; });
  if (wanted.version().empty() && has_default)
    std::erase_if(code, [](const ElfSymbol* each) { return !each->is_default_version; });
  code.erase(std::unique(code.begin(), code.end(),
                         [](const ElfSymbol* a, const ElfSymbol* b) { return a->vaddr == b->vaddr; }),
             code.end());
  if (code.size() > 1) drop_deleting_destructors(code);
  return found;
}

bool are_variants(const std::vector<const ElfSymbol*>& code) {
  const ElfSymbol& first = *code.front();
  if (!looks_mangled(first.name)) return false;
  const std::string shown = readable_name(first.name, NameForm::Complete);
  return std::all_of(code.begin() + 1, code.end(), [&](const ElfSymbol* each) {
    return each->name != first.name && readable_name(each->name, NameForm::Complete) == shown;
  });
}

}  // namespace uproar
