#include "convert/side_records.h"

#include <algorithm>

namespace uproar {

SideRecords::SideRecords(const RecordingReader& reader) {
  all_.reserve(reader.task_events().size() + reader.maps().size() + reader.losses().size());
  for (const TaskInfo& task : reader.task_events())
    all_.push_back({task.time_ns, Kind::Task, static_cast<uint32_t>(all_.size())});
  for (size_t i = 0; i < reader.maps().size(); ++i)
    all_.push_back({reader.maps()[i].time_ns, Kind::Map, static_cast<uint32_t>(i)});
  for (size_t i = 0; i < reader.losses().size(); ++i)
    all_.push_back({reader.losses()[i].time_ns, Kind::Loss, static_cast<uint32_t>(i)});
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Entry& a, const Entry& b) { return a.time_ns < b.time_ns; });
}

}  // namespace uproar
