// Which file stands at an address of which process, as maps and forks go by.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "recording/metadata/session_info.h"

namespace uproar {

// Fed in the order of time. As perf keeps them: a child begins with its parent's maps, a new map takes the
// place of what it covers, an exec leaves the old maps until new ones cover them.
class AddressSpaces {
 public:
  struct Mapping {
    uint64_t start = 0, end = 0;
    uint64_t page_offset = 0;  // of `start`
    uint32_t file = 0;         // the caller's number for what is mapped
  };

  // pid -1 is the kernel.
  void add(int32_t pid, const Mapping& mapping);
  void fork(int32_t pid, int32_t parent_pid);
  // Its maps may be forgotten, not at once: late records still ask for them.
  void exit(int32_t pid);

  // nullptr: nothing is mapped there. Holds until the next change.
  const Mapping* find(int32_t pid, uint64_t address) const;
  // Another one after every change of the process's maps; 0: no maps are known.
  uint64_t version(int32_t pid) const;

  static constexpr size_t kDeadKept = 4096;
  static constexpr size_t kMostMappings = size_t{1} << 16;  // of one process; further ones are not kept

 private:
  struct Space {
    std::vector<Mapping> mappings;  // ascending, apart
    uint64_t version = 0;
  };
  // Shared between parent and child until one of them changes.
  std::unordered_map<int32_t, std::shared_ptr<Space>> spaces_;
  std::deque<std::pair<int32_t, std::shared_ptr<Space>>> dead_;
  uint64_t last_version_ = 0;
};

}  // namespace uproar
