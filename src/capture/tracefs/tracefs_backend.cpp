#include "capture/tracefs/tracefs_backend.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <thread>
#include <utility>

#include "capture/own_code.h"
#include "capture/tracefs/event_source.h"
#include "capture/tracefs/probe_set.h"
#include "kernel/ownership.h"
#include "kernel/proc/pid_namespace.h"
#include "kernel/tracefs/instance.h"

namespace uproar {
namespace {

constexpr uint64_t kSmallestSubBufferKb = 4;
// The largest that the kernel's page allocator is meant to find at any time
// (kernel: include/linux/mmzone.h PAGE_ALLOC_COSTLY_ORDER).
constexpr uint64_t kLargestSubBufferKb = 32;
constexpr uint64_t kFewestSubBuffers = 16;

// Of a ring of so many: each is asked for with a system call, and overwritten as a whole.
uint64_t sub_buffer_kb(uint64_t ring_kb) {
  return std::clamp(std::bit_floor(ring_kb / kFewestSubBuffers), kSmallestSubBufferKb, kLargestSubBufferKb);
}

// Members are destroyed in the reverse order: first the readers, then the instance, then the definitions.
class TracefsBackend : public CaptureBackend {
 public:
  TracefsBackend(const Tracefs& tracefs, const RecordRequest& request)
      : tracefs_(tracefs), request_(request), probes_(tracefs, this_process()) {}

  std::string via() const override { return reads_text() ? "trace_pipe" : "tracefs"; }

  // While it sets up a buffer the kernel mostly waits for other CPUs, while it takes thousands of places it
  // computes: side by side both take no longer than the second.
  Result<void> define() override {
    Result<void> buffers;
    std::thread beside([&] { buffers = make_buffers(); });
    Result<void> defined = define_events();
    beside.join();
    TRY(std::move(defined));
    return buffers;
  }

  Result<std::vector<EventInfo>> schemas() override {
    TRY(probes_.load_formats());
    std::vector<EventInfo> events;
    for (const ArmedEvent& event : probes_.events()) events.push_back(event.info);
    return events;
  }

  Result<void> restrict(const TaskChoice& tasks) override {
    if (!request_.cpus.empty()) TRY(instance_->set_cpus(request_.cpus));
    for_everybody_ = tasks.everybody;
    if (tasks.everybody) {
      // Probes in libraries that the recorder uses itself would record the recorder.
      TRY(instance_->exclude_tasks(own_threads()));
    } else {
      TRY(instance_->set_tasks(tasks.threads, tasks.follow_children));
    }
    for (const ArmedEvent& event : probes_.events()) {
      if (event.filter.empty()) continue;
      if (auto set = instance_->set_filter(event.kernel_group, event.kernel_name, event.filter); !set.ok())
        return explain_vanished(event, std::move(set.error()));
    }
    return {};
  }

  Result<void> arm(RecordSink& sink) override {
    TRY_ASSIGN(source_, reads_text() ? open_pipe_source(*instance_, probes_.events(), sink)
                                     : open_ring_source(*instance_, probes_.events(), sink));
    TRY(instance_->set_tracing(true));
    TRY(probes_.note_hits_before());
    // Of several events at one place the kernel runs the last one enabled first (kernel:
    // kernel/events/uprobes.c consumer_add): backwards, they come in the order that the user gave.
    const auto& events = probes_.events();
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (auto on = instance_->enable(event->kernel_group, event->kernel_name); !on.ok())
        return explain_vanished(*event, std::move(on.error()));
    }
    return {};
  }

  std::vector<int> poll_fds() const override { return source_->poll_fds(); }
  Result<void> drain(Drain how_much) override { return source_->drain(how_much); }

