#include "capture/session.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <thread>

#include "base/stop.h"
#include "capture/child_command.h"
#include "capture/hit_account.h"
#include "capture/own_code.h"
#include "capture/probe_set.h"
#include "capture/source.h"
#include "capture/task_watch.h"
#include "kernel/ownership.h"
#include "kernel/proc/clocks.h"
#include "kernel/proc/task_snapshot.h"
#include "kernel/tracefs/instance.h"

namespace uproar {
namespace {

constexpr int kPollMilliseconds = 100;
constexpr uint64_t kSmallestSubBufferKb = 4;
// The largest that the kernel's page allocator is meant to find at any time
// (kernel: include/linux/mmzone.h PAGE_ALLOC_COSTLY_ORDER).
constexpr uint64_t kLargestSubBufferKb = 32;
constexpr uint64_t kFewestSubBuffers = 16;

uint64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// Of a ring of so many: each is asked for with a system call, and overwritten as a whole.
uint64_t sub_buffer_kb(uint64_t ring_kb) {
  return std::clamp(std::bit_floor(ring_kb / kFewestSubBuffers), kSmallestSubBufferKb, kLargestSubBufferKb);
}

// One run. Members are destroyed in the reverse order: first the readers, then the instance, then the
// definitions.
class Session {
 public:
  Session(const Tracefs& tracefs, const RecordRequest& request, RecordingWriter& writer,
          const RecordProgress& progress, const SnapshotPlan* snapshots)
      : tracefs_(tracefs),
        request_(request),
        writer_(writer),
        progress_(progress),
        snapshots_(snapshots ? std::make_unique<SnapshotTrigger>(*snapshots) : nullptr),
        probes_(tracefs, this_process()) {}

  Result<RecordOutcome> run() {
    TRY_ASSIGN(StopWatch stop, StopWatch::create());
    if (snapshots_) stop.take_usr2_as_request();
    if (!request_.command.empty()) {
      TRY_ASSIGN(ChildCommand child,
                 ChildCommand::start(request_.command, request_.command_to_stderr
                                                           ? ChildCommand::Output::ToStandardError
                                                           : ChildCommand::Output::Own));
      child_ = std::make_unique<ChildCommand>(std::move(child));
      TRY(stop.watch_process(child_->pid()));
    }
    for (int32_t pid : request_.processes) TRY(stop.watch_process(pid));
    TRY(prepare());
    if (snapshots_) TRY(snapshots_->choose(probes_.events()));
    TRY(write_head());
    TRY(open_source());
    TRY(arm());
    if (child_) TRY(child_->release());
    if (request_.duration_ns) stop.set_duration_ns(*request_.duration_ns);

    Result<void> pumped = pump(stop);
    Result<void> ended = end();
    if (snapshots_ && pumped.ok() && ended.ok()) snapshots_->write_last();
    RecordOutcome outcome;
    outcome.summary = summary_;
    outcome.ring_lost = summary_.lost - account_.vanished;
    outcome.hits = account_;
    outcome.bytes = writer_.bytes_written();
    if (child_) {
      int status = child_->try_wait();
      if (status < 0) child_->terminate();
      outcome.command_status = std::max(status, 0);
    }
    TRY(pumped);
    TRY(ended);
    return outcome;
  }

 private:
  bool restricted() const {
    return !request_.processes.empty() || !request_.threads.empty() || (child_ && !request_.system_wide);
  }
  bool filtered() const {
    return std::any_of(probes_.events().begin(), probes_.events().end(),
                       [](const ArmedEvent& event) { return !event.filter.empty(); });
  }

  // While it sets up a buffer the kernel mostly waits for other CPUs, while it takes thousands of places it
  // computes: side by side both take no longer than the second.
  Result<void> prepare() {
    Result<void> buffers;
    std::thread buffer_thread([&] { buffers = prepare_buffers(); });
    Result<void> defined = define();
    buffer_thread.join();
    TRY(std::move(defined));
    TRY(std::move(buffers));
    return restrict_events();
  }

  Result<void> define() {
    for (const auto& probe : request_.probes) TRY(probes_.define(probe.plan, probe.filter));
    for (const auto& existing : request_.existing) TRY(probes_.adopt(existing.event, existing.filter));
    return probes_.load_formats();
  }

