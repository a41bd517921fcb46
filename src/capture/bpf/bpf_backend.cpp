#include "capture/bpf/bpf_backend.h"

#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "capture/bpf/bpf_account.h"
#include "capture/bpf/bpf_events.h"
#include "capture/bpf/bpf_records.h"
#include "capture/bpf/reading_pace.h"
#include "capture/perf/perf_events.h"
#include "capture/perf/perf_records.h"
#include "capture/perf/standing_tasks.h"
#include "kernel/bpf/bpf_error.h"
#include "kernel/bpf/bpf_features.h"
#include "kernel/bpf/bpf_ring.h"
#include "kernel/bpf/link_closer.h"
#include "kernel/bpf/program_loader.h"
#include "kernel/bpf/task_follower.h"
#include "kernel/bpf/uprobe_link.h"
#include "kernel/proc/pid_namespace.h"
#include "kernel/proc/process_maps.h"

namespace uproar {
namespace {

constexpr uint64_t kDefaultRingKb = 16 * 1024;  // of all CPUs
constexpr size_t kBatch = 4096;                 // records
constexpr size_t kSomeBytes = size_t{16} << 20;
// To close a link takes the kernel some tens of milliseconds. Longer: a program waits for a page.
constexpr std::chrono::milliseconds kLongestClosing{1000};

class BpfBackend : public CaptureBackend {
 public:
  BpfBackend(const RecordRequest& request, bool tells_tasks)
      : request_(request), tells_tasks_(tells_tasks), name_("uproar_" + std::to_string(::getpid())) {}
  ~BpfBackend() override { (void)remove(); }

  std::string via() const override { return "bpf"; }

  Result<void> define() override {
    TRY_ASSIGN(const BpfOptions options, options_for_request());
    TRY_ASSIGN(events_, bpf_events(request_, options));
    TRY(make_maps());
    return load_programs();
  }

  Result<std::vector<EventInfo>> schemas() override { return events_.events; }

  // Programs look for tasks themselves; CPUs are looked at when records are taken.
  Result<void> restrict(const TaskChoice& tasks) override {
    TRY(choose_tasks(tasks));
    return request_.call_chains ? watch_tasks(tasks) : Result<void>();
  }

  Result<void> choose_tasks(const TaskChoice& tasks) {
    if (tasks.everybody) return {};
    if (tasks.threads.empty() && tasks.processes.empty())
      return Error{"none of the chosen tasks runs any more", {}, "choose others with -p or -t", ESRCH};
    if (!proc_shows_kernel_numbers())
      return Error{"cannot choose tasks via bpf in a PID namespace: programs see the kernel's own numbers",
                   {},
                   "take --via tracefs, or record all tasks with -a",
                   ENOTSUP};
    const int map = tasks_.get();
    if (!tasks.follow_children) {
      for (const int32_t thread : tasks.threads) TRY(choose_thread(map, thread));
      return {};
    }
    TRY_ASSIGN(follower_, TaskFollower::start(map, name_));
    for (const int32_t process : tasks.processes) TRY(choose_process(map, process));
    return {};
  }

  Result<void> arm(RecordSink& sink) override {
    sink_ = &sink;
    if (watch_) {
      ordered_.emplace(*watch_, no_perf_events_, watch_wishes_, sink,
                       [this](uint32_t, std::span<const uint8_t> record) {
                         return records_->take({&record, 1});
                       });
    }
    BpfChains chains;
    if (ordered_) chains = {&ordered_->tasks(), machine_, request_.copied_stack_bytes};
    records_.emplace(events_, request_.cpus, sink, tells_tasks_, std::move(chains));
    timer_ = Fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!timer_.valid()) return bpf_error("cannot make a timer", errno);
    for (const BpfEvents::Link& link : events_.links) {
      TRY_ASSIGN(Fd linked, link_uprobes(programs_[link.program].get(), link.places));
      links_.push_back(std::move(linked));
    }
    set_timer();
    return {};
  }

  std::vector<int> poll_fds() const override { return {timer_.get()}; }

  Result<void> drain(Drain how_much) override {
    uint64_t expirations = 0;
    (void)!::read(timer_.get(), &expirations, sizeof expirations);
    if (ordered_) TRY(tell_standing_tasks(std::exchange(there_, {}), true, ordered_->tasks()));
    const size_t waiting = ring_->waiting();
    TRY(take_records(how_much == Drain::All ? SIZE_MAX : kSomeBytes));
    // Losses come to light when the ring was full.
    if (how_much == Drain::All || waiting > ring_->size() / 2) TRY(account_->tell_losses(*sink_));
    if (ordered_) {
      TRY(ordered_->drain(how_much));
      if (request_.names_at_once) TRY(ordered_->write_names(true));
    }
    pace_.looked(waiting, ring_->size());
    set_timer();
    return {};
  }

