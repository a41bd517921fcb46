#include "recording/writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "recording/blocks/block_builder.h"
#include "recording/columns/column_encoder.h"
#include "recording/metadata/metadata.h"
#include "recording/sinks/block_file.h"
#include "recording/sinks/metadata_list.h"
#include "recording/sinks/rotating_file.h"

namespace uproar {

namespace {

// A block of block_bytes plus the record that closes it stays below the limit that readers set.
constexpr size_t kLargestBlock = kMaxBlockBytes / 2;
constexpr size_t kSmallestBlock = 4096;
// So many definitions stand in blocks of their own: damage to one leaves the others. More of them share a
// block, which packs three hundred to what thirty take.
constexpr uint32_t kSeparateEvents = 16;

Error too_large(const char* what) {
  return Error{std::string(what) + " is too large for a recording", {}, {}, 0};
}

class Writer final : public RecordingWriter {
 public:
  Writer(std::shared_ptr<BlockSink> sink, Options options)
      : file_(std::move(sink)),
        block_bytes_(std::clamp(options.block_bytes, kSmallestBlock, kLargestBlock)) {}

  ~Writer() override {
    if (!finished_ && !file_->failure()) (void)flush();
  }

  Result<void> start() { return file_->start(); }

  Result<void> write_session(const SessionInfo& session) override {
    TRY(may_add());
    if (session_written_) return Error{"the session was written already", {}, {}, 0};
    scratch_.clear();
    put_session(session, scratch_);
    SessionInfo check;
    if (parse_session(scratch_.view(), check) != MetadataStatus::Ok) return too_large("session information");
    TRY(append(BlockType::Session, scratch_.view()));
    session_written_ = true;
    return {};
  }

  Result<uint32_t> add_event(const EventInfo& event) override {
    TRY(may_add());
    if (events_ >= kMaxEvents) return Error{"a recording can have 65536 events and no more", {}, {}, 0};
    scratch_.clear();
    put_event(events_, event, scratch_);
    // What no reader would take is refused here, where somebody can still do something about it.
    uint32_t number = 0;
    EventInfo check;
    if (scratch_.size() > kMaxBlockBytes ||
        parse_event(scratch_.view(), number, check) != MetadataStatus::Ok) {
      return too_large(("event " + event.schema.full_name()).c_str());
    }
    if (definitions_.bytes().size() + scratch_.size() > kMaxBlockBytes - 16) TRY(definitions_.write(*file_));
    definitions_.bytes().varint(scratch_.size());
    definitions_.bytes().bytes(scratch_.view());
    encoder_.add_event(event.schema);
    ++events_;
    TRY(definitions_.added(0, *file_));
    if (events_ <= kSeparateEvents) TRY(definitions_.write(*file_));
    return events_ - 1;
  }

  Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event, std::span<const uint8_t> record,
                          std::span<const uint64_t> stack) override {
    if (finished_ || file_->failure()) return may_add();
    if (cpu >= kMaxCpus || event >= events_ || record.size() > kMaxRecordBytes ||
        stack.size() > kMaxStackDepth)
      return refuse(cpu, event, record.size());
    if (cpu >= cpus_.size()) cpus_.resize(cpu + 1);
    BlockBuilder& block = cpus_[cpu];
    if (!block.accepts(time_ns)) TRY(close(cpu));
    block.add(time_ns, event, record, stack);
    ++records_added_;
    if (block.raw_bytes() >= block_bytes_ || block.rows() == kMaxBlockRows) return close(cpu);
    return {};
  }

  Result<void> add_task(const TaskInfo& task) override {
    TRY(may_add());
    if (task.comm.size() > kMaxTextBytes) return too_large("name of a task");
    put_task_event(task, tasks_.previous_ns(), tasks_.bytes());
    return tasks_.added(task.time_ns, *file_);
  }
  Result<void> add_map(const MapInfo& map) override {
    TRY(may_add());
    if (map.path.size() > kMaxTextBytes) return too_large("path of a map");
    put_map(map, maps_.previous_ns(), maps_.bytes());
    return maps_.added(map.time_ns, *file_);
  }
  Result<void> add_names(const AddressNames& names) override {
    TRY(may_add());
    ByteWriter bytes;
    put_names(names, bytes);
    std::vector<AddressNames> check;
    if (bytes.size() > kMaxBlockBytes || parse_names(bytes.view(), 1, check) != MetadataStatus::Ok)
      return too_large("a list of names");
    if (names_.bytes().size() + bytes.size() > kMaxBlockBytes) TRY(names_.write(*file_));
    names_.bytes().bytes(bytes.view());
    return names_.added(0, *file_);
  }
  Result<void> add_loss(const LossInfo& loss) override {
    TRY(may_add());
    put_loss_event(loss, losses_.previous_ns(), losses_.bytes());
    return losses_.added(loss.time_ns, *file_);
  }
  Result<void> add_anchor(const ClockAnchor& anchor) override {
    TRY(may_add());
    put_anchor(anchor, anchors_.previous_ns(), anchors_.bytes());
    return anchors_.added(anchor.recording_ns, *file_);
  }

