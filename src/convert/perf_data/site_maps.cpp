#include "convert/perf_data/site_maps.h"

#include "symbolize/file_mapping.h"

namespace uproar {

namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kFirstKernelAddress = uint64_t{1} << 63;

// The only one that can be at that address: pages keep their places when a file is mapped.
const SiteInfo* site_at(const std::vector<SiteInfo>& sites, const Event& event) {
  if (event.place < sites.size()) return &sites[event.place];
  const SiteInfo* found = nullptr;
  for (const SiteInfo& site : sites) {
    if (site.file_offset % kPage != event.ip % kPage) continue;
    if (found != nullptr) return nullptr;
    found = &site;
  }
  return found;
}

}  // namespace

std::optional<MapInfo> SiteMaps::map_of(const std::vector<SiteInfo>& sites, const Event& event, int32_t pid) {
  constexpr uint32_t kReadAndExecute = 5, kPrivate = 2;  // PROT_READ | PROT_EXEC, MAP_PRIVATE
  if (event.ip == 0 || event.ip >= kFirstKernelAddress) return std::nullopt;
  const SiteInfo* const site = site_at(sites, event);
  if (site == nullptr || site->path.empty() || site->file_offset % kPage != event.ip % kPage)
    return std::nullopt;
  const Stretch& stretch = stretch_of(*site);
  if (site->file_offset - stretch.offset > event.ip) return std::nullopt;
  const uint64_t start = event.ip - (site->file_offset - stretch.offset);
  if (!given_.emplace(pid, site->path, start).second) return std::nullopt;
  MapInfo map;
  map.time_ns = event.time_ns;
  map.pid = pid;
  map.tid = pid;
  map.start = start;
  map.length = stretch.length;
  map.page_offset = stretch.offset;
  map.path = site->path;
  map.build_id = site->build_id;
  map.protection = kReadAndExecute;
  map.flags = kPrivate;
  map.cpu = event.cpu;
  return map;
}

const SiteMaps::Stretch& SiteMaps::stretch_of(const SiteInfo& site) {
  const auto [entry, is_new] = stretches_.try_emplace({site.path, site.file_offset});
  if (is_new) {
    const FileStretch code = mapped_code(site.path, site.build_id, site.file_offset);
    entry->second = {code.offset, code.length};
  }
  return entry->second;
}

}  // namespace uproar
