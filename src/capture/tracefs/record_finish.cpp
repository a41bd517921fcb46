#include "capture/tracefs/record_finish.h"

#include <algorithm>
#include <optional>

#include "event/little_endian.h"

namespace uproar {
namespace {

// __probe_ip, or __probe_func of a return probe: the first field behind the common ones
// (kernel: kernel/trace/trace_uprobe.c struct uprobe_trace_entry_head).
constexpr size_t kAddressOffset = 8;
constexpr uint64_t kPageBytes = 4096;

}  // namespace

RecordFinish::RecordFinish(const std::vector<ArmedEvent>& events) {
  work_.reserve(events.size());
  for (const ArmedEvent& event : events) {
    Work work{Presentation(event.info.schema), {}, {}, false};
    if (event.info.schema.has_ip &&
        std::any_of(event.slid_by.begin(), event.slid_by.end(), [](uint64_t bytes) { return bytes != 0; })) {
      work.slid_by = event.slid_by;
      for (const SiteInfo& site : event.info.sites) work.offsets.push_back(site.file_offset);
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

// How far behind the place that was asked for the hit was. An event of several definitions does not say which
// of them was hit: the address in the process has the last 12 bits of the offset in the file, which is mapped
// by whole pages. Where places at several distances have these, the address stays as it is.
uint64_t RecordFinish::distance(const Work& work, const Event& event) {
  if (work.slid_by.size() == 1) return work.slid_by[0];
  if (event.place < work.slid_by.size()) return work.slid_by[event.place];
  std::optional<uint64_t> found;
  for (size_t i = 0; i < work.offsets.size() && i < work.slid_by.size(); ++i) {
    if (((work.offsets[i] + work.slid_by[i]) ^ event.ip) % kPageBytes != 0) continue;
    if (found && *found != work.slid_by[i]) return 0;
    found = work.slid_by[i];
  }
  return found.value_or(0);
}

void RecordFinish::move_address(const Work& work, const Event& event, std::span<uint8_t> record) {
  if (record.size() < kAddressOffset + 8) return;
  store_little_endian(record.data() + kAddressOffset, event.ip - distance(work, event));
}

}  // namespace uproar
