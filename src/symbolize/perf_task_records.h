// Records of perf about tasks and their memory, for the recorder of tasks.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "event/perf_record.h"
#include "symbolize/task_recorder.h"

namespace uproar {

// The recorder must outlive it.
class PerfTaskRecords {
 public:
  explicit PerfTaskRecords(TaskRecorder& recorder) : recorder_(recorder) {}

  // What the records themselves may not tell.
  struct Known {
    uint32_t cpu = ~uint32_t{0};
    std::function<std::string(const std::string& path)> build_id_of = {};  // of a mapped file; null: of none
  };
  // COMM, FORK, EXIT, MMAP and MMAP2; other records are passed over. Error: of the recorder.
  Result<PerfStatus> take(std::span<const uint8_t> record, const PerfLayout& layout, const Known& known);

 private:
  Result<PerfStatus> take_comm(std::span<const uint8_t> record, const PerfLayout& layout, const Known& known);
  Result<PerfStatus> take_task(std::span<const uint8_t> record, const PerfLayout& layout, bool fork,
                               const Known& known);
  Result<PerfStatus> take_map(std::span<const uint8_t> record, const PerfLayout& layout, const Known& known);

  TaskRecorder& recorder_;
};

}  // namespace uproar
