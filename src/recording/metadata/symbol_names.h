// Addresses in processes to names, from what the recording holds: its maps and the names that were looked up
// where the files were.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "recording/metadata/session_info.h"

namespace uproar {

// AddressName::symbol_offset of names that came without one.
inline constexpr uint64_t kUnknownOffset = ~uint64_t{0};

// Made once, then asked by any number of threads: it has no state. As perf keeps them, a child has its
// parent's maps as they were at the fork, and a later map takes the place of what it covers.
class SymbolNames {
 public:
  // All three must outlive it, unchanged. The order of `maps` and `tasks` decides between equal times.
  SymbolNames(const std::vector<MapInfo>& maps, const std::vector<AddressNames>& names,
              const std::vector<TaskInfo>& tasks);

  struct Found {
    const MapInfo* map = nullptr;       // null: nothing is mapped there
    uint64_t file_address = 0;          // address - map->start + map->page_offset
    const AddressName* name = nullptr;  // null: not known
  };
  // What stood at `address` of process `pid` at that time; of the kernel if pid is kKernel.
  static constexpr int32_t kKernel = -1;
  Found find(int32_t pid, uint64_t time_ns, uint64_t address) const;

  // From when to when the answers for a process stay the same, both ends included.
  struct Stretch {
    uint64_t first_ns = 0;
    uint64_t last_ns = ~uint64_t{0};
  };
  Stretch stretch(int32_t pid, uint64_t time_ns) const;

  bool empty() const { return processes_.empty(); }

 private:
  // The process from one fork to the next use of its number.
  struct Life {
    uint64_t begin_ns = 0;
    int32_t parent = 0;                // whose maps it took over; 0: nobody's
    std::vector<const MapInfo*> maps;  // ascending by time
    // Where they are many, as of text that tells single addresses: positions in `maps` of those of one byte, by
    // its address, and of all others.
    std::unordered_map<uint64_t, std::vector<uint32_t>> of_one_byte;
    std::vector<uint32_t> wider;
  };
  struct File {
    std::vector<const AddressName*> names;  // ascending by address
  };
  const Life* life_of(int32_t pid, uint64_t time_ns) const;
  static const MapInfo* map_at(const Life& life, uint64_t time_ns, uint64_t address);
  const AddressName* name_of(const MapInfo& map, uint64_t file_address) const;

  std::unordered_map<int32_t, std::vector<Life>> processes_;  // lives ascending by begin
  std::unordered_map<std::string_view, File> files_;  // by path, of names without or with any build-id
};

}  // namespace uproar
