// Maps of processes that a recording without maps still tells: by the addresses at which its probes were hit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "event/event.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// A probe stands at a place of a file that is known, so where it was hit tells where the file is mapped in that
// process.
class SiteMaps {
 public:
  // `event` happened in process `pid` at one of `sites`: the map of that file, if it was not given before for
  // this process, as it holds from the event's time on. nullopt as well where several sites could be meant.
  std::optional<MapInfo> map_of(const std::vector<SiteInfo>& sites, const Event& event, int32_t pid);

 private:
  struct Stretch {
    uint64_t offset = 0, length = 0;
  };
  const Stretch& stretch_of(const SiteInfo& site);

  std::map<std::pair<std::string, uint64_t>, Stretch> stretches_;  // by file and place
  std::set<std::tuple<int32_t, std::string, uint64_t>> given_;     // process, file, address of the map
};

}  // namespace uproar
