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
  sites_.reserve(sites.size());
  by_number_.reserve(sites.size());
  for (const SiteInfo& site : sites) {
    by_number_.push_back(symbol_text(site));
    differ_ = differ_ || by_number_.back() != by_number_.front();
    sites_.push_back({static_cast<uint16_t>(site.file_offset & kPageMask), symbol_text(site)});
  }
  std::stable_sort(sites_.begin(), sites_.end(),
                   [](const Site& a, const Site& b) { return a.page_offset < b.page_offset; });
  size_t kept = 0;
  for (size_t i = 0; i < sites_.size(); ++i) {
    if (kept > 0 && sites_[kept - 1].page_offset == sites_[i].page_offset) {
      if (sites_[kept - 1].symbol != sites_[i].symbol) sites_[kept - 1].symbol.clear();
    } else {
      if (kept != i) sites_[kept] = std::move(sites_[i]);
      ++kept;
    }
  }
  sites_.resize(kept);
}

std::string_view SiteSymbols::at(uint64_t ip) const {
  if (single_) return sites_.front().symbol;
  const auto wanted = static_cast<uint16_t>(ip & kPageMask);
  const auto found =
      std::lower_bound(sites_.begin(), sites_.end(), wanted,
                       [](const Site& place, uint16_t offset) { return place.page_offset < offset; });
  if (found == sites_.end() || found->page_offset != wanted) return {};
  return found->symbol;
}

}  // namespace uproar
