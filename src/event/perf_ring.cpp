#include "event/perf_ring.h"

#include <algorithm>

namespace uproar {

bool PerfRingRecords::next(std::span<const uint8_t>& record) {
  if (at_ >= end_ || data_.empty()) return false;
  const uint64_t left = end_ - at_;
  if (left > data_.size()) return fail(PerfStatus::RecordShorterThanHeader);
  const size_t begin = static_cast<size_t>(at_ % data_.size());
  const size_t unbroken = static_cast<size_t>(std::min<uint64_t>(data_.size() - begin, left));
  const auto copy = [&](size_t bytes) {
    scratch_.assign(data_.begin() + static_cast<ptrdiff_t>(begin),
                    data_.begin() + static_cast<ptrdiff_t>(begin + std::min(bytes, unbroken)));
    if (bytes > unbroken)
      scratch_.insert(scratch_.end(), data_.begin(),
                      data_.begin() + static_cast<ptrdiff_t>(bytes - unbroken));
    return std::span<const uint8_t>(scratch_);
  };
  if (left < kPerfRecordHeaderSize) return fail(PerfStatus::RecordShorterThanHeader);
  const PerfRecordHeader header =
      read_perf_header(unbroken >= kPerfRecordHeaderSize ? data_.subspan(begin, kPerfRecordHeaderSize)
                                                         : copy(kPerfRecordHeaderSize));
  if (header.size < kPerfRecordHeaderSize || header.size > left)
    return fail(PerfStatus::RecordShorterThanHeader);
  record = header.size <= unbroken ? data_.subspan(begin, header.size) : copy(header.size);
  at_ += header.size;
  return true;
}

bool PerfRingRecords::fail(PerfStatus status) {
  status_ = status;
  at_ = end_;
  return false;
}

}  // namespace uproar