  Result<void> prepare_buffers() {
    TRY_ASSIGN(Instance instance, Instance::create(tracefs_, instance_name(this_process())));
    instance_ = std::make_unique<Instance>(std::move(instance));
    TRY(instance_->set_clock("mono"));
    auto cpus = instance_->cpus();
    uint64_t size = request_.buffer_kb_per_cpu ? request_.buffer_kb_per_cpu
                                               : default_buffer_kb(static_cast<uint32_t>(cpus.size()));
    instance_->prefer_sub_buffer_kb(sub_buffer_kb(size));
    if (auto sized = instance_->set_buffer_size_kb(size); !sized.ok()) {
      // Memory may be there, but in small pieces.
      instance_->prefer_sub_buffer_kb(kSmallestSubBufferKb);
      TRY(instance_->set_buffer_size_kb(size));
    }
    if (!request_.cpus.empty()) TRY(instance_->set_cpus(request_.cpus));
    if (request_.via == RecordRequest::Via::TracePipe) return {};
    TRY_ASSIGN(tasks_, TaskWatch::create(tracefs_, instance_->name(), writer_));
    return {};
  }

  Result<void> restrict_events() {
    if (restricted()) {
      TRY(instance_->set_tasks(watched_tasks(), request_.threads.empty()));
      if (tasks_) TRY(tasks_->set_tasks(watched_tasks(), request_.threads.empty()));
    } else {
      // Probes in libraries that the recorder uses itself would record the recorder.
      TRY(instance_->exclude_tasks(threads_of(::getpid())));
    }
    for (const ArmedEvent& event : probes_.events()) {
      if (!event.filter.empty())
        TRY(instance_->set_filter(event.kernel_group, event.kernel_name, event.filter));
    }
    return {};
  }

  Result<void> write_head() {
    SessionInfo session = request_.session;
    session.clock = "mono";
    session.via = request_.via == RecordRequest::Via::TracePipe ? "trace_pipe" : "tracefs";
    TRY(writer_.write_session(session));
    TRY(write_anchor());
    for (const ArmedEvent& event : probes_.events()) {
      auto number = writer_.add_event(event.info);
      if (!number.ok()) return number.error();
    }
    return {};
  }

  Result<void> write_anchor() {
    ClockReading now = read_clocks();
    return writer_.add_anchor({now.monotonic_ns, now.realtime_ns, now.perf_ns});
  }

  Result<void> open_source() {
    const bool as_text = request_.via == RecordRequest::Via::TracePipe;
    TRY_ASSIGN(source_, as_text ? open_pipe_source(*instance_, probes_, writer_)
                                : open_ring_source(*instance_, probes_, writer_));
    return {};
  }

  // The threads that the recording is restricted to.
  std::vector<int32_t> watched_tasks() const {
    std::vector<int32_t> tids = request_.threads;
    for (int32_t pid : request_.processes) {
      auto threads = threads_of(pid);
      tids.insert(tids.end(), threads.begin(), threads.end());
    }
    if (child_) tids.push_back(child_->pid());
    return tids;
  }

  Result<void> arm() {
    TRY(instance_->set_tracing(true));
    if (tasks_) TRY(tasks_->start());
    // What defines the recording is in the file before the first event can be.
    TRY(writer_.flush());
    TRY(probes_.note_hits_before());
    // Of several events at one place the kernel runs the last one enabled first (kernel:
    // kernel/events/uprobes.c consumer_add): backwards, they come in the order that the user gave.
    const auto& events = probes_.events();
    for (auto event = events.rbegin(); event != events.rend(); ++event)
      TRY(instance_->enable(event->kernel_group, event->kernel_name));
    return {};
  }

  Result<void> pump(StopWatch& stop) {
    uint64_t flushed_ns = monotonic_ns();
    for (;;) {
      StopReason reason = stop.wait(source_->poll_fds(), kPollMilliseconds);
      TRY(drain(Drain::Some));
      uint64_t now = monotonic_ns();
      if (snapshots_ && snapshots_->due(stop.take_request(), source_->records_by_event(), now)) {
        TRY(writer_.flush());
        flushed_ns = now;
        snapshots_->write();
      }
      if (now - flushed_ns >= request_.flush_ns) {
        TRY(writer_.flush());
        flushed_ns = now;
      }
      if (progress_) progress_(source_->records(), writer_.bytes_written(), source_->lost());
      if (reason != StopReason::None) return {};
    }
  }

  Result<void> drain(Drain how_much) {
    TRY(source_->drain(how_much));
    return tasks_ ? tasks_->drain(how_much) : Result<void>();
  }

