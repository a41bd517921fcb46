#include "event/ring_page_writer.h"

#include <algorithm>
#include <utility>

#include "base/result.h"
#include "event/little_endian.h"

namespace uproar {
namespace {

constexpr uint32_t kMissedEvents = uint32_t{1} << 31;
constexpr uint32_t kMissedStored = uint32_t{1} << 30;
constexpr uint32_t kTypeTimeExtend = 30;
constexpr unsigned kDeltaBits = 27;
constexpr size_t kLongestShort = 28 * 4;  // bytes that type_len can tell

}  // namespace

RingPageWriter::RingPageWriter(size_t page_bytes) : page_(page_bytes), taken_(page_bytes) {
  CHECK(page_bytes >= 64);
}

size_t RingPageWriter::room() const {
  return page_.size() - kHeaderBytes - used_ - (lost_count_ != 0 ? 8 : 0);
}

void RingPageWriter::put_u32(uint32_t value) {
  store_little_endian(page_.data() + kHeaderBytes + used_, value);
  used_ += 4;
}

void RingPageWriter::mark_lost(uint64_t lost) {
  CHECK(empty());
  lost_ = true;
  lost_count_ += lost;
}

bool RingPageWriter::add(uint64_t time_ns, std::span<const uint8_t> record) {
  if (empty()) base_ns_ = last_ns_ = time_ns;
  if (time_ns < last_ns_) return false;
  const uint64_t delta = time_ns - last_ns_;
  const bool extend = delta >> kDeltaBits != 0;
  // A time extend holds 59 bits.
  if (delta >> (32 + kDeltaBits) != 0) return false;
  const size_t padded = (record.size() + 3) & ~size_t{3};
  const bool is_long = padded > kLongestShort || padded == 0;
  if ((extend ? 8 : 0) + (is_long ? 8 : 4) + padded > room()) return false;
  if (extend) {
    put_u32(kTypeTimeExtend | static_cast<uint32_t>(delta << 5));
    put_u32(static_cast<uint32_t>(delta >> kDeltaBits));
  }
  const uint32_t short_delta = extend ? 0 : static_cast<uint32_t>(delta << 5);
  put_u32(short_delta | (is_long ? 0 : static_cast<uint32_t>(padded / 4)));
  if (is_long) put_u32(static_cast<uint32_t>(padded + 4));
  uint8_t* at = page_.data() + kHeaderBytes + used_;
  std::copy(record.begin(), record.end(), at);
  std::fill(at + record.size(), at + padded, uint8_t{0});
  used_ += padded;
  last_ns_ = time_ns;
  return true;
}

std::span<const uint8_t> RingPageWriter::take() {
  uint32_t commit = static_cast<uint32_t>(used_) | (lost_ ? kMissedEvents : 0);
  const auto end = page_.begin() + static_cast<std::ptrdiff_t>(kHeaderBytes + used_);
  std::fill(end, page_.end(), uint8_t{0});
  if (lost_count_ != 0) {
    commit |= kMissedStored;
    store_little_endian(&*end, lost_count_);
  }
  store_little_endian(page_.data(), base_ns_);
  store_little_endian(page_.data() + 8, uint64_t{commit});
  used_ = 0;
  lost_ = false;
  lost_count_ = 0;
  std::swap(page_, taken_);
  return taken_;
}

}  // namespace uproar
