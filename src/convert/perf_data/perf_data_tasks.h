// Records of perf about tasks and their memory, for the recorder of tasks.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "convert/perf_data/perf_data_session.h"
#include "event/perf_record.h"
#include "symbolize/task_recorder.h"

namespace uproar {

// The recorder must outlive it.
class PerfDataTasks {
 public:
  explicit PerfDataTasks(TaskRecorder& recorder) : recorder_(recorder) {}

  // COMM, FORK, EXIT, MMAP and MMAP2; other records are passed over. Error: of the recorder.
  Result<PerfStatus> take(std::span<const uint8_t> record, const PerfLayout& layout,
                          const PerfDataSession& session);

 private:
  Result<PerfStatus> take_comm(std::span<const uint8_t> record, const PerfLayout& layout);
  Result<PerfStatus> take_task(std::span<const uint8_t> record, const PerfLayout& layout, bool fork);
  Result<PerfStatus> take_map(std::span<const uint8_t> record, const PerfLayout& layout,
                              const PerfDataSession& session);

  TaskRecorder& recorder_;
};

}  // namespace uproar
