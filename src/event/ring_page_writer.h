// Records to one sub-buffer of the kernel's ring buffer: the inverse of RingPage. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace uproar {

// Of a 64-bit kernel. Used again and again: start a page, add records, take its bytes.
class RingPageWriter {
 public:
  static constexpr size_t kHeaderBytes = 16;
  // The longest record that a page of so many bytes takes, with a time and a count of losses before it.
  static constexpr size_t longest_record(size_t page_bytes) {
    return (page_bytes - kHeaderBytes - 24) & ~size_t{3};
  }

  explicit RingPageWriter(size_t page_bytes);

  bool empty() const { return used_ == 0; }
  // `lost` with 0: events were lost before this page, nobody knows how many.
  void mark_lost(uint64_t lost);

  // False: no room, or the time is before the page's last one; begin another page. An empty page takes every
  // record up to longest_record().
  bool add(uint64_t time_ns, std::span<const uint8_t> record);

  // The whole page, zeros behind the last record. Then the page is empty again.
  std::span<const uint8_t> take();

 private:
  size_t room() const;
  void put_u32(uint32_t value);

  std::vector<uint8_t> page_;
  std::vector<uint8_t> taken_;
  size_t used_ = 0;  // behind the header
  uint64_t base_ns_ = 0;
  uint64_t last_ns_ = 0;
  bool lost_ = false;
  uint64_t lost_count_ = 0;
};

}  // namespace uproar
