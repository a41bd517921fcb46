// Records as the kernel writes them, made from a seed: the fixed loop's event with a string, an s64 and a bit
// field, about two microseconds apart.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "recording/metadata/session_info.h"

namespace uproar::bench {

// Numbers without end that look like chance, the same ones every time.
class Chance {
 public:
  explicit Chance(uint64_t seed = 88172645463325252u) : state_(seed) {}
  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  uint64_t below(uint64_t limit) { return (next() >> 11) % limit; }

 private:
  uint64_t state_;
};

inline EventInfo loop_event() {
  EventInfo event;
  event.schema.group = "bench";
  event.schema.name = "bench_work";
  event.schema.kernel_type = 1834;
  event.schema.fields = {{"name", Field::Kind::String, 4, 0, 16},
                         {"n", Field::Kind::Signed, 8, 0, 20},
                         {"b", Field::Kind::Unsigned, 4, 0, 28}};
  event.definition = "p:bench/bench_work /usr/bin/loop:work name=+0(%di):string n=%si:s64 b=+0(%dx):b5@3/32";
  event.sites = {{"/usr/bin/loop", 0x1139, "work", 0, false, "c0de"}};
  return event;
}

struct LoopRecord {
  uint64_t time_ns = 0;
  std::array<uint8_t, 48> room{};
  size_t size = 0;
  std::span<const uint8_t> bytes() const { return {room.data(), size}; }
};

// One record after the other, all of one task.
class LoopRecords {
 public:
  explicit LoopRecords(int32_t tid, uint64_t begin_ns = 1'000'000'000'000) : tid_(tid), time_(begin_ns) {}

  const LoopRecord& next() {
    // Most hits come at the same pace; now and then something else ran.
    time_ += 1900 + chance_.below(64) + (chance_.below(500) == 0 ? chance_.below(40000) : 0);
    record_.time_ns = time_;
    const std::string_view name = count_ % 2 ? std::string_view("odd number") : std::string_view("even");
    put(0, uint16_t{1834});
    put(2, uint16_t{0});
    put(4, tid_);
    put(8, uint64_t{0x561de1dd8139});
    put(16, static_cast<uint32_t>((name.size() + 1) << 16 | 32));
    put(20, count_);
    put(28, static_cast<uint32_t>(count_ % 32));
    std::memcpy(&record_.room[32], name.data(), name.size());
    record_.room[32 + name.size()] = 0;
    record_.size = 32 + name.size() + 1;
    ++count_;
    return record_;
  }

 private:
  template <typename T>
  void put(size_t offset, T value) {
    std::memcpy(&record_.room[offset], &value, sizeof value);
  }

  int32_t tid_;
  uint64_t time_;
  int64_t count_ = 0;
  Chance chance_;
  LoopRecord record_;
};

}  // namespace uproar::bench
