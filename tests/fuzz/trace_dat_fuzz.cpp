// Hostile trace.dat files through the import, into a writer that keeps nothing but checks what it is given.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "convert/trace_dat/trace_dat_import.h"
#include "event/record_decoder.h"

// libtraceevent leaks some of what it cannot parse.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libtraceevent";
}

namespace {

using namespace uproar;

class CheckingWriter : public RecordingWriter {
 public:
  Result<void> write_session(const SessionInfo&) override { return {}; }
  Result<uint32_t> add_event(const EventInfo& event) override {
    schemas_.push_back(event.schema);
    return static_cast<uint32_t>(schemas_.size() - 1);
  }
  Result<void> add_record(uint32_t, uint64_t, uint32_t event, std::span<const uint8_t> record,
                          std::span<const uint64_t>) override {
    if (event >= schemas_.size()) std::abort();
    decode_record(schemas_[event], record, event_);
    ++records_;
    return {};
  }
  Result<void> add_task(const TaskInfo&) override { return {}; }
  Result<void> add_map(const MapInfo&) override { return {}; }
  Result<void> add_names(const AddressNames&) override { return {}; }
  Result<void> add_loss(const LossInfo& loss) override {
    lost_ += loss.count;
    return {};
  }
  Result<void> add_anchor(const ClockAnchor&) override { return {}; }
  Result<void> flush() override { return {}; }
  Result<void> finish(const EndSummary& end) override {
    if (end.events != records_ || end.lost != lost_) std::abort();
    return {};
  }
  uint64_t bytes_written() const override { return 0; }
  uint64_t records_written() const override { return records_; }

 private:
  std::vector<EventSchema> schemas_;
  Event event_;
  uint64_t records_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto input = ByteInput::from_bytes(std::vector<uint8_t>(data, data + size), "x");
  CheckingWriter writer;
  const auto outcome = import_trace_dat(*input, {}, writer, {});
  if (!outcome.ok() && outcome.error().message.empty()) std::abort();
  return 0;
}