  // Also after a failed pump: the probes go, what was recorded is closed as well as the output allows.
  Result<void> end() {
    auto hits_before_stop = probes_.hits_since();
    // Each disable waits for the CPUs, 30 ms and more: until the last of many events is off, those behind the
    // first would go on recording.
    (void)instance_->set_tracing(false);
    auto hits_after_stop = probes_.hits_since();
    for (const ArmedEvent& event : probes_.events())
      (void)instance_->disable(event.kernel_group, event.kernel_name);
    Result<void> outcome = write_rest(hits_before_stop, hits_after_stop);
    source_.reset();
    Result<void> tasks_removed = tasks_ ? tasks_->remove() : Result<void>();
    tasks_.reset();
    Result<void> removed = instance_->remove();
    instance_.reset();
    Result<void> undefined = probes_.remove();
    for (auto* step : {&outcome, &tasks_removed, &removed, &undefined}) TRY(std::move(*step));
    return {};
  }

  using Hits = Result<std::vector<uint64_t>>;
  Result<void> write_rest(const Hits& hits_before_stop, const Hits& hits_after_stop) {
    // Only now: whoever was still writing a record when tracing went off has done so.
    TRY(drain(Drain::All));
    TRY(source_->finish(monotonic_ns()));
    if (snapshots_) (void)snapshots_->due(false, source_->records_by_event(), monotonic_ns());
    summary_.events = source_->records();
    summary_.lost = source_->lost();
    if (!hits_before_stop.ok()) return hits_before_stop.error();
    if (!hits_after_stop.ok()) return hits_after_stop.error();
    TRY(account_for_hits(*hits_before_stop, *hits_after_stop));
    TRY(write_anchor());
    return writer_.finish(summary_);
  }

  HitChoice hit_choice() const {
    if (filtered() || !request_.cpus.empty()) return HitChoice::Partial;
    return restricted() || probes_own_code() ? HitChoice::Tasks : HitChoice::All;
  }

  // Whether a probe lies in a file that the recorder runs too: its own hits are counted and not recorded.
  bool probes_own_code() const {
    for (const ArmedEvent& event : probes_.events()) {
      for (const SiteInfo& site : event.info.sites) {
        if (is_own_code(site.path)) return true;
      }
    }
    return false;
  }

  Result<void> account_for_hits(const std::vector<uint64_t>& before_stop,
                                const std::vector<uint64_t>& after_stop) {
    const auto& events = probes_.events();
    std::vector<uint64_t> recorded = source_->records_by_event();
    recorded.resize(events.size());
    std::vector<EventHits> hits;
    for (size_t i = 0; i < events.size(); ++i) {
      const EventSchema& schema = events[i].info.schema;
      hits.push_back({schema.is_return, longest_record(schema) > kLongestRingRecord, before_stop[i],
                      after_stop[i], recorded[i]});
    }
    summary_.hits_known =
        std::all_of(events.begin(), events.end(), [](const ArmedEvent& event) { return event.hits_exact; });
    summary_.hits_filtered = hit_choice() != HitChoice::All;
    account_ = settle_hits(hits, source_->lost(), hit_choice());
    summary_.hits = account_.hits;
    if (!summary_.hits_known || account_.vanished == 0) return {};
    summary_.lost += account_.vanished;
    return writer_.add_loss({LossInfo::Kind::NoCounter, kUnknownCpu, monotonic_ns(), account_.vanished});
  }

  const Tracefs& tracefs_;
  const RecordRequest& request_;
  RecordingWriter& writer_;
  const RecordProgress& progress_;
  std::unique_ptr<SnapshotTrigger> snapshots_;
  std::unique_ptr<ChildCommand> child_;
  ProbeSet probes_;
  std::unique_ptr<Instance> instance_;
  std::unique_ptr<TaskWatch> tasks_;
  std::unique_ptr<Source> source_;
  EndSummary summary_;
  HitAccount account_;
};

}  // namespace

uint64_t default_buffer_kb(uint32_t cpus) {
  constexpr uint64_t kAllCpusKb = 64 * 1024;
  return std::clamp<uint64_t>(kAllCpusKb / std::max(cpus, 1u), 1024, 8 * 1024);
}

Result<RecordOutcome> record(const Tracefs& tracefs, const RecordRequest& request, RecordingWriter& writer,
                             const RecordProgress& progress, const SnapshotPlan* snapshots) {
  return Session(tracefs, request, writer, progress, snapshots).run();
}

}  // namespace uproar
