#include "capture/source.h"

#include <string>

#include "base/fd.h"
#include "base/number.h"
#include "capture/record_finish.h"
#include "capture/ring_pump.h"
#include "event/record_decoder.h"
#include "kernel/tracefs/raw_ring.h"
#include "recording/text_feeder.h"

namespace uproar {
namespace {

class RingSource : public Source, private RecordSink {
 public:
  static Result<std::unique_ptr<Source>> open(const Instance& instance, const ProbeSet& probes,
                                              RecordingWriter& writer) {
    auto source = std::unique_ptr<RingSource>(new RingSource(probes, writer));
    int32_t number = 0;
    for (const ArmedEvent& event : probes.events())
      source->event_of_type_[event.info.schema.kernel_type] = number++;
    source->by_event_.resize(probes.events().size());
    TRY_ASSIGN(source->pump_, RingPump::open(instance, *source));
    return std::unique_ptr<Source>(std::move(source));
  }
  Result<void> drain(Drain how_much) override { return pump_->drain(how_much); }
  Result<void> finish(uint64_t now_ns) override { return pump_->settle_losses(now_ns); }
  const std::vector<int>& poll_fds() const override { return pump_->poll_fds(); }
  uint64_t records() const override { return records_; }
  uint64_t lost() const override { return pump_->lost(); }
  const std::vector<uint64_t>& records_by_event() const override { return by_event_; }

 private:
  RingSource(const ProbeSet& probes, RecordingWriter& writer)
      : writer_(writer), finish_(probes.events()), event_of_type_(size_t{1} << 16, -1) {}
  Result<void> take(uint32_t cpu, uint64_t time_ns, std::span<const uint8_t> record) override {
    CommonHeader header;
    if (!read_common_header(record, header)) return {};
    int32_t event = event_of_type_[header.type];
    if (event < 0) return {};
    ++records_;
    ++by_event_[static_cast<size_t>(event)];
    const auto number = static_cast<uint32_t>(event);
    return writer_.add_record(cpu, time_ns, number, finish_.finish(number, record));
  }
  Result<void> lose(const LossInfo& loss) override { return writer_.add_loss(loss); }

  RecordingWriter& writer_;
  RecordFinish finish_;
  std::vector<int32_t> event_of_type_;  // common_type to event number, -1: not ours
  std::unique_ptr<RingPump> pump_;
  std::vector<uint64_t> by_event_;
  uint64_t records_ = 0;
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

class PipeSource : public Source {
 public:
  static Result<std::unique_ptr<Source>> open(const Instance& instance, const ProbeSet& probes,
                                              RecordingWriter& writer) {
    TRY_ASSIGN(TracePipe pipe, TracePipe::open(instance));
    auto source = std::unique_ptr<PipeSource>(new PipeSource(std::move(pipe), probes, writer));
    uint32_t number = 0;
    for (const ArmedEvent& event : probes.events()) {
      EventSchema schema = event.info.schema;
      schema.name = event.kernel_name;
      source->feeder_.know(schema, number++);
    }
    return std::unique_ptr<Source>(std::move(source));
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
  uint64_t records() const override { return feeder_.records(); }
  uint64_t lost() const override { return feeder_.lost(); }
  const std::vector<uint64_t>& records_by_event() const override { return feeder_.records_by_event(); }

 private:
  PipeSource(TracePipe pipe, const ProbeSet& probes, RecordingWriter& writer)
      : pipe_(std::move(pipe)),
        finish_(probes.events()),
        feeder_(writer, {.group = {},
                         .learn_events = false,
                         .thread_group = thread_group_of,
                         .finish = [this](uint32_t number, std::span<const uint8_t> record) {
                           return finish_.finish(number, record);
                         }}) {
    poll_fds_.push_back(pipe_.poll_fd());
  }
  TracePipe pipe_;
  RecordFinish finish_;
  TextFeeder feeder_;
  std::vector<int> poll_fds_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_ring_source(const Instance& instance, const ProbeSet& probes,
                                                 RecordingWriter& writer) {
  return RingSource::open(instance, probes, writer);
}

Result<std::unique_ptr<Source>> open_pipe_source(const Instance& instance, const ProbeSet& probes,
                                                 RecordingWriter& writer) {
  return PipeSource::open(instance, probes, writer);
}

}  // namespace uproar
