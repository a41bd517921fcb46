#include "recording/blocks/record_merge.h"

#include <algorithm>
#include <utility>

namespace uproar {

RecordMerge::RecordMerge(StoredBlocks& blocks, uint64_t max_open_bytes)
    : blocks_(blocks), scratch_(blocks), max_open_bytes_(max_open_bytes) {}

void RecordMerge::rewind() {
  for (const Open& open : open_) free_buffers_.push_back(open.buffer);
  open_.clear();
  open_bytes_ = 0;
  upcoming_ = 0;
  delivered_ = false;
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
  out.cpu = blocks_.header(top.block).cpu;
  out.event = blocks_.index_of(rows.number(top.row));
  out.bytes = rows.record(top.row);
  out.stack = rows.stack(top.row);
  delivered_ = true;
  return true;
}

bool RecordMerge::earlier(const Open& a, const Open& b) const {
  return blocks_.precedes(a.time_ns, a.block, b.time_ns, b.block);
}

void RecordMerge::open_due_blocks() {
  while (upcoming_ < blocks_.size() &&
         (open_.empty() || blocks_.header(upcoming_).first_ns <= open_.front().time_ns)) {
    open_block(upcoming_++);
  }
}

bool RecordMerge::open_block(size_t block) {
  if (!blocks_.wanted(block)) return false;
  if (!blocks_.admit(block, blocks_.header(block).raw_bytes, open_bytes_, max_open_bytes_)) return false;
  size_t buffer = take_buffer();
  RowBlock& rows = buffers_[buffer];
  const StoredBlocks::Outcome outcome = blocks_.load(block, scratch_, rows);
  blocks_.note(block, outcome);
  Open open{block, buffer, 0, 0};
  if (!outcome.usable || !advance(open)) {
    free_buffers_.push_back(buffer);
    return false;
  }
  open_bytes_ += rows.memory_bytes();
  open_.push_back(open);
  std::push_heap(open_.begin(), open_.end(), [this](const Open& a, const Open& b) { return earlier(b, a); });
  return true;
}

// To the next row that is wanted and whose event is known, beginning with this one.
bool RecordMerge::advance(Open& open) {
  const RowBlock& rows = buffers_[open.buffer];
  for (; open.row < rows.rows(); ++open.row) {
    if (blocks_.index_of(rows.number(open.row)) == StoredBlocks::kNoEvent) continue;
    open.time_ns = rows.time(open.row);
    if (blocks_.wanted(open.time_ns, open.time_ns)) return true;
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

}  // namespace uproar
