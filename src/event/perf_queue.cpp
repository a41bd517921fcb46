#include "event/perf_queue.h"

#include <algorithm>

namespace uproar {

Result<void> PerfQueue::add(uint64_t time_ns, uint64_t origin, std::span<const uint8_t> record) {
  if (arena_.size() + record.size() > kMostBytes || entries_.size() >= kMostRecords) {
    overflowed_ = true;
    sort();
    TRY(deliver(entries_.size() / 2 + 1));
  }
  sorted_ = sorted_ && (entries_.empty() || entries_.back().time_ns <= time_ns);
  newest_ns_ = std::max(newest_ns_, time_ns);
  entries_.push_back({time_ns, origin, arena_.size(), static_cast<uint32_t>(record.size())});
  arena_.insert(arena_.end(), record.begin(), record.end());
  return {};
}

void PerfQueue::sort() {
  if (!sorted_)
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.time_ns < b.time_ns; });
  sorted_ = true;
}

Result<void> PerfQueue::finish_round() {
  sort();
  const auto due =
      std::upper_bound(entries_.begin(), entries_.end(), round_end_ns_,
                       [](uint64_t time_ns, const Entry& entry) { return time_ns < entry.time_ns; });
  round_end_ns_ = newest_ns_;
  return deliver(static_cast<size_t>(due - entries_.begin()));
}

Result<void> PerfQueue::finish_all() {
  sort();
  return deliver(entries_.size());
}

Result<void> PerfQueue::deliver(size_t count) {
  count = std::min(count, entries_.size());
  for (size_t i = 0; i < count; ++i)
    TRY(sink_(entries_[i].origin,
              std::span<const uint8_t>(arena_).subspan(entries_[i].at, entries_[i].size)));
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(count));
  spare_.clear();
  for (Entry& entry : entries_) {
    const auto from = arena_.begin() + static_cast<std::ptrdiff_t>(entry.at);
    entry.at = spare_.size();
    spare_.insert(spare_.end(), from, from + entry.size);
  }
  std::swap(arena_, spare_);
  return {};
}

}  // namespace uproar
