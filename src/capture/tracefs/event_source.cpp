#include "capture/tracefs/event_source.h"

#include <string>
#include <utility>

#include "base/fd.h"
#include "base/number.h"
#include "capture/tracefs/record_finish.h"
#include "capture/tracefs/ring_pump.h"
#include "event/record_decoder.h"
#include "kernel/tracefs/raw_ring.h"
#include "recording/trace_text_writer.h"

namespace uproar {
namespace {

class RingSource : public EventSource, private RingSink {
 public:
  static Result<std::unique_ptr<EventSource>> open(const Instance& instance,
                                                   const std::vector<ArmedEvent>& events, RecordSink& sink) {
    auto source = std::unique_ptr<RingSource>(new RingSource(events, sink));
    TRY_ASSIGN(source->pump_, RingPump::open(instance, *source));
    return std::unique_ptr<EventSource>(std::move(source));
  }
  Result<void> drain(Drain how_much) override { return pump_->drain(how_much); }
  Result<void> finish(uint64_t now_ns) override { return pump_->settle_losses(now_ns); }
  const std::vector<int>& poll_fds() const override { return pump_->poll_fds(); }

 private:
  RingSource(const std::vector<ArmedEvent>& events, RecordSink& sink)
      : sink_(sink), finish_(events), event_of_type_(size_t{1} << 16, -1) {
    int32_t number = 0;
    for (const ArmedEvent& event : events) event_of_type_[event.info.schema.kernel_type] = number++;
  }
  Result<void> take(uint32_t cpu, uint64_t time_ns, std::span<const uint8_t> record) override {
    CommonHeader header;
    if (!read_common_header(record, header)) return {};
    const int32_t event = event_of_type_[header.type];
    if (event < 0) return {};
    const auto number = static_cast<uint32_t>(event);
    return sink_.add_record(cpu, time_ns, number, finish_.finish(number, record));
  }
  Result<void> lose(const LossInfo& loss) override { return sink_.add_loss(loss); }

  RecordSink& sink_;
  RecordFinish finish_;
  std::vector<int32_t> event_of_type_;  // common_type to event number, -1: not ours
  std::unique_ptr<RingPump> pump_;
};

// Tgid from /proc/TID/status, 0 when the task is gone.
int32_t thread_group_of(int32_t tid) {
  auto status = read_file("/proc/" + std::to_string(tid) + "/status", 64 * 1024);
  if (!status.ok()) return 0;
  constexpr std::string_view kKey = "\nTgid:\t";
  size_t at = status->find(kKey);
  if (at == std::string::npos) return 0;
  size_t begin = at + kKey.size();
  auto pid = parse_decimal(std::string_view(*status).substr(begin, status->find('\n', begin) - begin));
  return pid ? static_cast<int32_t>(*pid) : 0;
}

class PipeSource : public EventSource {
 public:
  PipeSource(TracePipe pipe, const std::vector<ArmedEvent>& events, RecordSink& sink)
      : pipe_(std::move(pipe)),
        poll_fds_{pipe_.poll_fd()},
        finish_(events),
        feeder_(sink, {.group = {},
                       .learn_events = false,
                       .thread_group = thread_group_of,
                       .finish = [this](uint32_t number, std::span<const uint8_t> record) {
                         return finish_.finish(number, record);
                       }}) {
    uint32_t number = 0;
    for (const ArmedEvent& event : events) {
      EventSchema schema = event.info.schema;
      schema.name = event.kernel_name;
      feeder_.know(schema, number++);
    }
  }
  Result<void> drain(Drain how_much) override {
    constexpr int kSomeReads = 256;  // of a page of text each, as the kernel gives it
    for (int reads = 0; how_much == Drain::All || reads < kSomeReads; ++reads) {
      std::string_view text;
      TRY_ASSIGN(bool more, pipe_.next(text));
      if (!more) return {};
      TRY(feeder_.feed(text));
    }
    return {};
  }
  Result<void> finish(uint64_t) override { return feeder_.finish(); }
  const std::vector<int>& poll_fds() const override { return poll_fds_; }

 private:
  TracePipe pipe_;
  std::vector<int> poll_fds_;
  RecordFinish finish_;
  TraceTextWriter feeder_;
};

}  // namespace

Result<std::unique_ptr<EventSource>> open_ring_source(const Instance& instance,
                                                      const std::vector<ArmedEvent>& events,
                                                      RecordSink& sink) {
  return RingSource::open(instance, events, sink);
}

Result<std::unique_ptr<EventSource>> open_pipe_source(const Instance& instance,
                                                      const std::vector<ArmedEvent>& events,
                                                      RecordSink& sink) {
  TRY_ASSIGN(TracePipe pipe, TracePipe::open(instance));
  return std::unique_ptr<EventSource>(std::make_unique<PipeSource>(std::move(pipe), events, sink));
}

}  // namespace uproar