  Result<void> flush() override {
    TRY(may_add());
    TRY(definitions_.write(*file_));
    TRY(anchors_.write(*file_));
    TRY(tasks_.write(*file_));
    TRY(maps_.write(*file_));
    TRY(names_.write(*file_));
    for (uint32_t cpu = 0; cpu < cpus_.size(); ++cpu) TRY(close(cpu));
    TRY(losses_.write(*file_));
    return file_->flushed();
  }

  Result<void> finish(const EndSummary& summary) override {
    TRY(flush());
    TRY(file_->end(summary));
    finished_ = true;
    return {};
  }

  uint64_t bytes_written() const override { return file_->bytes(); }
  uint64_t records_written() const override { return file_->failure() ? records_in_file_ : records_added_; }
  uint64_t records_removed() const override { return file_->records_removed(); }

 private:
  Result<void> may_add() const {
    if (file_->failure()) return *file_->failure();
    if (finished_) return Error{"the recording was finished already", {}, {}, 0};
    return {};
  }

  Error refuse(uint32_t cpu, uint32_t event, size_t bytes) const {
    if (cpu >= kMaxCpus) return Error{"impossible CPU " + std::to_string(cpu), {}, {}, 0};
    if (bytes > kMaxRecordBytes)
      return Error{"a record of " + std::to_string(bytes) + " bytes is longer than 64 KiB", {}, {}, 0};
    if (event < events_) return Error{"a call chain is deeper than 65536 addresses", {}, {}, 0};
    return Error{"event number " + std::to_string(event) + " was not added to the recording", {}, {}, 0};
  }

  Result<void> append(BlockType type, std::span<const uint8_t> raw) {
    BlockHeader header;
    header.type = static_cast<uint8_t>(type);
    return file_->append(header, raw);
  }

  Result<void> close(uint32_t cpu) {
    BlockBuilder& block = cpus_[cpu];
    if (block.rows() == 0) return {};
    // A file that is cut behind this block has what explains it.
    TRY(definitions_.write(*file_));
    columns_.clear();
    encoder_.encode(block, columns_);
    TRY(file_->append(block.header(cpu), columns_.view()));
    records_in_file_ += block.rows();
    block.clear();
    return {};
  }

  std::shared_ptr<BlockSink> file_;
  size_t block_bytes_;
  std::vector<BlockBuilder> cpus_;
  MetadataList definitions_{BlockType::Events};
  MetadataList tasks_{BlockType::TaskEvents};
  MetadataList maps_{BlockType::Maps};
  MetadataList names_{BlockType::Names};
  MetadataList losses_{BlockType::LossEvents};
  MetadataList anchors_{BlockType::Anchors};
  ColumnEncoder encoder_;
  ByteWriter scratch_, columns_;
  uint32_t events_ = 0;
  uint64_t records_added_ = 0, records_in_file_ = 0;
  bool session_written_ = false;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<RecordingWriter>> RecordingWriter::create(Fd fd, std::string name, Options options) {
  if (options.max_bytes > 0) {
    return create(std::make_shared<RotatingFile>(std::move(fd), std::move(name), options.compression_level,
                                                 options.fsync, options.max_bytes),
                  options);
  }
  return create(
      std::make_shared<BlockFile>(std::move(fd), std::move(name), options.compression_level, options.fsync),
      options);
}

Result<std::unique_ptr<RecordingWriter>> RecordingWriter::create(std::shared_ptr<BlockSink> sink,
                                                                 Options options) {
  auto writer = std::make_unique<Writer>(std::move(sink), options);
  TRY(writer->start());
  return std::unique_ptr<RecordingWriter>(std::move(writer));
}

}  // namespace uproar
