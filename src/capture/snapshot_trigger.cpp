#include "capture/snapshot_trigger.h"

#include <algorithm>

namespace uproar {

namespace {
constexpr uint64_t kQuietNanoseconds = 10'000'000'000;
}

Result<void> SnapshotTrigger::choose(const std::vector<EventInfo>& events) {
  for (std::string wanted : plan_.at) {
    std::replace(wanted.begin(), wanted.end(), ':', '/');
    size_t before = chosen_.size();
    for (size_t i = 0; i < events.size(); ++i) {
      const EventSchema& schema = events[i].schema;
      if (wanted == schema.name || wanted == schema.group + "/" + schema.name) chosen_.push_back(i);
    }
    if (chosen_.size() > before) continue;
    std::string names;
    for (size_t i = 0; i < events.size() && i < 5; ++i)
      names += (i ? ", " : "") + events[i].schema.group + "/" + events[i].schema.name;
    return Error{
        "the recording has no event '" + wanted + "' for --snapshot-at", {}, "its events are " + names, 0};
  }
  return {};
}

bool SnapshotTrigger::due(bool asked, const std::vector<uint64_t>& counts, uint64_t now_ns) {
  uint64_t hits = 0;
  for (size_t event : chosen_) hits += event < counts.size() ? counts[event] : 0;
  bool hit = hits > seen_;
  seen_ = hits;
  bool quiet = written_ && now_ns - last_ns_ < kQuietNanoseconds;
  due_ = asked || due_ || (hit && !quiet);
  if (due_) last_ns_ = now_ns;
  return due_;
}

void SnapshotTrigger::write() {
  due_ = false;
  written_ = true;
  plan_.write();
}

void SnapshotTrigger::write_last() {
  if (due_ || !written_) write();
}

}  // namespace uproar
