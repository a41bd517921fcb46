#include "recording/reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/byte_reader.h"
#include "base/fd.h"
#include "recording/blocks/block_map.h"
#include "recording/blocks/record_merge.h"
#include "recording/byte_source.h"
#include "recording/file_kind.h"
#include "recording/metadata/metadata.h"

namespace uproar {

namespace {

// Pipes are kept in memory; more than this is a mistake rather than a recording.
constexpr size_t kMaxPipeBytes = size_t{16} << 30;

class Reader final : public RecordingReader {
 public:
  Reader(std::unique_ptr<ByteSource> source, FileStart start)
      : source_(std::move(source)), loader_(*source_) {
    if (start.header_damaged) damage_.push_back({0, kFileHeaderBytes, "file header is damaged"});
    BlockMap map = map_blocks(*source_, start.first_block);
    damage_.insert(damage_.end(), map.damage.begin(), map.damage.end());
    std::vector<MappedBlock> records;
    for (const MappedBlock& place : map.blocks) {
      next_block_ = std::max(next_block_, place.header.sequence + 1);
      if (!place.header.is(BlockType::Records) && !place.header.is(BlockType::Columns)) {
        read_metadata(place);
      } else if (plausible_records_header(place.header)) {
        records.push_back(place);
      } else {
        damaged(place, "block header contradicts itself");
      }
    }
    for (const TaskInfo& task : task_events_) tasks_.add(task);
    tasks_.seal();
    std::sort(damage_.begin(), damage_.end(),
              [](const Damage& a, const Damage& b) { return a.offset < b.offset; });
    blocks_ = std::make_unique<StoredBlocks>(*source_, std::move(records), std::move(event_index_), damage_);
    merge_ = std::make_unique<RecordMerge>(*blocks_);
  }

  const SessionInfo& session() const override { return session_; }
  const std::vector<EventInfo>& events() const override { return events_; }
  const TaskTable& tasks() const override { return tasks_; }
  const std::vector<TaskInfo>& task_events() const override { return task_events_; }
  const std::vector<MapInfo>& maps() const override { return maps_; }
  const std::vector<AddressNames>& names() const override { return names_; }
  const std::vector<LossInfo>& losses() const override { return losses_; }
  const std::vector<ClockAnchor>& anchors() const override { return anchors_; }
  const std::optional<EndSummary>& end() const override { return end_; }
  const std::vector<Damage>& damage() const override { return damage_; }
  uint64_t file_bytes() const override { return source_->size(); }

  Totals totals() const override {
    Totals totals = blocks_->totals();
    for (const LossInfo& loss : losses_) {
      totals.lost = loss.count > UINT64_MAX - totals.lost ? UINT64_MAX : totals.lost + loss.count;
    }
    return totals;
  }
  bool next(StoredRecord& out) override { return merge_->next(out); }
  void rewind() override { merge_->rewind(); }
  void choose_times(std::vector<TimeRange> ranges) override {
    blocks_->choose_times(std::move(ranges));
    merge_->rewind();
  }
  uint32_t next_block() const override { return next_block_; }
  void choose_blocks_from(uint32_t block) override {
    blocks_->choose_from(block);
    merge_->rewind();
  }
  std::vector<uint64_t> ends_of_cpus() override {
    std::vector<uint64_t> ends;
    for (size_t block = 0; block < blocks_->size(); ++block) {
      const BlockHeader& header = blocks_->header(block);
      if (ends.size() <= header.cpu) ends.resize(header.cpu + 1);
      ends[header.cpu] = std::max(ends[header.cpu], header.last_ns);
    }
    return ends;
  }
  void choose_blocks_after(std::vector<uint64_t> ends_of_cpus) override {
    blocks_->choose_after(std::move(ends_of_cpus));
    merge_->rewind();
  }
  StoredBlocks& stored_blocks() override { return *blocks_; }

 private:
  void damaged(const MappedBlock& place, std::string reason) {
    damage_.push_back({place.offset, place.header.block_bytes(), std::move(reason)});
  }

  void read_metadata(const MappedBlock& place) {
    bool header_damaged = false;
    BlockStatus status = loader_.load(place, raw_, header_damaged);
    bool known = place.header.type >= static_cast<uint8_t>(BlockType::Session) &&
                 place.header.type <= static_cast<uint8_t>(kLastBlockType);
    // A later writer of this version may pack blocks of its own types in its own way.
    if (!known && status == BlockStatus::UnknownCodec) return;
    if (status != BlockStatus::Ok) return damaged(place, describe(status));
    if (header_damaged) damage_.push_back({place.offset, 0, "block header is damaged; the index has a copy"});
    if (!known) return;
    if (metadata_bytes_ + raw_.size() > kMaxMetadataBytes)
      return damaged(place, "more than 1 GiB of metadata");
    metadata_bytes_ += raw_.size();
    MetadataStatus parsed = take(place);
    if (parsed != MetadataStatus::Ok) damaged(place, describe(parsed));
  }

  MetadataStatus take(const MappedBlock& place) {
    switch (static_cast<BlockType>(place.header.type)) {
      case BlockType::Session:
        return take_one(session_, parse_session);
      case BlockType::Event:
        return take_event(place, raw_);
      case BlockType::Events:
        return take_events(place);
      case BlockType::Tasks:
        return take_list(place, task_events_, parse_tasks);
      case BlockType::TaskEvents:
        return take_list(place, task_events_, parse_task_events);
      case BlockType::Maps:
        return take_list(place, maps_, parse_maps);
      case BlockType::Names:
        return take_list(place, names_, parse_names);
      case BlockType::Losses:
        return take_list(place, losses_, parse_losses);
      case BlockType::LossEvents:
        return take_list(place, losses_, parse_loss_events);
      case BlockType::Anchors:
        return take_list(place, anchors_, parse_anchors);
      case BlockType::End: {
        EndSummary end;
        uint64_t index_offset = 0;
        MetadataStatus status = parse_end(raw_, end, index_offset);
        if (status == MetadataStatus::Ok) end_ = end;
        return status;
      }
      case BlockType::Records:
      case BlockType::Columns:
      case BlockType::Index:
        break;
    }
    return MetadataStatus::Ok;
  }