  // Closing a link waits for the CPUs, and for a program that sleeps until a page comes. Behind it no hit is
  // counted any more; if that takes too long, the recording does not wait for it.
  Result<void> disarm() override {
    closer_.close(std::exchange(links_, {}));
    (void)closer_.wait_for(kLongestClosing);
    return watch_ ? watch_->disable() : Result<void>();
  }

  Result<HitReport> settle(uint64_t now_ns) override {
    TRY(account_->tell_losses(*sink_));
    if (ordered_) TRY(ordered_->write_names(false));
    HitReport report;
    if (ordered_) report.cut_chains = ordered_->tasks().cut_chains();
    uint32_t number = 0;
    const auto totals = account_->totals(records_->arrived());
    std::vector<uint64_t> recorded(events_.events.size());
    for (size_t i = 0; i < events_.codes.size(); ++i)
      recorded[events_.codes[i].event] += records_->recorded()[i];
    for (const BpfAccount::Totals& event : totals) {
      const uint64_t broken_or_unwanted = event.recorded - recorded[number];
      // What a program had begun and nobody will ever get, or what came out of the ring and made no sense.
      uint64_t lost = event.missing();
      if (request_.cpus.empty()) lost += broken_or_unwanted;
      if (lost != 0) {
        LossInfo loss{LossInfo::Kind::NoCounter, kUnknownCpu, now_ns, lost};
        loss.event = number;
        TRY(sink_->add_loss(loss));
      }
      const uint64_t hits = recorded[number] + event.lost + lost;
      report.events.push_back({events_.events[number].schema.is_return, false, hits, hits, 0});
      // Of a return probe the programs count returns, and all of them are accounted for by now.
      if (report.events.back().is_return) report.events.back().before_stop = recorded[number];
      ++number;
    }
    return report;
  }

  Result<void> remove() override {
    closer_.close(std::exchange(links_, {}));
    follower_.reset();
    programs_.clear();
    records_.reset();
    ordered_.reset();
    watch_.reset();
    account_.reset();
    counters_ = {};
    ring_.reset();
    tasks_.reset();
    maps_.clear();
    closer_.wait();
    return {};
  }

 private:
  bool wants_everybody() const {
    return request_.processes.empty() && request_.threads.empty() &&
           (request_.command.empty() || request_.system_wide);
  }

  Result<BpfOptions> options_for_request() {
    const BpfFeatures features = probe_bpf_features();
    if (!features.maps) return bpf_error("cannot record via bpf", features.maps_errno);
    if (!features.programs) return bpf_error("cannot record via bpf", features.programs_errno);
    if (!features.uprobe_multi)
      return Error{"cannot record via bpf: this kernel has no uprobe_multi links (Linux 6.6)",
                   {},
                   "take --via tracefs",
                   ENOTSUP};
    BpfOptions options;
    utsname system{};
    if (::uname(&system) == 0) options.machine = system.machine;
    machine_ = options.machine;
    options.sleepable = features.sleepable;
    options.cpus = static_cast<uint32_t>(std::max(::sysconf(_SC_NPROCESSORS_CONF), 1L));
    options.stack = wanted_stack();
    options.stack_copy_bytes = request_.copied_stack_bytes;
    options.tasks.everybody = wants_everybody();
    options.tasks.by_map = !options.tasks.everybody;
    if (options.tasks.everybody) {
      // Probes in libraries that the recorder uses itself would record the recorder.
      TRY_ASSIGN(options.tasks.but_not, kernel_number_of_this_process());
    }
    return options;
  }

  // Whoever is not told what stands where in the memory of a process cannot name the addresses in its call chains.
  Result<void> watch_tasks(const TaskChoice& tasks) {
    watch_wishes_.call_chains = true;
    watch_wishes_.follow = tasks.follow_children && !tasks.everybody;
    PerfEventsRequest wanted;
    wanted.cpus = online_cpus();
    if (!tasks.everybody) wanted.threads = tasks.threads;
    wanted.wishes = watch_wishes_;
    TRY_ASSIGN(watch_, PerfEvents::open(wanted));
    TRY(watch_->watch_tasks());
    there_ = standing_tasks(tasks);
    return {};
  }

  BpfOptions::Stack wanted_stack() const {
    if (!request_.call_chains) return BpfOptions::Stack::None;
    if (request_.copied_stack_bytes != 0) return BpfOptions::Stack::Copy;
    const bool returns = std::any_of(request_.probes.begin(), request_.probes.end(),
                                     [](const RecordRequest::Probe& probe) { return probe.plan.is_return; });
    return returns ? BpfOptions::Stack::Kernel : BpfOptions::Stack::FramePointers;
  }

