// The places of one event as they are gathered, function by function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "binary/elf/elf_file.h"
#include "binary/symbols/symbols.h"
#include "definition/ast.h"
#include "resolve/places/found_place.h"
#include "resolve/text_span.h"

namespace uproar {

// The most places of one event.
constexpr size_t kMaxSites = 262144;

// The site and the file must outlive it.
class FunctionPlaces {
 public:
  FunctionPlaces(const ast::Site& site, const ElfFile& file) : site_(site), file_(file) {}

  // False for data, and for what no segment loads.
  bool is_in_code(uint64_t vaddr) const;

  // At the offset that the site gives in the function; `shown` is its name.
  void add(const ElfSymbol& function, const std::string& shown);
  void add(FoundPlace place) { places_.push_back(std::move(place)); }

  bool empty() const { return places_.empty(); }
  bool is_full() const { return places_.size() >= kMaxSites; }

  // By address, each once: a function itself before an inlined call at the same place. Leaves nothing behind.
  // An error, underlined at `where`, when there are more than kMaxSites.
  Result<FoundPlaces> finish(const TextSpan& where);
  Error too_many(const TextSpan& where) const;

 private:
  const ast::Site& site_;
  const ElfFile& file_;
  mutable const LoadSegment* code_ = nullptr;
  FoundPlaces places_;
};

}  // namespace uproar
