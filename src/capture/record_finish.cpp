#include "capture/record_finish.h"

#include <algorithm>

#include "event/little_endian.h"

namespace uproar {
namespace {

// __probe_ip, or __probe_func of a return probe: the first field behind the common ones
// (kernel: kernel/trace/trace_uprobe.c struct uprobe_trace_entry_head).
constexpr size_t kAddressOffset = 8;

}  // namespace

RecordFinish::RecordFinish(const std::vector<ArmedEvent>& events) {
  work_.reserve(events.size());
  for (const ArmedEvent& event : events) {
    Work work{Presentation(event.info.schema), {}, false};
    if (event.info.schema.has_ip &&
        std::any_of(event.slid_by.begin(), event.slid_by.end(), [](uint64_t bytes) { return bytes != 0; })) {
      work.slid_by = event.slid_by;
    }
    work.needed = work.presentation.needs_tidying() || !work.slid_by.empty();
    work_.push_back(std::move(work));
  }
}

std::span<const uint8_t> RecordFinish::finish(uint32_t event, std::span<const uint8_t> record) {
  if (event >= work_.size() || !work_[event].needed) return record;
  Work& work = work_[event];
  copy_.assign(record.begin(), record.end());
  if (!work.slid_by.empty()) {
    work.presentation.decode(copy_, event_);
    move_address(work, event_, copy_);
  }
  work.presentation.tidy(copy_);
  return copy_;
}

void RecordFinish::move_address(const Work& work, const Event& event, std::span<uint8_t> record) {
  const size_t place = work.slid_by.size() == 1 ? 0 : event.place;
  if (place >= work.slid_by.size() || record.size() < kAddressOffset + 8) return;
  store_little_endian(record.data() + kAddressOffset, event.ip - work.slid_by[place]);
}

}  // namespace uproar