  Result<void> make_maps() {
    const BpfPrograms& made = events_.made;
    const uint64_t ring_kb =
        request_.buffer_kb_per_cpu ? request_.buffer_kb_per_cpu * made.cpus : kDefaultRingKb;
    TRY_ASSIGN(ring_, BpfRing::create(name_, ring_kb * 1024));
    const size_t count = std::max<size_t>(made.events.size(), 1) * made.cpus;
    TRY_ASSIGN(const int counters, make_array(count * sizeof(uproar_counters), 1, true));
    const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
    const size_t mapped = (count * sizeof(uproar_counters) + page - 1) / page * page;
    TRY_ASSIGN(counters_, BpfMapping::map(counters, 0, mapped, false));
    std::vector<uint32_t> event_of_code;
    for (const BpfEvents::Code& code : events_.codes) event_of_code.push_back(code.event);
    account_.emplace(reinterpret_cast<const uproar_counters*>(counters_.data()), std::move(event_of_code),
                     made.cpus);
    TRY_ASSIGN(tasks_, create_task_map(name_));
    descriptors_[BpfMap::Ring] = ring_->map();
    descriptors_[BpfMap::Counters] = counters;
    descriptors_[BpfMap::Tasks] = tasks_.get();
    if (made.slot_bytes == 0) return {};
    TRY_ASSIGN(descriptors_[BpfMap::Slots], make_array(made.slot_bytes, made.cpus * UPROAR_SLOTS, false));
    return {};
  }

  Result<int> make_array(size_t value_bytes, uint32_t entries, bool mapped) {
    BpfMapPlan plan;
    plan.name = name_;
    plan.value_bytes = static_cast<uint32_t>(value_bytes);
    plan.entries = entries;
    plan.mapped = mapped;
    TRY_ASSIGN(Fd map, create_map(plan));
    maps_.push_back(std::move(map));
    return maps_.back().get();
  }

  Result<void> load_programs() {
    for (BpfProgram& program : events_.made.programs) {
      program.name = name_ + (program.is_return ? "r" : "");
      TRY_ASSIGN(Fd loaded, load_program(program, BpfAttach::UprobeMulti, descriptors_));
      programs_.push_back(std::move(loaded));
    }
    return {};
  }

  // Batch by batch, so that their room is given back before the next.
  Result<void> take_records(size_t most_bytes) {
    std::span<const uint8_t> record;
    size_t bytes = 0;
    for (bool more = true; more && bytes < most_bytes;) {
      batch_.clear();
      while (batch_.size() < kBatch) {
        TRY_ASSIGN(more, ring_->next(record));
        if (!more) break;
        batch_.push_back(record);
        bytes += record.size();
      }
      TRY(ordered_ ? put_in_order() : records_->take(batch_));
      ring_->release();
    }
    return {};
  }

  // What stands at an address is known when all that was mapped before the hit is: both go through one queue.
  Result<void> put_in_order() {
    for (const auto& record : batch_) {
      uproar_record head;
      if (read_bpf_head(record, head) != BpfRecordStatus::Ok) {
        TRY(records_->take({&record, 1}));
      } else {
        TRY(ordered_->add_other(head.time, head.cpu, record));
      }
    }
    return {};
  }

  void set_timer() {
    itimerspec at{};
    at.it_value.tv_nsec = static_cast<long>(pace_.interval_ns());
    ::timerfd_settime(timer_.get(), 0, &at, nullptr);
  }

  const RecordRequest& request_;
  bool tells_tasks_;
  std::string name_;  // of everything that it makes in the kernel
  std::string machine_;
  BpfEvents events_;
  std::vector<Fd> maps_;
  Fd tasks_;
  std::optional<BpfRing> ring_;
  BpfMapping counters_;
  BpfMaps descriptors_;
  std::vector<Fd> programs_;
  std::optional<TaskFollower> follower_;
  std::vector<Fd> links_;
  LinkCloser closer_;
  std::optional<BpfAccount> account_;
  RecordSink* sink_ = nullptr;  // from arm() on
  // With call chains: what the kernel tells of tasks and maps, and its place between the records.
  PerfWishes watch_wishes_;
  std::unique_ptr<PerfEvents> watch_;
  const std::vector<ArmedEvent> no_perf_events_;
  std::vector<TaskName> there_;
  std::optional<PerfRecords> ordered_;
  std::optional<BpfRecords> records_;
  std::vector<std::span<const uint8_t>> batch_;
  ReadingPace pace_;
  Fd timer_;
};

}  // namespace

std::unique_ptr<CaptureBackend> make_bpf_backend(const RecordRequest& request, bool tells_tasks) {
  return std::make_unique<BpfBackend>(request, tells_tasks);
}

}  // namespace uproar
