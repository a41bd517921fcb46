// One sub-buffer of the kernel's ring buffer to records. Pure.
#pragma once

#include <cstdint>
#include <span>

#include "event/decode_status.h"

namespace uproar {

// How sub-buffers are laid out on the machine that wrote them (events/header_page).
struct RingLayout {
  uint32_t commit_size = 8;  // bytes of local_t: 8 on 64-bit kernels, 4 on 32-bit ones
};

// Walks the events of one sub-buffer (kernel: kernel/trace/ring_buffer.c struct buffer_data_page,
// rb_event_length). The bytes must outlive the walker; records point into them.
class RingPage {
 public:
  explicit RingPage(std::span<const uint8_t> sub_buffer, RingLayout layout = {});

  // Ok, or why the header cannot be believed; then next() gives nothing.
  DecodeStatus status() const { return status_; }

  // Events were lost before this page: how many, if the page says so (0 with lost_before() true: not known).
  bool lost_before() const { return lost_before_; }
  uint64_t lost_count() const { return lost_count_; }
  bool lost_count_known() const { return lost_count_known_; }

  uint64_t base_time() const { return base_time_; }
  uint32_t data_size() const { return data_size_; }

  struct Record {
    uint64_t time_ns = 0;
    uint32_t position = 0;           // of the event header, counted from the end of the page header
    std::span<const uint8_t> bytes;  // payload, common_type first; may have padding to 4 behind it
  };

  // The next data record, or false at the end or at damage (status() then says which).
  bool next(Record& out);

 private:
  std::span<const uint8_t> data_;
  uint32_t position_ = 0;
  uint64_t time_ = 0;
  uint64_t base_time_ = 0;
  uint32_t data_size_ = 0;
  uint64_t lost_count_ = 0;
  bool lost_before_ = false;
  bool lost_count_known_ = false;
  DecodeStatus status_ = DecodeStatus::Ok;
};

}  // namespace uproar
