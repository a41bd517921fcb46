#include "recording/blocks/stored_blocks.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace uproar {

StoredBlocks::StoredBlocks(ByteSource& source, std::vector<MappedBlock> blocks,
                           std::vector<uint32_t> event_index, std::vector<Damage>& damage)
    : source_(source),
      blocks_(std::move(blocks)),
      states_(blocks_.size(), State::Unread),
      event_index_(std::move(event_index)),
      damage_(damage) {
  std::stable_sort(blocks_.begin(), blocks_.end(), [](const MappedBlock& a, const MappedBlock& b) {
    return std::tie(a.header.first_ns, a.header.cpu) < std::tie(b.header.first_ns, b.header.cpu);
  });
}

StoredBlocks::Outcome StoredBlocks::load(size_t block, Scratch& scratch, RowBlock& rows) const {
  Outcome outcome;
  const BlockStatus status = scratch.loader_.load(blocks_[block], scratch.raw_, outcome.header_damaged);
  if (status != BlockStatus::Ok) {
    outcome.reason = describe(status);
    return outcome;
  }
  const RecordStatus decoded = scratch.decoder_.decode(header(block), scratch.raw_, rows);
  if (decoded != RecordStatus::Ok) {
    outcome.reason = describe(decoded);
    return outcome;
  }
  outcome.usable = true;
  count_unknown(rows, outcome);
  return outcome;
}

StoredBlocks::Outcome StoredBlocks::load(size_t block, Scratch& scratch, LoadedBlock& out) const {
  out.by_columns = false;
  if (!header(block).is(BlockType::Columns)) return load(block, scratch, out.rows);
  Outcome outcome;
  const BlockStatus status = scratch.loader_.load(blocks_[block], out.payload, outcome.header_damaged);
  if (status != BlockStatus::Ok) {
    outcome.reason = describe(status);
    return outcome;
  }
  const RecordStatus decoded = scratch.column_decoder_.decode(header(block), out.payload, out.columns);
  if (decoded != RecordStatus::Ok) {
    outcome.reason = describe(decoded);
    return outcome;
  }
  outcome.usable = true;
  out.by_columns = true;
  const auto& numbers = out.columns.numbers;
  const bool all_known = std::all_of(numbers.begin(), numbers.end(),
                                     [this](uint32_t number) { return index_of(number) != kNoEvent; });
  if (all_known) return outcome;
  out.make_rows();
  count_unknown(out.rows, outcome);
  return outcome;
}

void StoredBlocks::count_unknown(const RowBlock& rows, Outcome& outcome) const {
  for (size_t row = 0; row < rows.rows(); ++row) {
    if (index_of(rows.number(row)) != kNoEvent) continue;
    if (outcome.unknown++ == 0) outcome.unknown_number = rows.number(row);
    outcome.unknown_bytes += rows.record(row).size();
  }
}

void StoredBlocks::note(size_t block, const Outcome& outcome) {
  if (states_[block] != State::Unread) return;
  if (!outcome.usable) return refuse(block, outcome.reason);
  states_[block] = State::Good;
  if (outcome.unknown > 0) {
    damage_.push_back({blocks_[block].offset, outcome.unknown_bytes,
                       std::to_string(outcome.unknown) +
                           " records of an event whose definition is missing (number " +
                           std::to_string(outcome.unknown_number) + ")"});
  }
  if (outcome.header_damaged)
    damage_.push_back({blocks_[block].offset, 0, "block header is damaged; the index has a copy"});
}

bool StoredBlocks::admit(size_t block, uint64_t bytes, uint64_t open_bytes, uint64_t most_open_bytes) {
  if (open_bytes == 0 || open_bytes + bytes <= most_open_bytes) return true;
  refuse(block, "too many blocks overlap in time");
  return false;
}

void StoredBlocks::refuse(size_t block, const std::string& reason) {
  states_[block] = State::Bad;
  damage_.push_back({blocks_[block].offset, header(block).block_bytes(), reason});
}

bool StoredBlocks::wanted(uint64_t first_ns, uint64_t last_ns) const {
  if (ranges_.empty()) return true;
  auto range = std::lower_bound(ranges_.begin(), ranges_.end(), first_ns,
                                [](const TimeRange& one, uint64_t time_ns) { return one.last_ns < time_ns; });
  return range != ranges_.end() && range->first_ns <= last_ns;
}

RecordTotals StoredBlocks::totals() const {
  RecordTotals totals;
  std::vector<bool> cpus;
  for (size_t i = 0; i < blocks_.size(); ++i) {
    const BlockHeader& header = blocks_[i].header;
    if (states_[i] == State::Bad) continue;
    totals.first_ns = totals.records == 0 ? header.first_ns : std::min(totals.first_ns, header.first_ns);
    totals.last_ns = std::max(totals.last_ns, header.last_ns);
    totals.records += header.count;
    if (cpus.size() <= header.cpu) cpus.resize(header.cpu + 1);
    cpus[header.cpu] = true;
  }
  for (uint32_t cpu = 0; cpu < cpus.size(); ++cpu) {
    if (cpus[cpu]) totals.cpus.push_back(cpu);
  }
  return totals;
}

}  // namespace uproar