  Result<void> disarm() override {
    hits_before_stop_ = probes_.hits_since();
    // Each disable waits for the CPUs, 30 ms and more: until the last of many events is off, those behind the
    // first would go on recording.
    (void)instance_->set_tracing(false);
    hits_after_stop_ = probes_.hits_since();
    for (const ArmedEvent& event : probes_.events())
      (void)instance_->disable(event.kernel_group, event.kernel_name);
    return {};
  }

  // Whoever was still writing a record when tracing went off has done so by the last drain.
  Result<HitReport> settle(uint64_t now_ns) override {
    TRY(source_->finish(now_ns));
    TRY_ASSIGN(const std::vector<uint64_t> before_stop, std::move(hits_before_stop_));
    TRY_ASSIGN(const std::vector<uint64_t> after_stop, std::move(hits_after_stop_));
    HitReport report;
    report.choice = hit_choice();
    const auto& events = probes_.events();
    for (size_t i = 0; i < events.size(); ++i) {
      const EventSchema& schema = events[i].info.schema;
      report.known = report.known && events[i].hits_exact;
      report.events.push_back({schema.is_return,
                               longest_record(schema, events[i].short_strings) > kLongestRingRecord,
                               before_stop[i], after_stop[i], 0});
    }
    return report;
  }

  Result<void> remove() override {
    // An instance with an open file cannot be removed.
    source_.reset();
    Result<void> gone = instance_ ? instance_->remove() : Result<void>();
    instance_.reset();
    Result<void> undefined = probes_.remove();
    TRY(std::move(gone));
    return undefined;
  }

 private:
  bool reads_text() const { return request_.via == RecordRequest::Via::TracePipe; }

  Result<void> define_events() {
    for (const auto& probe : request_.probes) TRY(probes_.define(probe.plan, probe.filter));
    for (const auto& existing : request_.existing) probes_.adopt(existing.event, existing.filter);
    return {};
  }

  Result<void> make_buffers() {
    TRY_ASSIGN(instance_, Instance::create(tracefs_, instance_name(this_process())));
    // Changing the clock empties the buffer.
    TRY(instance_->set_clock("mono"));
    const uint64_t size = request_.buffer_kb_per_cpu
                              ? request_.buffer_kb_per_cpu
                              : default_buffer_kb(static_cast<uint32_t>(instance_->cpus().size()));
    instance_->prefer_sub_buffer_kb(sub_buffer_kb(size));
    if (instance_->set_buffer_size_kb(size).ok()) return {};
    // Memory may be there, but in small pieces.
    instance_->prefer_sub_buffer_kb(kSmallestSubBufferKb);
    return instance_->set_buffer_size_kb(size);
  }

  HitChoice hit_choice() const {
    const auto& events = probes_.events();
    const bool filtered = std::any_of(events.begin(), events.end(),
                                      [](const ArmedEvent& event) { return !event.filter.empty(); });
    if (filtered || !request_.cpus.empty()) return HitChoice::Partial;
    return for_everybody_ && !probes_own_code() ? HitChoice::All : HitChoice::Tasks;
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

  const Tracefs& tracefs_;
  const RecordRequest& request_;
  ProbeSet probes_;
  std::optional<Instance> instance_;
  std::unique_ptr<EventSource> source_;
  bool for_everybody_ = true;
  // Told in settle(): a count that could not be read keeps nothing from being switched off.
  Result<std::vector<uint64_t>> hits_before_stop_ = std::vector<uint64_t>();
  Result<std::vector<uint64_t>> hits_after_stop_ = std::vector<uint64_t>();
};

}  // namespace

uint64_t default_buffer_kb(uint32_t cpus) {
  constexpr uint64_t kAllCpusKb = 64 * 1024;
  return std::clamp<uint64_t>(kAllCpusKb / std::max(cpus, 1u), 1024, 8 * 1024);
}

std::unique_ptr<CaptureBackend> make_tracefs_backend(const Tracefs& tracefs, const RecordRequest& request) {
  return std::make_unique<TracefsBackend>(tracefs, request);
}

}  // namespace uproar
