// What a recording is fed with, wherever it comes from: a back end, trace text, another program's file.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// A RecordingWriter is one; others count or change what passes through and hand it on. An error is the
// recording's (disk full): whoever feeds it gives up and passes the error on.
class RecordSink {
 public:
  virtual ~RecordSink() = default;

  // Returns the event's number, to be used with add_record.
  virtual Result<uint32_t> add_event(const EventInfo& event) = 0;

  // One record as the ring had it, with its call chain (Event::stack) if it has one. Times must not fall
  // within one CPU; a fall is stored, but starts a new block. Bytes behind the record's last value (the
  // ring's padding) are not kept.
  virtual Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event,
                                  std::span<const uint8_t> record, std::span<const uint64_t> stack) = 0;
  Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event, std::span<const uint8_t> record) {
    return add_record(cpu, time_ns, event, record, {});
  }
  virtual Result<void> add_task(const TaskInfo& task) = 0;
  virtual Result<void> add_map(const MapInfo& map) = 0;
  virtual Result<void> add_names(const AddressNames& names) = 0;
  virtual Result<void> add_loss(const LossInfo& loss) = 0;
};

}  // namespace uproar
