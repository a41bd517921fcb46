#include "convert/trace_dat/trace_dat_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_reader.h"
#include "convert/conversion.h"
#include "convert/trace_dat/trace_dat_format.h"

namespace uproar::trace_dat {

namespace {
constexpr size_t kReadAtOnce = size_t{64} << 10;  // of pages that are not packed
}

PageStream::PageStream(ByteInput& input, const Contents& contents, const Buffer& buffer, const Stream& stream,
                       std::vector<Damage>& damage)
    : input_(input),
      packing_(contents.packing),
      layout_(contents.layout),
      stream_(stream),
      page_bytes_(buffer.page_bytes),
      max_chunk_bytes_(contents.max_chunk_bytes),
      damage_(damage),
      offset_(stream.offset),
      end_(stream.offset + stream.bytes) {}

bool PageStream::next(RingPage::Record& out) {
  for (;;) {
    if (!in_page_ && !next_page()) return false;
    if (page_.next(out)) {
      const auto end = static_cast<size_t>(out.bytes.data() + out.bytes.size() - page_span_.data());
      if (end <= present_) return true;
      in_page_ = false;  // what follows was cut off with the file; that is told already
      continue;
    }
    in_page_ = false;
    if (page_.status() != DecodeStatus::Ok && present_ == page_span_.size())
      damaged(page_place_, page_bytes_, describe(page_.status()));
  }
}

bool PageStream::take_loss(uint64_t& count) {
  if (!loss_pending_) return false;
  loss_pending_ = false;
  count = page_.lost_count();
  return true;
}

bool PageStream::next_page() {
  while (in_chunk_ >= chunk_.size()) {
    if (!next_chunk()) return false;
  }
  const size_t start = in_chunk_;
  present_ = std::min(page_bytes_, chunk_.size() - start);
  // The end of a file that was cut: zeros, so that the page has its size.
  if (present_ < page_bytes_) chunk_.resize(start + page_bytes_);
  in_chunk_ = start + page_bytes_;
  page_span_ = std::span<const uint8_t>(chunk_).subspan(start, page_bytes_);
  page_place_ = packing_ == Packing::None ? chunk_place_ + start : chunk_place_;
  page_ = RingPage(page_span_, layout_);
  in_page_ = true;
  loss_pending_ = page_.lost_before();
  return true;
}

bool PageStream::next_chunk() {
  return packing_ == Packing::None ? next_plain_pages() : next_packed_chunk();
}

bool PageStream::next_plain_pages() {
  const size_t most = std::max(page_bytes_, kReadAtOnce / page_bytes_ * page_bytes_);
  const auto wanted = static_cast<size_t>(std::min<uint64_t>(most, end_ - offset_));
  chunk_place_ = offset_;
  in_chunk_ = 0;
  chunk_.resize(wanted);
  if (wanted == 0) return false;
  const auto got = input_.read_at(offset_, chunk_);
  if (!got.ok() || *got == 0) {
    damaged(offset_, end_ - offset_, got.ok() ? "the file became shorter" : got.error().message);
    chunk_.clear();
    offset_ = end_;
    return false;
  }
  chunk_.resize(*got);
  offset_ += *got;
  return true;
}

// u32 chunks, then for each u32 packed bytes, u32 unpacked bytes, the packed bytes.
bool PageStream::next_packed_chunk() {
  chunk_.clear();
  in_chunk_ = 0;
  uint8_t head[8];
  if (!counted_) {
    counted_ = true;
    const auto got =
        end_ - offset_ >= 4 ? input_.read_at(offset_, std::span(head, 4)) : Result<size_t>(size_t{0});
    if (!got.ok() || *got < 4) return damaged(offset_, end_ - offset_, "the pages have no head"), false;
    chunks_left_ = ByteReader(std::span<const uint8_t>(head, 4)).u32();
    offset_ += 4;
  }
  while (chunks_left_ > 0) {
    --chunks_left_;
    chunk_place_ = offset_;
    const uint64_t left = end_ - offset_;
    const auto got = left >= 8 ? input_.read_at(offset_, head) : Result<size_t>(size_t{0});
    ByteReader sizes(std::span<const uint8_t>(head, 8));
    const uint32_t packed_bytes = sizes.u32();
    const uint32_t unpacked_bytes = sizes.u32();
    if (!got.ok() || *got < 8 || packed_bytes > left - 8) {
      damaged(offset_, left, fmt::format("the pages of CPU {} end inside a packed chunk", stream_.cpu));
      chunks_left_ = 0;
      offset_ = end_;
      return false;
    }
    offset_ += 8 + packed_bytes;
    if (packed_bytes > max_chunk_bytes_ || unpacked_bytes > max_chunk_bytes_) {
      damaged(chunk_place_, 8 + uint64_t{packed_bytes},
              fmt::format("a chunk of pages of {} bytes", std::max(packed_bytes, unpacked_bytes)));
      continue;
    }
    packed_.resize(packed_bytes);
    const auto read = input_.read_at(chunk_place_ + 8, packed_);
    if (!read.ok() || *read < packed_bytes || !unpack(packing_, packed_, unpacked_bytes, chunk_)) {
      chunk_.clear();
      damaged(chunk_place_, 8 + uint64_t{packed_bytes}, "a chunk of pages cannot be unpacked");
      continue;
    }
    return true;
  }
  if (offset_ < end_) tell_unread();
  return false;
}

// More than the chunks that were announced: a wrong number of them, or bytes that nobody knows. Zeros are
// room.
void PageStream::tell_unread() {
  uint8_t head[64] = {};
  const auto got =
      input_.read_at(offset_, std::span(head).first(std::min<uint64_t>(sizeof head, end_ - offset_)));
  if (got.ok() && std::any_of(head, head + *got, [](uint8_t byte) { return byte != 0; })) {
    damaged(
        offset_, end_ - offset_,
        fmt::format("the pages of CPU {} have {} bytes more than their chunks", stream_.cpu, end_ - offset_));
  }
  offset_ = end_;
}

void PageStream::damaged(uint64_t place, uint64_t bytes, std::string reason) {
  if (damage_.size() < kMaxDamageTold) damage_.push_back({place, bytes, std::move(reason)});
}

}  // namespace uproar::trace_dat
