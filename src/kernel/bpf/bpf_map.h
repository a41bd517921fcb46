// BPF maps: made, filled, and mapped into this process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

struct BpfMapPlan {
  enum class Kind : uint8_t {
    Array,
    Hash,
    Ring,         // `entries` is its size in bytes: a power of two, a page at least
    ArrayOfMaps,  // of maps such as `inner`
  };
  Kind kind = Kind::Array;
  std::string name;  // for whoever looks at the system's maps; at most 15 letters, digits and _ are kept
  uint32_t key_bytes = 4;
  uint32_t value_bytes = 0;
  uint32_t entries = 1;
  bool mapped = false;  // Array: BpfMapping can have it
  int inner = -1;
};

// The map lives as long as the descriptor, and whatever refers to it (programs, mappings).
Result<Fd> create_map(const BpfMapPlan& plan);

// Key and value have the sizes that the map was made with.
Result<void> update_map(int map, const void* key, const void* value);
// A key that is not there is no error.
Result<void> erase_from_map(int map, const void* key);

// The name that the kernel takes: what it does not allow in one is left out.
std::string kernel_object_name(const std::string& name);

// Memory that this process shares with a map. Unmapped when it goes.
class BpfMapping {
 public:
  BpfMapping() = default;
  // `offset` and `bytes` as mmap(2) takes them; writable only where `write`.
  static Result<BpfMapping> map(int fd, uint64_t offset, size_t bytes, bool write);
  BpfMapping(BpfMapping&& other) noexcept;
  BpfMapping& operator=(BpfMapping&& other) noexcept;
  ~BpfMapping();

  uint8_t* data() const { return data_; }
  size_t size() const { return bytes_; }

 private:
  BpfMapping(uint8_t* data, size_t bytes) : data_(data), bytes_(bytes) {}
  uint8_t* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace uproar
