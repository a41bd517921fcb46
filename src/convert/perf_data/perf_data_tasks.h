// Records of perf about tasks and their memory, on their way into a recording.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "base/result.h"
#include "convert/perf_data/perf_data_session.h"
#include "event/perf_record.h"
#include "recording/writer.h"
#include "symbolize/stack_names.h"

namespace uproar {

// Both must outlive it.
class PerfDataTasks {
 public:
  PerfDataTasks(RecordingWriter& writer, StackNames& names) : writer_(writer), names_(names) {}

  // COMM, FORK, EXIT, MMAP and MMAP2; other records are passed over. Error: of the writer.
  Result<PerfStatus> take(std::span<const uint8_t> record, const PerfLayout& layout,
                          const PerfDataSession& session);
  // A sample's task, of which nothing may be known but its numbers.
  Result<void> see(int32_t pid, int32_t tid);

 private:
  Result<PerfStatus> take_comm(std::span<const uint8_t> record, const PerfLayout& layout);
  Result<PerfStatus> take_task(std::span<const uint8_t> record, const PerfLayout& layout, bool fork);
  Result<PerfStatus> take_map(std::span<const uint8_t> record, const PerfLayout& layout,
                              const PerfDataSession& session);

  RecordingWriter& writer_;
  StackNames& names_;
  std::unordered_map<int32_t, int32_t> pids_;  // by tid, of tasks that the recording knows
};

// What perf script makes of a map: memory without a file has the name of the list that a just-in-time
// compiler may have written, and addresses as they are in the process; the kernel and its modules have names
// in brackets.
MapInfo shown_map(MapInfo map, bool kernel);

}  // namespace uproar
