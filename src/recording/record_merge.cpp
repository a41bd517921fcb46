#include "recording/record_merge.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace uproar::upr {

RecordMerge::RecordMerge(BlockLoader& loader, std::vector<BlockPlace> places,
                         std::vector<uint32_t> event_index, std::vector<Damage>& damage,
                         uint64_t max_open_bytes)
    : loader_(loader),
      places_(std::move(places)),
      states_(places_.size(), State::Unread),
      event_index_(std::move(event_index)),
      damage_(damage),
      max_open_bytes_(max_open_bytes) {
  std::stable_sort(places_.begin(), places_.end(), [](const BlockPlace& a, const BlockPlace& b) {
    return std::tie(a.header.first_ns, a.header.cpu) < std::tie(b.header.first_ns, b.header.cpu);
  });
}

void RecordMerge::rewind() {
  for (const Open& open : open_) free_buffers_.push_back(open.buffer);
  open_.clear();
  open_bytes_ = 0;
  upcoming_ = 0;
  delivered_ = false;
}

void RecordMerge::choose_times(std::vector<TimeRange> ranges) {
  ranges_ = std::move(ranges);
  rewind();
}

bool RecordMerge::wanted(uint64_t first_ns, uint64_t last_ns) const {
  if (ranges_.empty()) return true;
  auto range = std::lower_bound(ranges_.begin(), ranges_.end(), first_ns,
                                [](const TimeRange& one, uint64_t time_ns) { return one.last_ns < time_ns; });
  return range != ranges_.end() && range->first_ns <= last_ns;
}

bool RecordMerge::next(StoredRecord& out) {
  if (delivered_) {
    delivered_ = false;
    ++open_.front().row;
    if (advance(open_.front())) {
      sift_down();
    } else {
      close_top();
    }
  }
  open_due_blocks();
  if (open_.empty()) return false;
  const Open& top = open_.front();
  const RowBlock& rows = buffers_[top.buffer];
  out.time_ns = top.time_ns;
  out.cpu = places_[top.place].header.cpu;
  out.event = index_of(rows.number(top.row));
  out.bytes = rows.record(top.row);
  out.stack = rows.stack(top.row);
  delivered_ = true;
  return true;
}

// Equal times: lower CPU, then file order.
bool RecordMerge::earlier(const Open& a, const Open& b) const {
  if (a.time_ns != b.time_ns) return a.time_ns < b.time_ns;
  const BlockHeader& left = places_[a.place].header;
  const BlockHeader& right = places_[b.place].header;
  return std::tie(left.cpu, left.sequence) < std::tie(right.cpu, right.sequence);
}

void RecordMerge::open_due_blocks() {
  while (upcoming_ < places_.size() &&
         (open_.empty() || places_[upcoming_].header.first_ns <= open_.front().time_ns)) {
    open_block(upcoming_++);
  }
}

bool RecordMerge::open_block(size_t place) {
  const BlockHeader& header = places_[place].header;
  if (states_[place] == State::Bad || !wanted(header.first_ns, header.last_ns)) return false;
  if (open_bytes_ > 0 && open_bytes_ + header.raw_bytes > max_open_bytes_)
    return refuse(place, "too many blocks overlap in time");
  size_t buffer = take_buffer();
  RowBlock& rows = buffers_[buffer];
  bool header_damaged = false;
  BlockStatus status = loader_.load(places_[place], raw_, header_damaged);
  bool usable = status == BlockStatus::Ok || refuse(place, describe(status));
  if (usable) {
    RecordStatus decoded = decoder_.decode(header, raw_, rows);
    usable = decoded == RecordStatus::Ok ? inspect(place, rows) : refuse(place, describe(decoded));
  }
  if (usable && states_[place] == State::Unread && header_damaged) {
    damage_.push_back({places_[place].offset, 0, "block header is damaged; the index has a copy"});
  }
  if (usable) states_[place] = State::Good;
  Open open{place, buffer, 0, 0};
  if (!usable || !advance(open)) {
    free_buffers_.push_back(buffer);
    return false;
  }
  open_bytes_ += rows.memory_bytes();
  open_.push_back(open);
  std::push_heap(open_.begin(), open_.end(), [this](const Open& a, const Open& b) { return earlier(b, a); });
  return true;
}

// Asked once for each block: how many records belong to events whose definition is gone?
bool RecordMerge::inspect(size_t place, const RowBlock& rows) {
  if (states_[place] == State::Good) return true;
  uint64_t unknown = 0, unknown_bytes = 0;
  uint32_t number = 0;
  for (size_t row = 0; row < rows.rows(); ++row) {
    if (index_of(rows.number(row)) != kNoEvent) continue;
    if (unknown++ == 0) number = rows.number(row);
    unknown_bytes += rows.record(row).size();
  }
  if (unknown > 0) {
    damage_.push_back({places_[place].offset, unknown_bytes,
                       std::to_string(unknown) + " records of an event whose definition is missing (number " +
                           std::to_string(number) + ")"});
  }
  return true;
}

bool RecordMerge::refuse(size_t place, std::string reason) {
  states_[place] = State::Bad;
  damage_.push_back({places_[place].offset, places_[place].header.block_bytes(), std::move(reason)});
  return false;
}

// To the next row that is wanted and whose event is known, beginning with this one.
bool RecordMerge::advance(Open& open) {
  const RowBlock& rows = buffers_[open.buffer];
  for (; open.row < rows.rows(); ++open.row) {
    if (index_of(rows.number(open.row)) == kNoEvent) continue;
    open.time_ns = rows.time(open.row);
    if (wanted(open.time_ns, open.time_ns)) return true;
  }
  return false;
}

void RecordMerge::close_top() {
  free_buffers_.push_back(open_.front().buffer);
  open_bytes_ -= buffers_[open_.front().buffer].memory_bytes();
  open_.front() = open_.back();
  open_.pop_back();
  sift_down();
}

void RecordMerge::sift_down() {
  for (size_t at = 0;;) {
    size_t child = 2 * at + 1;
    if (child >= open_.size()) return;
    if (child + 1 < open_.size() && earlier(open_[child + 1], open_[child])) ++child;
    if (!earlier(open_[child], open_[at])) return;
    std::swap(open_[child], open_[at]);
    at = child;
  }
}

size_t RecordMerge::take_buffer() {
  if (free_buffers_.empty()) {
    buffers_.emplace_back();
    return buffers_.size() - 1;
  }
  size_t buffer = free_buffers_.back();
  free_buffers_.pop_back();
  return buffer;
}

RecordingReader::Totals RecordMerge::totals() const {
  RecordingReader::Totals totals;
  std::vector<bool> cpus;
  for (size_t i = 0; i < places_.size(); ++i) {
    const BlockHeader& header = places_[i].header;
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

}  // namespace uproar::upr
