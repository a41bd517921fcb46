#include "recording/metadata/site_symbols.h"

#include <fmt/format.h>

#include <algorithm>

namespace uproar {
namespace {

constexpr uint64_t kPageMask = 0xfff;

std::string symbol_text(const SiteInfo& site) {
  std::string text = site.symbol;
  if (!text.empty() && site.offset_given) text += fmt::format("+0x{:x}", site.symbol_offset);
  return text;
}

}  // namespace

SiteSymbols::SiteSymbols(const std::vector<SiteInfo>& sites) : single_(sites.size() == 1) {
  places_.reserve(sites.size());
  by_number_.reserve(sites.size());
  for (const SiteInfo& site : sites) {
    by_number_.push_back(symbol_text(site));
    differ_ = differ_ || by_number_.back() != by_number_.front();
    places_.push_back({static_cast<uint16_t>(site.file_offset & kPageMask), symbol_text(site)});
  }
  std::stable_sort(places_.begin(), places_.end(),
                   [](const Place& a, const Place& b) { return a.page_offset < b.page_offset; });
  size_t kept = 0;
  for (size_t i = 0; i < places_.size(); ++i) {
    if (kept > 0 && places_[kept - 1].page_offset == places_[i].page_offset) {
      if (places_[kept - 1].symbol != places_[i].symbol) places_[kept - 1].symbol.clear();
    } else {
      if (kept != i) places_[kept] = std::move(places_[i]);
      ++kept;
    }
  }
  places_.resize(kept);
}

std::string_view SiteSymbols::at(uint64_t ip) const {
  if (single_) return places_.front().symbol;
  const auto wanted = static_cast<uint16_t>(ip & kPageMask);
  const auto found =
      std::lower_bound(places_.begin(), places_.end(), wanted,
                       [](const Place& place, uint16_t offset) { return place.page_offset < offset; });
  if (found == places_.end() || found->page_offset != wanted) return {};
  return found->symbol;
}

}  // namespace uproar
