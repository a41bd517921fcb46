#include "capture/perf/perf_records.h"

#include <sys/utsname.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "capture/tracefs/record_finish.h"
#include "event/perf_queue.h"
#include "event/record_decoder.h"
#include "symbolize/perf_task_records.h"

namespace uproar {
namespace {

bool is(uint32_t type, PerfRecordType wanted) {
  return type == static_cast<uint32_t>(wanted);
}

constexpr uint64_t kOther = uint64_t{1} << 32;  // an origin in the queue: behind it the CPU

// A record with its arguments that has outgrown the buffer in which the kernel puts it together: what did not fit is
// missing in it, and stands there as a fault (kernel: kernel/trace/trace_uprobe.c prepare_uprobe_buffer, MAX_UCB_BUFFER_SIZE).
constexpr size_t kLargestArguments = 4096;
bool is_cut(std::span<const uint8_t> raw, bool is_return) {
  const size_t header = is_return ? 24 : 16;
  return raw.size() >= header + kLargestArguments;
}

uint16_t this_machine() {
  utsname system{};
  return ::uname(&system) == 0 ? unwind_machine(system.machine) : 0;
}

}  // namespace

class PerfRecords::Work {
 public:
  Work(PerfEvents& perf, const std::vector<ArmedEvent>& events, const PerfWishes& wishes, RecordSink& sink,
       Others others)
      : perf_(perf),
        in_order_(wishes.call_chains),
        machine_(wishes.copied_stack_bytes != 0 ? this_machine() : 0),
        layout_(perf_layout(wishes)),
        sink_(sink),
        recorder_(sink),
        tasks_(recorder_),
        finish_(events),
        others_(std::move(others)),
        queue_([this](uint64_t origin, std::span<const uint8_t> record) {
          const auto cpu = static_cast<uint32_t>(origin);
          return (origin & kOther) != 0 ? others_(cpu, record) : take(cpu, record);
        }),
        event_of_type_(size_t{1} << 16, -1),
        told_lost_(perf.cpus().size()) {
    int32_t number = 0;
    for (const ArmedEvent& event : events) {
      event_of_type_[event.info.schema.kernel_type] = number++;
      is_return_.push_back(event.info.schema.is_return);
    }
  }

  TaskRecorder& tasks() { return recorder_; }

  Result<void> add_other(uint64_t time_ns, uint32_t cpu, std::span<const uint8_t> record) {
    return queue_.add(time_ns, kOther | cpu, record);
  }

  Result<void> drain(Drain how_much) {
    for (size_t cpu = 0; cpu < perf_.cpus().size(); ++cpu) TRY(drain_cpu(cpu));
    if (!in_order_) return {};
    return how_much == Drain::All ? queue_.finish_all() : queue_.finish_round();
  }

  Result<void> settle(uint64_t now_ns) {
    for (size_t cpu = 0; cpu < perf_.cpus().size(); ++cpu) TRY(account_for_losses(cpu, now_ns));
    return {};
  }

 private:
  // Tasks first: who a record speaks of should be known.
  Result<void> drain_cpu(size_t at) {
    PerfEvents::Cpu& cpu = perf_.cpus()[at];
    std::optional<uint64_t> lost_at_ns;
    TRY(drain_ring(cpu.tasks, cpu.number, nullptr));
    if (cpu.samples) TRY(drain_ring(*cpu.samples, cpu.number, &lost_at_ns));
    return lost_at_ns ? account_for_losses(at, *lost_at_ns) : Result<void>();
  }

  // Up to where the kernel had come when it was looked at: as much as the buffer holds at most. `lost_at_ns`, of samples: when the
  // last loss was told.
  Result<void> drain_ring(PerfRing& ring, uint32_t cpu, std::optional<uint64_t>* lost_at_ns) {
    PerfRingRecords records = ring.records();
    const uint64_t much = ring.bytes() / 8;
    uint64_t released = records.position();
    std::span<const uint8_t> record;
    while (records.next(record)) {
      if (is(read_perf_header(record).type, PerfRecordType::Lost)) {
        PerfLostRecord lost;
        if (lost_at_ns != nullptr && parse_perf_lost(record, layout_, lost) == PerfStatus::Ok) {
          *lost_at_ns = lost.at.time_ns;
          if (!perf_.counts_lost()) TRY(lose(cpu, lost.at.time_ns, lost.lost));
        }
      } else if (in_order_) {
        TRY(queue_.add(perf_time(record, layout_), cpu, record));
      } else {
        TRY(take(cpu, record));
      }
      // Room for what comes meanwhile.
      if (records.position() - released >= much) ring.release(released = records.position());
    }
    if (records.status() != PerfStatus::Ok)
      TRY(sink_.add_loss({.kind = LossInfo::Kind::Unreadable, .cpu = cpu, .time_ns = last_ns_}));
    ring.release(records.position());
    return {};
  }