  template <typename T, typename Parse>
  MetadataStatus take_one(T& out, Parse parse) {
    T value;
    MetadataStatus status = parse(raw_, value);
    if (status == MetadataStatus::Ok) out = std::move(value);
    return status;
  }

  template <typename T, typename Parse>
  MetadataStatus take_list(const MappedBlock& place, std::vector<T>& out, Parse parse) {
    std::vector<T> entries;
    MetadataStatus status = parse(raw_, place.header.count, entries);
    metadata_bytes_ += entries.size() * sizeof(T);
    if (status == MetadataStatus::Ok) out.insert(out.end(), entries.begin(), entries.end());
    return status;
  }

  MetadataStatus take_events(const MappedBlock& place) {
    ByteReader in(raw_);
    for (uint32_t left = place.header.count; left > 0; --left) {
      const std::string_view bytes = in.text();
      if (in.failed()) return MetadataStatus::Cut;
      MetadataStatus status =
          take_event(place, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
      if (status != MetadataStatus::Ok) return status;
    }
    return in.at_end() ? MetadataStatus::Ok : MetadataStatus::BadCount;
  }

  MetadataStatus take_event(const MappedBlock& place, std::span<const uint8_t> bytes) {
    uint32_t number = 0;
    EventInfo event;
    MetadataStatus status = parse_event(bytes, number, event);
    metadata_bytes_ += event.sites.size() * sizeof(SiteInfo) + event.schema.fields.size() * sizeof(Field);
    if (status != MetadataStatus::Ok) return status;
    if (event_index_.size() <= number) event_index_.resize(number + 1, StoredBlocks::kNoEvent);
    if (event_index_[number] != StoredBlocks::kNoEvent) {
      damaged(place, "event number " + std::to_string(number) + " is defined a second time");
      return MetadataStatus::Ok;
    }
    event_index_[number] = static_cast<uint32_t>(events_.size());
    events_.push_back(std::move(event));
    return MetadataStatus::Ok;
  }

  std::unique_ptr<ByteSource> source_;
  BlockLoader loader_;
  std::vector<uint8_t> raw_;
  uint64_t metadata_bytes_ = 0;
  uint32_t next_block_ = 0;
  SessionInfo session_;
  std::vector<EventInfo> events_;
  std::vector<uint32_t> event_index_;  // number in the file → index into events_
  std::vector<TaskInfo> task_events_;
  TaskTable tasks_;
  std::vector<MapInfo> maps_;
  std::vector<AddressNames> names_;
  std::vector<LossInfo> losses_;
  std::vector<ClockAnchor> anchors_;
  std::optional<EndSummary> end_;
  std::vector<Damage> damage_;
  std::unique_ptr<StoredBlocks> blocks_;
  std::unique_ptr<RecordMerge> merge_;
};

Result<std::unique_ptr<RecordingReader>> open_source(std::unique_ptr<ByteSource> source,
                                                     const std::string& name) {
  std::vector<uint8_t> scratch;
  TRY_ASSIGN(FileStart start, check_file_start(source->read(0, kFileStartBytes, scratch), name));
  return std::unique_ptr<RecordingReader>(std::make_unique<Reader>(std::move(source), start));
}

// A pipe is read whole, but only once its beginning is that of a recording: it may have no end.
Result<std::unique_ptr<RecordingReader>> open_pipe(int fd, const std::string& name) {
  std::string bytes(kFileStartBytes, '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    ssize_t got = ::read(fd, bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read " + name, errno);
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  TRY(check_file_start({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, name));
  TRY_ASSIGN(std::string rest, read_all(fd, name, kMaxPipeBytes));
  return open_source(memory_source(bytes + rest), name);
}

std::string open_remedy(int errno_value, const std::string& path) {
  if (errno_value == ENOENT) return "uproar record -o " + path + " writes one";
  if (errno_value == EACCES)
    return "recordings are readable by their owner only: read it as the user who recorded it";
  return {};
}

}  // namespace

Result<std::unique_ptr<RecordingReader>> RecordingReader::open(const std::string& path) {
  if (path == "-") {
    return open_pipe(STDIN_FILENO, "standard input");
  }
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd.ok()) {
    fd.error().remedy = open_remedy(fd.error().sys_errno, path);
    return std::move(fd.error());
  }
  struct stat info {};
  if (::fstat(fd->get(), &info) != 0) return system_error("cannot examine " + path, errno);
  if (S_ISDIR(info.st_mode)) {
    return Error{
        path + " is a directory", {}, "name the recording in it, as in " + path + "/uproar.upr", EISDIR};
  }
  if (S_ISREG(info.st_mode)) {
    return open_source(file_source(std::move(fd).value(), static_cast<uint64_t>(info.st_size)), path);
  }
  return open_pipe(fd->get(), path);
}

Result<std::unique_ptr<RecordingReader>> RecordingReader::from_bytes(std::vector<uint8_t> bytes,
                                                                     const std::string& name) {
  return open_source(memory_source(std::move(bytes)), name);
}

}  // namespace uproar
