#include "recording/sinks/kept_head.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "recording/metadata/metadata.h"
#include "recording/metadata/task_table.h"
#include "recording/sinks/metadata_list.h"

namespace uproar {

namespace {

template <typename T, typename Parse>
bool parse(Parse parse_list, const BlockHeader& header, std::span<const uint8_t> raw, std::vector<T>& out) {
  std::vector<T> entries;
  if (parse_list(raw, header.count, entries) != MetadataStatus::Ok) return false;
  std::move(entries.begin(), entries.end(), std::back_inserter(out));
  return true;
}

uint64_t saturated(uint64_t a, uint64_t b) {
  return a > ~uint64_t{0} - b ? ~uint64_t{0} : a + b;
}

// The entries as blocks of one type, `time_of` each for the block's header.
template <typename T, typename Put, typename TimeOf>
Result<void> write_list(BlockSink& out, BlockType type, const std::vector<T>& entries, Put put,
                        TimeOf time_of) {
  MetadataList list(type);
  for (const T& entry : entries) {
    put(entry, list.previous_ns(), list.bytes());
    TRY(list.added(time_of(entry), out));
  }
  return list.write(out);
}

}  // namespace

void KeptHead::add(const BlockHeader& header, std::span<const uint8_t> raw) {
  switch (static_cast<BlockType>(header.type)) {
    case BlockType::Tasks:
      parse(parse_tasks, header, raw, tasks_);
      break;
    case BlockType::TaskEvents:
      parse(parse_task_events, header, raw, tasks_);
      break;
    case BlockType::Maps:
      parse(parse_maps, header, raw, maps_);
      break;
    case BlockType::Losses:
    case BlockType::LossEvents: {
      std::vector<LossInfo> losses;
      bool old = header.is(BlockType::Losses);
      if (!(old ? parse(parse_losses, header, raw, losses) : parse(parse_loss_events, header, raw, losses)))
        break;
      for (const LossInfo& loss : losses) add_loss(loss);
      break;
    }
    case BlockType::Anchors:
      parse(parse_anchors, header, raw, anchors_);
      break;
    case BlockType::Index:
    case BlockType::End:
    case BlockType::Records:
    case BlockType::Columns:
      break;
    default:
      blocks_.push_back({header, {raw.begin(), raw.end()}});
  }
  // Unpacked entries take more than their bytes.
  memory_bytes_ += 4 * raw.size();
}

void KeptHead::add_loss(const LossInfo& loss) {
  if (loss.kind == LossInfo::Kind::Rotated) {
    remove_records(loss.cpu, loss.count, loss.time_ns);
  } else {
    losses_.push_back(loss);
  }
}

void KeptHead::remove_records(uint32_t cpu, uint64_t count, uint64_t last_ns) {
  Removed& removed = removed_[cpu];
  removed.count = saturated(removed.count, count);
  removed.last_ns = std::max(removed.last_ns, last_ns);
}

void KeptHead::shorten(uint64_t oldest_ns) {
  shorten_maps(oldest_ns);  // needs to know which tasks ended
  shorten_tasks(oldest_ns);
  shorten_losses(oldest_ns);
  // The last anchor before, and all from then on.
  auto first = std::find_if(anchors_.begin(), anchors_.end(),
                            [&](const ClockAnchor& anchor) { return anchor.recording_ns >= oldest_ns; });
  if (first - anchors_.begin() > 1) anchors_.erase(anchors_.begin(), first - 1);
  count_memory();
}

// Maps of processes that ended or became another program, and those that a later map took the place of.
void KeptHead::shorten_maps(uint64_t oldest_ns) {
  if (maps_.empty()) return;
  std::unordered_map<int32_t, uint64_t> gone_ns;  // by process
  for (const TaskInfo& task : tasks_) {
    bool ends = task.kind == TaskInfo::Kind::Exit || task.kind == TaskInfo::Kind::Exec;
    if (!ends || task.time_ns >= oldest_ns || task.tid != task.pid) continue;
    uint64_t& gone = gone_ns[task.pid];
    gone = std::max(gone, task.time_ns);
  }
  std::map<std::pair<int32_t, uint64_t>, size_t> last;  // of those before oldest_ns
  for (size_t i = 0; i < maps_.size(); ++i) {
    if (maps_[i].time_ns < oldest_ns) last[{maps_[i].pid, maps_[i].start}] = i;
  }
  std::vector<MapInfo> kept;
  for (size_t i = 0; i < maps_.size(); ++i) {
    MapInfo& map = maps_[i];
    if (map.time_ns < oldest_ns) {
      auto gone = gone_ns.find(map.pid);
      if (gone != gone_ns.end() && map.time_ns < gone->second) continue;
      if (last[{map.pid, map.start}] != i) continue;
    }
    kept.push_back(std::move(map));
  }
  maps_ = std::move(kept);
}

// Of what happened before, each task that lives at oldest_ns keeps the name and the group it had then.
void KeptHead::shorten_tasks(uint64_t oldest_ns) {
  TaskTable table;
  std::map<int32_t, const TaskInfo*> last;
  for (const TaskInfo& task : tasks_) {
    if (task.time_ns >= oldest_ns) continue;
    table.add(task);
    const TaskInfo*& latest = last[task.tid];
    if (!latest || task.time_ns >= latest->time_ns) latest = &task;
  }
  table.seal();
  std::vector<TaskInfo> kept;
  for (const auto& [tid, task] : last) {
    if (task->kind == TaskInfo::Kind::Exit) continue;
    TaskInfo snapshot;
    snapshot.tid = tid;
    snapshot.pid = table.pid(tid, oldest_ns);
    snapshot.comm = table.comm(tid, oldest_ns);
    kept.push_back(std::move(snapshot));
  }
  for (TaskInfo& task : tasks_) {
    if (task.time_ns >= oldest_ns) kept.push_back(std::move(task));
  }
  tasks_ = std::move(kept);
}

void KeptHead::shorten_losses(uint64_t oldest_ns) {
  std::map<std::tuple<LossInfo::Kind, uint32_t, uint32_t>, LossInfo> sums;
  std::vector<LossInfo> kept;
  for (const LossInfo& loss : losses_) {
    if (loss.time_ns >= oldest_ns) {
      kept.push_back(loss);
      continue;
    }
    auto [sum, is_new] = sums.try_emplace({loss.kind, loss.cpu, loss.event}, loss);
    if (is_new) continue;
    sum->second.count = saturated(sum->second.count, loss.count);
    sum->second.time_ns = std::max(sum->second.time_ns, loss.time_ns);
    sum->second.pid = sum->second.tid = 0;
  }
  losses_.clear();
  for (const auto& [key, loss] : sums) losses_.push_back(loss);
  losses_.insert(losses_.end(), kept.begin(), kept.end());
}

Result<void> KeptHead::write(BlockSink& out) const {
  for (const Block& block : blocks_) TRY(out.append(block.header, block.raw));
  TRY(write_list(out, BlockType::Anchors, anchors_, put_anchor,
                 [](const ClockAnchor& anchor) { return anchor.recording_ns; }));
  TRY(write_list(out, BlockType::TaskEvents, tasks_, put_task_event,
                 [](const TaskInfo& task) { return task.time_ns; }));
  TRY(write_list(out, BlockType::Maps, maps_, put_map, [](const MapInfo& map) { return map.time_ns; }));
  std::vector<LossInfo> losses;
  for (const auto& [cpu, removed] : removed_)
    losses.push_back({LossInfo::Kind::Rotated, cpu, removed.last_ns, removed.count});
  losses.insert(losses.end(), losses_.begin(), losses_.end());
  return write_list(out, BlockType::LossEvents, losses, put_loss_event,
                    [](const LossInfo& loss) { return loss.time_ns; });
}

uint64_t KeptHead::removed() const {
  uint64_t sum = 0;
  for (const auto& [cpu, removed] : removed_) sum = saturated(sum, removed.count);
  return sum;
}

uint64_t KeptHead::lost() const {
  uint64_t sum = removed();
  for (const LossInfo& loss : losses_) sum = saturated(sum, loss.count);
  return sum;
}

void KeptHead::count_memory() {
  memory_bytes_ = tasks_.size() * sizeof(TaskInfo) + maps_.size() * sizeof(MapInfo) +
                  losses_.size() * sizeof(LossInfo) + anchors_.size() * sizeof(ClockAnchor);
  for (const Block& block : blocks_) memory_bytes_ += block.raw.size();
  for (const MapInfo& map : maps_) memory_bytes_ += map.path.size() + map.build_id.size();
}

}  // namespace uproar
