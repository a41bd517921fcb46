// Takes the records out of an instance's ring buffers, CPU by CPU.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "capture/backend.h"
#include "kernel/tracefs/instance.h"
#include "kernel/tracefs/raw_ring.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// Who gets what comes out of the rings, whichever event it is of.
class RingSink {
 public:
  virtual ~RingSink() = default;
  // `record` begins with common_type and lives as long as the call.
  virtual Result<void> take(uint32_t cpu, uint64_t time_ns, std::span<const uint8_t> record) = 0;
  virtual Result<void> lose(const LossInfo& loss) = 0;
};

class RingPump {
 public:
  // Opens the readers of all CPUs of the instance. Both references must outlive the pump.
  static Result<std::unique_ptr<RingPump>> open(const Instance& instance, RingSink& sink);

  // Hands on everything that is in the buffers now.
  Result<void> drain(Drain how_much);

  // After the last drain: compares the ring's own counters with the losses told so far and tells what is
  // missing.
  Result<void> settle_losses(uint64_t now_ns);

  const std::vector<int>& poll_fds() const { return poll_fds_; }

 private:
  struct Cpu {
    RawRing ring;
    uint64_t told_overrun = 0;
    uint64_t last_time_ns = 0;
  };
  RingPump(const Instance& instance, RingSink& sink) : instance_(instance), sink_(sink) {}
  Result<void> drain_cpu(Cpu& cpu, Drain how_much);
  Result<void> hand_on(Cpu& cpu, std::span<const uint8_t> sub_buffer);
  Result<void> lose(Cpu& cpu, uint64_t time_ns, uint64_t count, LossInfo::Kind kind);

  const Instance& instance_;
  RingSink& sink_;
  std::vector<Cpu> cpus_;
  std::vector<int> poll_fds_;
};

}  // namespace uproar