  Result<void> take(uint32_t cpu, std::span<const uint8_t> record) {
    if (!is(read_perf_header(record).type, PerfRecordType::Sample)) {
      TRY_ASSIGN([[maybe_unused]] const PerfStatus status, tasks_.take(record, layout_, {.cpu = cpu}));
      return {};
    }
    CommonHeader header;
    const PerfStatus status = parse_perf_sample(record, layout_, sample_);
    if (status != PerfStatus::Ok || !read_common_header(sample_.raw, header))
      return sink_.add_loss(
          {.kind = LossInfo::Kind::Unreadable, .cpu = cpu, .time_ns = last_ns_, .count = 1});
    const int32_t event = event_of_type_[header.type];
    if (event < 0) return {};
    last_ns_ = sample_.at.time_ns;
    const auto number = static_cast<uint32_t>(event);
    if (is_cut(sample_.raw, is_return_[number])) {
      return sink_.add_loss(
          {.kind = LossInfo::Kind::NoCounter, .cpu = cpu, .time_ns = last_ns_, .count = 1, .event = number});
    }
    if (machine_ != 0)
      recorder_.unwind(sample_.at.pid, perf_user_stack(sample_, layout_, machine_), sample_.chain);
    if (in_order_) recorder_.add_chain(sample_.at.pid, 0, sample_.chain);
    return sink_.add_record(cpu, last_ns_, number, finish_.finish(number, sample_.raw), sample_.chain);
  }

  // The records of losses say when, and not exactly how many: those that no later record follows are not told, and
  // records about tasks count, too. The counters say how many.
  Result<void> account_for_losses(size_t at, uint64_t time_ns) {
    if (!perf_.counts_lost()) return {};
    TRY_ASSIGN(const uint64_t lost, perf_.lost_on(at));
    const uint64_t more = lost - std::min(lost, std::exchange(told_lost_[at], lost));
    return more > 0 ? lose(perf_.cpus()[at].number, time_ns, more) : Result<void>();
  }
  Result<void> lose(uint32_t cpu, uint64_t time_ns, uint64_t count) {
    return sink_.add_loss({.kind = LossInfo::Kind::Dropped, .cpu = cpu, .time_ns = time_ns, .count = count});
  }

  PerfEvents& perf_;
  const bool in_order_;
  const uint16_t machine_;  // whose stacks are unwound; 0: none are
  const PerfLayout layout_;
  RecordSink& sink_;
  TaskRecorder recorder_;
  PerfTaskRecords tasks_;
  RecordFinish finish_;
  Others others_;
  PerfQueue queue_;
  std::vector<int32_t> event_of_type_;  // common_type to event number, -1: not ours
  std::vector<bool> is_return_;         // by event number
  std::vector<uint64_t> told_lost_;     // by position of the CPU
  PerfSample sample_;
  uint64_t last_ns_ = 0;  // of a sample
};

PerfRecords::PerfRecords(PerfEvents& perf, const std::vector<ArmedEvent>& events, const PerfWishes& wishes,
                         RecordSink& sink, Others others)
    : work_(std::make_unique<Work>(perf, events, wishes, sink, std::move(others))) {}
PerfRecords::~PerfRecords() = default;

TaskRecorder& PerfRecords::tasks() {
  return work_->tasks();
}
Result<void> PerfRecords::add_other(uint64_t time_ns, uint32_t cpu, std::span<const uint8_t> record) {
  return work_->add_other(time_ns, cpu, record);
}
Result<void> PerfRecords::drain(Drain how_much) {
  return work_->drain(how_much);
}
Result<void> PerfRecords::settle(uint64_t now_ns) {
  return work_->settle(now_ns);
}
Result<void> PerfRecords::write_names(bool again) {
  return work_->tasks().write_names(again);
}

}  // namespace uproar
