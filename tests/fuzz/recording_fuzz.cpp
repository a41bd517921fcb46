// libFuzzer target for everything that reads a recording.
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc tests/fuzz/recording_fuzz.cpp
//     src/recording/*.cpp src/base/*.cpp -lzstd -lz -o recording_fuzz && ./recording_fuzz CORPUS
//     formats/recording/v1
//
// A file that begins like a recording is read twice: as it is, and with its checksums mended first, so that
// the parsers behind them are reached. Anything else is a payload for each of the parsers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/result.h"
#include "recording/blocks/block.h"
#include "recording/blocks/index.h"
#include "recording/blocks/row_block.h"
#include "recording/metadata/metadata.h"
#include "recording/reader.h"

namespace {

using namespace uproar;
using namespace uproar;

// Makes both checksums of each block true, from the first block on, as far as the sizes lead.
void mend_checksums(std::vector<uint8_t>& file) {
  size_t at = kFileHeaderBytes;
  while (at < file.size() && file.size() - at >= kBlockHeaderBytes) {
    std::span<uint8_t> block = std::span(file).subspan(at);
    std::copy(kBlockMagic.begin(), kBlockMagic.end(), block.begin());
    BlockHeader header;
    parse_block_header(block, header);  // fills the header even if the checksum does not hold
    std::span<uint8_t> rest = block.subspan(kBlockHeaderBytes);
    size_t stored = header.stored_bytes < rest.size() ? header.stored_bytes : rest.size();
    header.payload_crc = checksum(rest.first(stored));
    put_block_header(header, block.first<kBlockHeaderBytes>());
    at += kBlockHeaderBytes + stored;
  }
}

void read_all_of(std::vector<uint8_t> file) {
  size_t size = file.size();
  auto opened = RecordingReader::from_bytes(std::move(file), "fuzz");
  if (!opened.ok()) {
    if (opened.error().message.empty()) std::abort();
    return;
  }
  RecordingReader& reader = **opened;
  StoredRecord record;
  uint64_t records = 0, previous_ns = 0, sum = 0;
  while (reader.next(record)) {
    if (record.time_ns < previous_ns || record.event >= reader.events().size()) std::abort();
    previous_ns = record.time_ns;
    for (uint8_t byte : record.bytes) sum += byte;
    reader.tasks().comm(static_cast<int32_t>(sum), record.time_ns);
    ++records;
  }
  if (records > reader.totals().records) std::abort();
  size_t damage = reader.damage().size();
  for (const Damage& one : reader.damage()) {
    if (one.offset > size || one.reason.empty()) std::abort();
  }
  reader.rewind();
  while (reader.next(record)) --records;
  if (records != 0 || reader.damage().size() != damage) std::abort();
}

void parse_payload(std::span<const uint8_t> bytes, uint32_t count) {
  SessionInfo session;
  parse_session(bytes, session);
  EventInfo event;
  uint32_t number = 0;
  parse_event(bytes, number, event);
  std::vector<TaskInfo> tasks;
  parse_tasks(bytes, count, tasks);
  TaskTable table;
  for (const TaskInfo& task : tasks) table.add(task);
  table.seal();
  for (const TaskInfo& task : tasks) table.comm(task.tid, task.time_ns);
  std::vector<LossInfo> losses;
  parse_losses(bytes, count, losses);
  std::vector<ClockAnchor> anchors;
  parse_anchors(bytes, count, anchors);
  Index index;
  parse_index(bytes, count, index);
  BlockHeader header;
  header.count = count;
  RowDecoder decoder;
  RowBlock rows;
  header.last_ns = ~uint64_t{0};
  for (BlockType type : {BlockType::Records, BlockType::Columns}) {
    header.type = static_cast<uint8_t>(type);
    if (decoder.decode(header, bytes, rows) != RecordStatus::Ok) continue;
    for (size_t row = 0; row < rows.rows(); ++row) checksum(rows.record(row));
  }
  std::vector<TaskInfo> task_events;
  parse_task_events(bytes, count, task_events);
  std::vector<LossInfo> loss_events;
  parse_loss_events(bytes, count, loss_events);
  std::vector<MapInfo> maps;
  parse_maps(bytes, count, maps);
  std::vector<AddressNames> names;
  parse_names(bytes, count, names);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  // A sample is a file as it is: its first byte is the magic's.
  if (data[0] == kFileMagic[0]) {
    read_all_of({data, data + size});
    std::vector<uint8_t> mended(data, data + size);
    mend_checksums(mended);
    read_all_of(std::move(mended));
    return 0;
  }
  parse_payload({data + 2, size - 2}, uint32_t{data[0]} | uint32_t{data[1]} << 8);
  return 0;
}
