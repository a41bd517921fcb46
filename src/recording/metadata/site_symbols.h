// Which function an event's address belongs to, by the places the event was set at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// The events of several functions say which of their places was hit. Others have only the address in the
// process: files are mapped by whole pages, so its low 12 bits are those of the place's file offset; where
// they leave a choice between different names, there is no answer rather than a guess.
class SiteSymbols {
 public:
  explicit SiteSymbols(const std::vector<SiteInfo>& sites);

  // "symbol", or "symbol+0xN" if the user gave an offset; empty if not known. Lives as long as this object.
  std::string_view at(uint64_t ip) const;
  // The same for an event that may know its place.
  std::string_view of(const Event& event) const {
    return event.place < by_number_.size() ? std::string_view(by_number_[event.place]) : at(event.ip);
  }

  // Places below this number are known by it.
  size_t numbered() const { return by_number_.size(); }

  // Whether the places belong to different functions, so that a line of text has to name the function.
  bool differ() const { return differ_; }

 private:
  struct Site {
    uint16_t page_offset;
    std::string symbol;  // empty: unknown or ambiguous
  };
  bool single_ = false;
  bool differ_ = false;
  std::vector<std::string> by_number_;  // in the order of the sites
  std::vector<Site> sites_;  // ascending by page_offset, each at most once; the only place if single_
};

}  // namespace uproar
