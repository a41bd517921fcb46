#include "symbolize/address_spaces.h"

#include <algorithm>

namespace uproar {

void AddressSpaces::add(int32_t pid, const Mapping& mapping) {
  if (mapping.end <= mapping.start) return;
  auto& space = spaces_[pid];
  if (!space)
    space = std::make_shared<Space>();
  else if (space.use_count() > 1)
    space = std::make_shared<Space>(*space);
  space->version = ++last_version_;

  auto& all = space->mappings;
  const auto first = std::lower_bound(all.begin(), all.end(), mapping.start,
                                      [](const Mapping& one, uint64_t start) { return one.end <= start; });
  const auto last = std::lower_bound(first, all.end(), mapping.end,
                                     [](const Mapping& one, uint64_t end) { return one.start < end; });
  std::vector<Mapping> pieces;
  if (first != last && first->start < mapping.start) {  // its beginning stays
    pieces.push_back(*first);
    pieces.back().end = mapping.start;
  }
  pieces.push_back(mapping);
  if (first != last && mapping.end < std::prev(last)->end) {  // its end stays
    Mapping rest = *std::prev(last);
    rest.page_offset += mapping.end - rest.start;
    rest.start = mapping.end;
    pieces.push_back(rest);
  }
  const auto place = all.erase(first, last);
  if (all.size() < kMostMappings) all.insert(place, pieces.begin(), pieces.end());
}

void AddressSpaces::fork(int32_t pid, int32_t parent_pid) {
  if (pid == parent_pid) return;
  const auto parent = spaces_.find(parent_pid);
  if (parent == spaces_.end())
    spaces_.erase(pid);
  else
    spaces_[pid] = parent->second;
}

void AddressSpaces::exit(int32_t pid) {
  const auto found = spaces_.find(pid);
  if (found == spaces_.end()) return;
  dead_.emplace_back(pid, found->second);
  if (dead_.size() <= kDeadKept) return;
  const auto& [oldest, space] = dead_.front();
  const auto again = spaces_.find(oldest);
  if (again != spaces_.end() && again->second == space) spaces_.erase(again);
  dead_.pop_front();
}

const AddressSpaces::Mapping* AddressSpaces::find(int32_t pid, uint64_t address) const {
  const auto found = spaces_.find(pid);
  if (found == spaces_.end()) return nullptr;
  const auto& mappings = found->second->mappings;
  const auto after = std::upper_bound(mappings.begin(), mappings.end(), address,
                                      [](uint64_t wanted, const Mapping& one) { return wanted < one.start; });
  if (after == mappings.begin() || address >= std::prev(after)->end) return nullptr;
  return &*std::prev(after);
}

uint64_t AddressSpaces::version(int32_t pid) const {
  const auto found = spaces_.find(pid);
  return found == spaces_.end() ? 0 : found->second->version;
}

}  // namespace uproar
