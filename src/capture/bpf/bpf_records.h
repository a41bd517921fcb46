// Records of BPF programs on their way into a recording.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "capture/bpf/bpf_events.h"
#include "event/bpf_record.h"
#include "event/presentation.h"
#include "recording/record_sink.h"
#include "symbolize/task_recorder.h"

namespace uproar {

// What becomes of call chains.
struct BpfChains {
  TaskRecorder* recorder =
      nullptr;                // hears of them, and unwinds those that were copied; null: there are none
  std::string machine{};      // as uname spells it
  uint32_t copied_bytes = 0;  // of the stack, that were asked for
};

class BpfRecords {
 public:
  // `cpus`: whose records are wanted; empty: all. With `tells_tasks` the sink hears of each task before its first
  // record what /proc calls it. All must outlive it.
  BpfRecords(const BpfEvents& events, const std::vector<uint32_t>& cpus, RecordSink& sink,
             bool tells_tasks = false, BpfChains chains = {});

  // Records in the order in which the ring had them, which live as long as the call. They go to the sink in the
  // order of their times on each CPU. Error: the sink's.
  Result<void> take(std::span<const std::span<const uint8_t>> records);

  // By code of the events: what take() was given, whatever became of it; and what of it the sink got.
  const std::vector<uint64_t>& arrived() const { return arrived_; }
  const std::vector<uint64_t>& recorded() const { return recorded_; }
  // Records that make no sense, and what is wrong with the last one of them.
  uint64_t broken() const { return broken_; }
  BpfRecordStatus fault() const { return fault_; }

 private:
  struct Work {
    BpfRecordReader reader;
    Presentation presentation;
    bool needs_tidying = false;
  };
  struct Taken {
    uproar_record head;
    std::span<const uint8_t> bytes;
  };
  void sort_batch();
  Result<void> hand_on(Taken taken);
  std::span<const uint64_t> chain_of(const BpfRecordReader& record, uint64_t pid_tgid);
  Result<void> tell_task(uint64_t pid_tgid);
  void note_broken(BpfRecordStatus fault);
  bool is_wanted(uint32_t cpu) const { return cpus_.empty() || (cpu < cpus_.size() && cpus_[cpu]); }

  const BpfEvents& events_;
  std::vector<bool> cpus_;
  RecordSink& sink_;
  bool tells_tasks_;
  BpfChains chains_;
  std::vector<uint64_t> unwound_;
  std::unordered_set<uint64_t> told_tasks_;  // pid_tgid
  std::vector<Work> work_;                   // by code
  std::vector<uint8_t> tidied_;
  std::vector<Taken> batch_;
  std::vector<uint64_t> last_ns_;  // of a batch, by CPU
  std::vector<uint64_t> arrived_, recorded_;
  uint64_t broken_ = 0;
  BpfRecordStatus fault_ = BpfRecordStatus::Ok;
};

}  // namespace uproar
