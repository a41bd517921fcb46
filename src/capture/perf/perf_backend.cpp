#include "capture/perf/perf_backend.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "capture/own_code.h"
#include "capture/perf/perf_events.h"
#include "capture/perf/perf_records.h"
#include "capture/perf/standing_tasks.h"
#include "capture/tracefs/probe_set.h"
#include "capture/tracefs/tracefs_backend.h"
#include "kernel/ownership.h"
#include "kernel/proc/pid_namespace.h"
#include "kernel/proc/process_maps.h"
#include "kernel/proc/task_snapshot.h"
#include "kernel/tracefs/instance.h"

namespace uproar {
namespace {

// What cannot be told from a program's own hits would record the recorder: its threads are left out.
std::string without_own_threads(const std::string& filter) {
  std::string others;
  for (const int32_t thread : own_threads())
    others += (others.empty() ? "" : " && ") + std::string("common_pid != ") + std::to_string(thread);
  return filter.empty() ? others : "(" + filter + ") && " + others;
}

// Members are destroyed in the reverse order: first the perf events, then the definitions.
class PerfBackend : public CaptureBackend {
 public:
  PerfBackend(const Tracefs& tracefs, const RecordRequest& request)
      : tracefs_(tracefs), request_(request), probes_(tracefs, this_process()) {
    wishes_.call_chains = request.call_chains;
    wishes_.copied_stack_bytes = request.copied_stack_bytes;
  }

  std::string via() const override { return "perf"; }

  Result<void> define() override {
    if (!is_initial_pid_namespace(own_pid_namespace()))
      return Error{"perf events give tasks the numbers of this PID namespace, the records those of the first",
                   {},
                   "record with --via tracefs, or outside of the container",
                   0};
    for (const auto& probe : request_.probes) TRY(probes_.define(probe.plan, probe.filter));
    for (const auto& existing : request_.existing) probes_.adopt(existing.event, existing.filter);
    return {};
  }

  Result<std::vector<EventInfo>> schemas() override {
    TRY(probes_.load_formats());
    std::vector<EventInfo> events;
    for (ArmedEvent& event : probes_.events()) {
      event.info.has_stacks = wishes_.call_chains;
      events.push_back(event.info);
    }
    return events;
  }

  Result<void> restrict(const TaskChoice& tasks) override {
    TRY(check_filters());
    PerfEventsRequest wanted;
    wanted.cpus = online_cpus();
    if (!request_.cpus.empty()) {
      std::erase_if(wanted.cpus, [&](uint32_t cpu) {
        return std::find(request_.cpus.begin(), request_.cpus.end(), cpu) == request_.cpus.end();
      });
    }
    if (wanted.cpus.empty())
      return Error{"none of the chosen CPUs runs", {}, "choose others with -C, or all", ENODEV};
    if (!tasks.everybody) wanted.threads = tasks.threads;
    wishes_.follow = tasks.follow_children && !tasks.everybody;
    wishes_.ring_bytes =
        perf_ring_bytes(1024 * (request_.buffer_kb_per_cpu != 0
                                    ? request_.buffer_kb_per_cpu
                                    : default_buffer_kb(static_cast<uint32_t>(wanted.cpus.size()))));
    wanted.wishes = wishes_;
    for (const ArmedEvent& event : probes_.events()) {
      const auto& sites = event.info.sites;
      const bool own = tasks.everybody && std::any_of(sites.begin(), sites.end(), [](const SiteInfo& site) {
                         return is_own_code(site.path);
                       });
      wanted.events.push_back({event.info.schema.group + "/" + event.info.schema.name,
                               event.info.schema.kernel_type,
                               own ? without_own_threads(event.filter) : event.filter});
    }
    TRY_ASSIGN(perf_, PerfEvents::open(wanted));
    // Who is there is asked while the kernel tells who comes: a task may be seen twice rather than never.
    TRY(perf_->watch_tasks());
    there_ = standing_tasks(tasks);
    return {};
  }

  Result<void> arm(RecordSink& sink) override {
    records_ = std::make_unique<PerfRecords>(*perf_, probes_.events(), wishes_, sink);
    return perf_->enable();
  }

  std::vector<int> poll_fds() const override { return perf_->poll_fds(); }

  Result<void> drain(Drain how_much) override {
    TRY(tell_who_was_there());
    TRY(records_->drain(how_much));
    return request_.names_at_once ? records_->write_names(true) : Result<void>();
  }

  Result<void> disarm() override { return perf_->disable(); }

  // The counters stand still, and count what was chosen alone.
  Result<HitReport> settle(uint64_t now_ns) override {
    TRY(records_->settle(now_ns));
    TRY(records_->write_names(false));
    TRY_ASSIGN(const std::vector<PerfCount> counts, perf_->counts());
    HitReport report;
    report.cut_chains = records_->tasks().cut_chains();
    // Hits of returns are returns here, unlike in uprobe_profile: they are accounted for as those of entries.
    for (const PerfCount& count : counts)
      report.events.push_back({.is_return = false, .before_stop = count.hits, .after_stop = count.hits});
    return report;
  }

  Result<void> remove() override {
    records_.reset();
    // While a perf event is open its definition cannot be removed.
    perf_.reset();
    return probes_.remove();
  }

 private:
  // perf's own refusal tells no place in the text: an instance of ours, which is gone at once, tells it.
  Result<void> check_filters() {
    std::optional<Instance> trial;
    for (const ArmedEvent& event : probes_.events()) {
      if (event.filter.empty()) continue;
      if (!trial) {
        Result<Instance> made = Instance::create(tracefs_, instance_name(this_process()));
        if (!made.ok()) return {};  // perf_event_open tells, with less words
        trial.emplace(std::move(*made));
      }
      if (auto set = trial->set_filter(event.kernel_group, event.kernel_name, event.filter); !set.ok())
        return explain_vanished(event, std::move(set.error()));
    }
    return trial ? trial->remove() : Result<void>();
  }

  Result<void> tell_who_was_there() {
    return tell_standing_tasks(std::exchange(there_, {}), wishes_.call_chains, records_->tasks());
  }

  const Tracefs& tracefs_;
  const RecordRequest& request_;
  ProbeSet probes_;
  PerfWishes wishes_;
  std::vector<TaskName> there_;  // when the recording began; told with the first records
  std::unique_ptr<PerfEvents> perf_;
  std::unique_ptr<PerfRecords> records_;
};

}  // namespace

std::unique_ptr<CaptureBackend> make_perf_backend(const Tracefs& tracefs, const RecordRequest& request) {
  return std::make_unique<PerfBackend>(tracefs, request);
}

}  // namespace uproar
