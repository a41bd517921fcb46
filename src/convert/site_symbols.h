// Which function an event's address belongs to, by the places the event was set at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recording/session_info.h"

namespace uproar {

// An event does not say which of its places was hit, only the address in the process. Files are mapped by
// whole pages, so the low 12 bits of the address are those of the place's file offset; where they leave a
// choice between different names, there is no answer rather than a guess.
class SiteSymbols {
 public:
  explicit SiteSymbols(const std::vector<SiteInfo>& sites);

  // "symbol", or "symbol+0xN" if the user gave an offset; empty if not known. Lives as long as this object.
  std::string_view at(uint64_t ip) const;

 private:
  struct Place {
    uint16_t page_offset;
    std::string symbol;  // empty: unknown or ambiguous
  };
  bool single_ = false;
  std::vector<Place> places_;  // ascending by page_offset, each at most once; the only place if single_
};

}  // namespace uproar
