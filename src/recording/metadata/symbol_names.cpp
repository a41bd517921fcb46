#include "recording/metadata/symbol_names.h"

#include <algorithm>
#include <optional>

namespace uproar {
namespace {

constexpr int kMostAncestors = 64;  // forks may run in circles in a damaged file

// All that is not kernel.
bool begins_life(const TaskInfo& task) {
  return task.kind == TaskInfo::Kind::Fork && task.tid == task.pid && task.pid > 0 && task.time_ns > 0;
}

}  // namespace

SymbolNames::SymbolNames(const std::vector<MapInfo>& maps, const std::vector<AddressNames>& names,
                         const std::vector<TaskInfo>& tasks) {
  if (maps.empty()) return;
  for (const TaskInfo& task : tasks) {
    if (!begins_life(task)) continue;
    const int32_t parent = task.parent_pid != 0 ? task.parent_pid : task.parent_tid;
    processes_[task.pid].push_back({task.time_ns, parent == task.pid ? 0 : parent, {}});
  }
  for (auto& [pid, lives] : processes_) {
    std::stable_sort(lives.begin(), lives.end(),
                     [](const Life& a, const Life& b) { return a.begin_ns < b.begin_ns; });
    if (lives.front().begin_ns > 0) lives.insert(lives.begin(), Life{});
  }
  for (const MapInfo& map : maps) {
    auto& lives = processes_[map.pid];
    if (lives.empty()) lives.emplace_back();
    auto after = std::upper_bound(lives.begin(), lives.end(), map.time_ns,
                                  [](uint64_t time, const Life& life) { return time < life.begin_ns; });
    std::prev(after)->maps.push_back(&map);
  }
  for (auto& [pid, lives] : processes_) {
    for (Life& life : lives) {
      std::stable_sort(life.maps.begin(), life.maps.end(),
                       [](const MapInfo* a, const MapInfo* b) { return a->time_ns < b->time_ns; });
      for (uint32_t i = 0; i < life.maps.size(); ++i) {
        if (life.maps[i]->length == 1) {
          life.of_one_byte[life.maps[i]->start].push_back(i);
        } else {
          life.wider.push_back(i);
        }
      }
    }
  }
  for (const AddressNames& file : names) {
    File& entry = files_[file.path];
    for (const AddressName& name : file.names) entry.names.push_back(&name);
  }
  for (auto& [path, file] : files_) {
    std::stable_sort(file.names.begin(), file.names.end(),
                     [](const AddressName* a, const AddressName* b) { return a->address < b->address; });
  }
}

const SymbolNames::Life* SymbolNames::life_of(int32_t pid, uint64_t time_ns) const {
  const auto found = processes_.find(pid);
  if (found == processes_.end()) return nullptr;
  const auto after = std::upper_bound(found->second.begin(), found->second.end(), time_ns,
                                      [](uint64_t time, const Life& life) { return time < life.begin_ns; });
  return &*std::prev(after);
}

SymbolNames::Found SymbolNames::find(int32_t pid, uint64_t time_ns, uint64_t address) const {
  for (int generation = 0; generation < kMostAncestors; ++generation) {
    const Life* life = life_of(pid, time_ns);
    if (life == nullptr) return {};
    if (const MapInfo* const map = map_at(*life, time_ns, address)) {
      const uint64_t file_address = address - map->start + map->page_offset;
      return {map, file_address, name_of(*map, file_address)};
    }
    if (life->parent == 0) return {};
    pid = life->parent;
    time_ns = life->begin_ns;
  }
  return {};
}

// The last that covers the address and is not later.
const MapInfo* SymbolNames::map_at(const Life& life, uint64_t time_ns, uint64_t address) {
  const auto not_later = [&](uint64_t time, uint32_t at) { return time < life.maps[at]->time_ns; };
  std::optional<uint32_t> found;
  if (const auto single = life.of_one_byte.find(address); single != life.of_one_byte.end()) {
    const auto& all = single->second;
    const auto after = std::upper_bound(all.begin(), all.end(), time_ns, not_later);
    if (after != all.begin()) found = *std::prev(after);
  }
  auto wide = std::upper_bound(life.wider.begin(), life.wider.end(), time_ns, not_later);
  while (wide != life.wider.begin() && (!found || *std::prev(wide) > *found)) {
    const MapInfo& one = *life.maps[*--wide];
    if (address >= one.start && address - one.start < one.length) return &one;
  }
  return found ? life.maps[*found] : nullptr;
}

SymbolNames::Stretch SymbolNames::stretch(int32_t pid, uint64_t time_ns) const {
  const auto found = processes_.find(pid);
  if (found == processes_.end()) return {};
  const auto& lives = found->second;
  const auto after = std::upper_bound(lives.begin(), lives.end(), time_ns,
                                      [](uint64_t time, const Life& life) { return time < life.begin_ns; });
  const Life& life = *std::prev(after);
  Stretch stretch;
  stretch.first_ns = life.begin_ns;
  if (after != lives.end()) stretch.last_ns = after->begin_ns - 1;
  const auto next = std::upper_bound(life.maps.begin(), life.maps.end(), time_ns,
                                     [](uint64_t time, const MapInfo* one) { return time < one->time_ns; });
  if (next != life.maps.begin()) stretch.first_ns = std::max(stretch.first_ns, (*std::prev(next))->time_ns);
  if (next != life.maps.end()) stretch.last_ns = std::min(stretch.last_ns, (*next)->time_ns - 1);
  return stretch;
}

const AddressName* SymbolNames::name_of(const MapInfo& map, uint64_t file_address) const {
  const auto file = files_.find(map.path);
  if (file == files_.end()) return nullptr;
  const auto& names = file->second.names;
  const auto name =
      std::lower_bound(names.begin(), names.end(), file_address,
                       [](const AddressName* one, uint64_t address) { return one->address < address; });
  return name != names.end() && (*name)->address == file_address ? *name : nullptr;
}

}  // namespace uproar
