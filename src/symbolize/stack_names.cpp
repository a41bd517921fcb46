#include "symbolize/stack_names.h"

#include <algorithm>
#include <utility>

#include "recording/metadata/stack_walk.h"
#include "symbolize/frame_symbols.h"

namespace uproar {

namespace {

constexpr size_t kSeen = size_t{1} << 16;  // a power of two
constexpr unsigned kAllFrames = ~0U;

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 32);
}

}  // namespace

StackNames::StackNames() : seen_(kSeen) {}

void StackNames::add_map(const MapInfo& map) {
  const auto [place, is_new] =
      numbers_.try_emplace({map.path, map.build_id}, static_cast<uint32_t>(files_.size()));
  if (is_new) files_.push_back({map.path, map.build_id, {}});
  const uint64_t end = map.length > ~uint64_t{0} - map.start ? ~uint64_t{0} : map.start + map.length;
  spaces_.add(map.pid, {map.start, end, map.page_offset, place->second});
}

void StackNames::add_chain(int32_t pid, uint64_t ip, std::span<const uint64_t> chain) {
  uint64_t hash = mix(mix(spaces_.version(pid), spaces_.version(SymbolNames::kKernel)), ip);
  for (const uint64_t address : chain) hash = mix(hash, address);
  uint64_t& seen = seen_[hash % kSeen];
  if (seen == hash) return;
  seen = hash;
  if (ip != 0) add_place(pid, ip);
  walk_stack(chain, pid, kAllFrames, [this](int32_t space, uint64_t address) { add_place(space, address); });
}

std::optional<MappedFiles::Place> StackNames::place_of(int32_t pid, uint64_t address) const {
  const AddressSpaces::Mapping* mapping = spaces_.find(pid, address);
  if (mapping == nullptr) return std::nullopt;
  return MappedFiles::Place{mapping->file, address - mapping->start + mapping->page_offset};
}

void StackNames::add_place(int32_t pid, uint64_t address) {
  const auto found = place_of(pid, address);
  if (!found || places_ >= kMostPlaces) return;
  File& file = files_[found->file];
  const uint64_t place = found->offset;
  if (!file.places.insert(place).second) return;
  ++places_;
  file.fresh.push_back(place);
}

std::vector<AddressNames> StackNames::look_up(bool again) {
  std::vector<AddressNames> all;
  for (File& file : files_) {
    if (file.fresh.empty()) continue;
    if (!std::exchange(file.opened, again)) file.symbols = FrameSymbols::open(file.path, file.build_id);
    const auto symbols = file.symbols;
    if (!again) file.symbols.reset();
    std::vector<uint64_t> places;
    places.swap(file.fresh);
    if (!symbols) continue;
    std::sort(places.begin(), places.end());
    AddressNames names;
    for (const uint64_t place : places) {
      auto name = symbols->at(place);
      if (!name) continue;
      if (names.names.empty()) {
        names.path = file.path;
        names.build_id = file.build_id;
      }
      names.names.push_back({place, std::move(name->symbol), name->offset, {}});
      if (names.names.size() == kNamesAtOnce) all.push_back(std::exchange(names, {}));
    }
    if (!names.names.empty()) all.push_back(std::move(names));
  }
  return all;
}

}  // namespace uproar
