#include "event/ring_page.h"

#include "event/little_endian.h"

namespace uproar {
namespace {

// Flags in the commit word (RB_MISSED_EVENTS, RB_MISSED_STORED); the rest of its low half is the length of
// the data.
constexpr uint32_t kMissedEvents = uint32_t{1} << 31;
constexpr uint32_t kMissedStored = uint32_t{1} << 30;
constexpr uint32_t kLengthMask = kMissedStored - 1;

// enum ring_buffer_type: the values of type_len that are no lengths.
constexpr uint32_t kTypeLong = 0;
constexpr uint32_t kTypePadding = 29;
constexpr uint32_t kTypeTimeExtend = 30;
constexpr uint32_t kTypeTimeStamp = 31;

constexpr uint64_t kTopTimeBits = uint64_t{0xf8} << 56;

// An absolute time stamp holds 59 bits; the five above are those of the time before it, unless the 59 have
// wrapped since (kernel: rb_fix_abs_ts).
uint64_t complete_absolute_time(uint64_t stamp, uint64_t previous) {
  if (!(previous & kTopTimeBits)) return stamp;
  stamp |= previous & kTopTimeBits;
  return stamp < previous ? stamp + (uint64_t{1} << 59) : stamp;
}

}  // namespace

RingPage::RingPage(std::span<const uint8_t> sub_buffer, RingLayout layout) {
  const size_t long_size = layout.commit_size == 4 ? 4 : 8;
  const size_t header_size = sizeof(uint64_t) + long_size;
  if (sub_buffer.size() < header_size) {
    status_ = DecodeStatus::PageShorterThanHeader;
    return;
  }
  base_time_ = time_ = load_little_endian<uint64_t>(sub_buffer.data());
  // The flags are in the low 32 bits for either size; what is above is at most their sign extension.
  const auto commit = load_little_endian<uint32_t>(sub_buffer.data() + sizeof(uint64_t));
  data_ = sub_buffer.subspan(header_size);
  lost_before_ = (commit & kMissedEvents) != 0;
  const uint32_t length = commit & kLengthMask;
  if (length > data_.size()) {
    status_ = DecodeStatus::PageCommitBeyondEnd;
    return;
  }
  data_size_ = length;
  if (lost_before_ && (commit & kMissedStored) && data_.size() - length >= long_size) {
    const uint8_t* stored = data_.data() + length;
    lost_count_ =
        long_size == 4 ? load_little_endian<uint32_t>(stored) : load_little_endian<uint64_t>(stored);
    lost_count_known_ = true;
  }
}

bool RingPage::next(Record& out) {
  while (status_ == DecodeStatus::Ok && position_ < data_size_) {
    const uint32_t available = data_size_ - position_;
    if (available < 4) {
      status_ = DecodeStatus::PageEventBeyondCommit;
      return false;
    }
    const uint8_t* event = data_.data() + position_;
    const auto header = load_little_endian<uint32_t>(event);
    const uint32_t type = header & 31;
    const uint32_t delta = header >> 5;
    if (type == kTypePadding && delta == 0) {  // nothing but padding follows
      position_ = data_size_;
      return false;
    }
    if (type != kTypeLong && type < kTypePadding) {
      const uint32_t length = type * 4;
      if (length > available - 4) {
        status_ = DecodeStatus::PageEventBeyondCommit;
        return false;
      }
      time_ += delta;
      out = {time_, position_, data_.subspan(position_ + 4, length)};
      position_ += 4 + length;
      return true;
    }

    if (available < 8) {
      status_ = DecodeStatus::PageEventBeyondCommit;
      return false;
    }
    const auto word = load_little_endian<uint32_t>(event + 4);
    if (type == kTypeTimeExtend || type == kTypeTimeStamp) {
      const uint64_t wide = delta + (uint64_t{word} << 27);
      time_ = type == kTypeTimeExtend ? time_ + wide : complete_absolute_time(wide, time_);
      position_ += 8;
      continue;
    }

    // A long event or a discarded one: the word counts the bytes behind the first header word, itself among
    // them. The writer's clock went on over a discarded event, so its delta counts although the event does
    // not.
    if (word < 4 || word % 4 != 0) {
      status_ = DecodeStatus::PageEventLengthInvalid;
      return false;
    }
    if (word > available - 4) {
      status_ = DecodeStatus::PageEventBeyondCommit;
      return false;
    }
    time_ += delta;
    const uint32_t start = position_;
    position_ += 4 + word;
    if (type == kTypePadding) continue;
    out = {time_, start, data_.subspan(start + 8, word - 4)};
    return true;
  }
  return false;
}

}  // namespace uproar
