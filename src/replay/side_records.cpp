#include "replay/side_records.h"

#include <algorithm>

namespace uproar {
namespace {

template <typename Info>
uint32_t cpu_of(const Info& info) {
  return info.time_ns == 0 && info.cpu == kUnknownCpu ? 0 : info.cpu;
}
uint32_t cpu_of(const LossInfo& loss) {
  return loss.cpu;
}

}  // namespace

SideRecords::SideRecords(const RecordingReader& reader, const SideChoice& choice,
                         const Selection* selection) {
  const auto add = [&](const auto& list, size_t before, auto SideRecord::*kind) {
    for (size_t i = 0; i < list.size(); ++i) {
      const uint64_t time_ns = list[i].time_ns;
      if (time_ns > choice.until_ns || (i < before && time_ns <= choice.after_ns)) continue;
      if (selection != nullptr && !selection->wants_cpu(cpu_of(list[i]))) continue;
      SideRecord& side = all_.emplace_back();
      side.time_ns = time_ns;
      side.*kind = &list[i];
    }
  };
  if (choice.tasks) add(reader.task_events(), choice.tasks_before, &SideRecord::task);
  if (choice.maps) add(reader.maps(), choice.maps_before, &SideRecord::map);
  if (choice.losses) add(reader.losses(), choice.losses_before, &SideRecord::loss);
  std::stable_sort(all_.begin(), all_.end(),
                   [](const SideRecord& a, const SideRecord& b) { return a.time_ns < b.time_ns; });
}

}  // namespace uproar
