#include "capture/session.h"

#include <time.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "base/stop.h"
#include "capture/backends.h"
#include "capture/child_command.h"
#include "capture/record_counter.h"
#include "kernel/proc/clocks.h"
#include "kernel/proc/task_snapshot.h"

namespace uproar {
namespace {

constexpr int kPollMilliseconds = 100;

uint64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

class Session {
 public:
  Session(CaptureBackend& backend, TaskWatch* tasks, const RecordRequest& request, RecordingWriter& writer,
          const RecordProgress& progress, const SnapshotPlan* snapshots)
      : backend_(backend),
        tasks_(tasks),
        request_(request),
        writer_(writer),
        counter_(writer),
        progress_(progress),
        snapshots_(snapshots ? std::make_unique<SnapshotTrigger>(*snapshots) : nullptr) {}

  Result<RecordOutcome> run() {
    TRY_ASSIGN(StopWatch stop, StopWatch::create());
    if (Result<void> begun = begin(stop); !begun.ok()) {
      (void)remove();
      return std::move(begun.error());
    }
    tell_progress();
    Result<void> pumped = pump(stop);
    Result<void> ended = end();
    if (snapshots_ && pumped.ok() && ended.ok()) snapshots_->write_last();
    outcome_.bytes = writer_.bytes_written();
    end_command();
    TRY(std::move(pumped));
    TRY(std::move(ended));
    return outcome_;
  }

 private:
  Result<void> begin(StopWatch& stop) {
    if (snapshots_) stop.take_usr2_as_request();
    TRY(start_command(stop));
    for (int32_t pid : request_.processes) TRY(stop.watch_process(pid));
    for (int32_t tid : request_.threads) TRY(stop.watch_thread(tid));
    TRY(define());
    TRY_ASSIGN(const std::vector<EventInfo> events, backend_.schemas());
    TRY(restrict());
    if (snapshots_) TRY(snapshots_->choose(events));
    TRY(write_head(events));
    if (tasks_) TRY(tasks_->start(counter_));
    // What defines the recording is in the file before the first event can be.
    TRY(writer_.flush());
    TRY(backend_.arm(counter_));
    if (child_) TRY(child_->release());
    if (request_.duration_ns) stop.set_duration_ns(*request_.duration_ns);
    return {};
  }

  Result<void> start_command(StopWatch& stop) {
    if (request_.command.empty()) return {};
    const auto output =
        request_.command_to_stderr ? ChildCommand::Output::ToStandardError : ChildCommand::Output::Own;
    TRY_ASSIGN(ChildCommand child, ChildCommand::start(request_.command, output));
    child_ = std::make_unique<ChildCommand>(std::move(child));
    return stop.watch_process(child_->pid());
  }

  Result<void> define() {
    if (!tasks_) return backend_.define();
    Result<void> prepared;
    std::thread beside([&] { prepared = tasks_->prepare(); });
    Result<void> defined = backend_.define();
    beside.join();
    TRY(std::move(defined));
    return prepared;
  }

  Result<void> restrict() {
    TaskChoice choice;
    choice.everybody =
        request_.processes.empty() && request_.threads.empty() && (!child_ || request_.system_wide);
    if (choice.everybody) return backend_.restrict(choice);
    choice.threads = request_.threads;
    choice.processes = request_.processes;
    for (int32_t pid : request_.processes) {
      const std::vector<int32_t> threads = threads_of(pid);
      choice.threads.insert(choice.threads.end(), threads.begin(), threads.end());
    }
    if (child_) choice.threads.push_back(child_->pid());
    if (child_) choice.processes.push_back(child_->pid());
    choice.follow_children = request_.threads.empty();
    TRY(backend_.restrict(choice));
    return tasks_ ? tasks_->restrict(choice) : Result<void>();
  }

  Result<void> write_head(const std::vector<EventInfo>& events) {
    SessionInfo session = request_.session;
    session.clock = "mono";
    session.via = backend_.via();
    if (std::string reason = backend_.via_reason(); !reason.empty()) session.via_reason = std::move(reason);
    TRY(writer_.write_session(session));
    TRY(write_anchor());
    for (const EventInfo& event : events) TRY(writer_.add_event(event));
    return {};
  }

  Result<void> write_anchor() {
    const ClockReading now = read_clocks();
    return writer_.add_anchor({now.monotonic_ns, now.realtime_ns, now.perf_ns});
  }

