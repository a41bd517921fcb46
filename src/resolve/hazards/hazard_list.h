// Hazards as they are found, place by place.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "plan/hazard.h"

namespace uproar {

// Keeps one hazard for each kind and level.
class HazardList {
 public:
  void add(Hazard hazard) {
    auto same = std::find_if(found_.begin(), found_.end(), [&hazard](const Found& each) {
      return each.first.kind == hazard.kind && each.first.level == hazard.level;
    });
    if (same != found_.end()) {
      ++same->others;
    } else {
      found_.push_back({std::move(hazard), 0});
    }
  }

  // The most serious first.
  Hazards take() {
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Found& a, const Found& b) { return a.first.level > b.first.level; });
    Hazards hazards;
    for (Found& each : found_) {
      if (each.others != 0) each.first.message += fmt::format(" (and {} more like it)", each.others);
      hazards.push_back(std::move(each.first));
    }
    return hazards;
  }

 private:
  struct Found {
    Hazard first;
    size_t others;
  };
  std::vector<Found> found_;
};

}  // namespace uproar
