#include "resolve/places/function_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "binary/elf/address.h"

namespace uproar {

bool FunctionPlaces::is_in_code(uint64_t vaddr) const {
  // Symbols come by address: the segment of the last one is most often that of the next.
  if (!code_ || vaddr < code_->vaddr || vaddr - code_->vaddr >= code_->file_size) {
    auto offset = file_offset_of(file_.segments(), vaddr);
    code_ = offset ? segment_at(file_.segments(), *offset) : nullptr;
  }
  return code_ && code_->executable;
}

void FunctionPlaces::add(const ElfSymbol& function, const std::string& shown) {
  FoundPlace& place = places_.emplace_back();
  place.vaddr = function.vaddr + site_.offset;
  place.symbol = shown;
  place.linkage_name = function.name;
  place.symbol_offset = site_.offset;
  place.offset_given = site_.offset_given;
  place.function_vaddr = function.vaddr;
  place.function_size = function.size;
  place.is_function_entry = site_.offset == 0;
}

Result<FoundPlaces> FunctionPlaces::finish(const TextSpan& where) {
  std::stable_sort(places_.begin(), places_.end(), [](const FoundPlace& a, const FoundPlace& b) {
    return std::pair(a.vaddr, a.is_inlined) < std::pair(b.vaddr, b.is_inlined);
  });
  places_.erase(std::unique(places_.begin(), places_.end(),
                            [](const FoundPlace& a, const FoundPlace& b) { return a.vaddr == b.vaddr; }),
                places_.end());
  if (places_.size() > kMaxSites) return too_many(where);
  for (FoundPlace& place : places_) {
    if (site_.ref_counter) place.ref_counter = *site_.ref_counter;
  }
  return std::exchange(places_, {});
}

Error FunctionPlaces::too_many(const TextSpan& where) const {
  return where.error(fmt::format("{} means more than {} functions", site_.symbol, kMaxSites),
                     "choose a narrower pattern");
}

}  // namespace uproar