  Result<void> pump(StopWatch& stop) {
    uint64_t flushed_ns = monotonic_ns();
    for (;;) {
      const StopReason reason = stop.wait(backend_.poll_fds(), kPollMilliseconds);
      TRY(drain(Drain::Some));
      const uint64_t now = monotonic_ns();
      if (snapshots_ && snapshots_->due(stop.take_request(), counter_.records_by_event(), now)) {
        TRY(writer_.flush());
        flushed_ns = now;
        snapshots_->write();
      }
      if (now - flushed_ns >= request_.flush_ns) {
        TRY(writer_.flush());
        flushed_ns = now;
      }
      tell_progress();
      if (reason != StopReason::None) return {};
      if (request_.enough && request_.enough(counter_.records())) return {};
    }
  }

  void tell_progress() const {
    if (progress_) progress_(counter_.records(), writer_.bytes_written(), counter_.lost());
  }

  Result<void> drain(Drain how_much) {
    const uint64_t began_ns = monotonic_ns();
    TRY(backend_.drain(how_much));
    if (tasks_) TRY(tasks_->drain(how_much));
    return writer_.looked(how_much == Drain::All ? UINT64_MAX : began_ns);
  }

  // Also after a failed pump: the probes go, what was recorded is closed as well as the output allows.
  Result<void> end() {
    Result<void> disarmed = backend_.disarm();
    Result<void> finished = finish_file();
    Result<void> removed = remove();
    for (auto* step : {&disarmed, &finished, &removed}) TRY(std::move(*step));
    return {};
  }

  Result<void> finish_file() {
    TRY(drain(Drain::All));
    TRY_ASSIGN(HitReport report, backend_.settle(monotonic_ns()));
    if (snapshots_) (void)snapshots_->due(false, counter_.records_by_event(), monotonic_ns());
    TRY(account_for_hits(std::move(report)));
    TRY(write_anchor());
    return writer_.finish(outcome_.summary);
  }

  Result<void> account_for_hits(HitReport report) {
    std::vector<uint64_t> recorded = counter_.records_by_event();
    recorded.resize(report.events.size());
    for (size_t i = 0; i < report.events.size(); ++i) report.events[i].recorded = recorded[i];
    outcome_.ring_lost = counter_.lost();
    outcome_.cut_chains = report.cut_chains;
    outcome_.hits = settle_hits(report.events, counter_.lost(), report.choice);
    outcome_.summary = {.events = counter_.records(),
                        .lost = counter_.lost(),
                        .hits = outcome_.hits.hits,
                        .hits_known = report.known,
                        .hits_filtered = report.choice != HitChoice::All};
    const uint64_t vanished = outcome_.hits.vanished;
    if (!report.known || vanished == 0) return {};
    outcome_.summary.lost += vanished;
    return writer_.add_loss({LossInfo::Kind::NoCounter, kUnknownCpu, monotonic_ns(), vanished});
  }

  // The first error does not keep the rest from going.
  Result<void> remove() {
    Result<void> tasks_removed = tasks_ ? tasks_->remove() : Result<void>();
    Result<void> removed = backend_.remove();
    TRY(std::move(tasks_removed));
    return removed;
  }

  void end_command() {
    if (!child_) return;
    const int status = child_->try_wait();
    if (status < 0) child_->terminate();
    outcome_.command_status = std::max(status, 0);
  }

  CaptureBackend& backend_;
  TaskWatch* tasks_;
  const RecordRequest& request_;
  RecordingWriter& writer_;
  RecordCounter counter_;
  const RecordProgress& progress_;
  std::unique_ptr<SnapshotTrigger> snapshots_;
  std::unique_ptr<ChildCommand> child_;
  RecordOutcome outcome_;
};

}  // namespace

Result<RecordOutcome> record_with(CaptureBackend& backend, TaskWatch* tasks, const RecordRequest& request,
                                  RecordingWriter& writer, const RecordProgress& progress,
                                  const SnapshotPlan* snapshots) {
  return Session(backend, tasks, request, writer, progress, snapshots).run();
}

Result<RecordOutcome> record(const Tracefs& tracefs, const RecordRequest& request, RecordingWriter& writer,
                             const RecordProgress& progress, const SnapshotPlan* snapshots) {
  const Backends backends = make_backends(tracefs, request);
  return record_with(*backends.events, backends.tasks.get(), request, writer, progress, snapshots);
}

}  // namespace uproar
