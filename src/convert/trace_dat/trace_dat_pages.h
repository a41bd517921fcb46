// The records of one CPU of one buffer of a trace.dat, in the order of the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "convert/io/byte_input.h"
#include "convert/trace_dat/trace_dat_contents.h"
#include "event/ring_page.h"

namespace uproar::trace_dat {

// Reads a sub-buffer, or a chunk of them, at a time: that much memory, and no more than
// Contents::max_chunk_bytes. What is wrong is told through `damage`, and reading goes on with the next
// sub-buffer or chunk. A sub-buffer that the end of the file cuts gives the records that are whole.
class PageStream {
 public:
  // All must outlive it.
  PageStream(ByteInput& input, const Contents& contents, const Buffer& buffer, const Stream& stream,
             std::vector<Damage>& damage);

  // The next record; its bytes hold until the next call. False: no more.
  bool next(RingPage::Record& out);

  uint32_t cpu() const { return stream_.cpu; }
  // Of the sub-buffer that the last record came from: whether events were lost before it, and how many (0:
  // not told). True once.
  bool take_loss(uint64_t& count);
  uint64_t bytes_read() const { return offset_ - stream_.offset; }

 private:
  bool next_page();
  bool next_chunk();
  bool next_plain_pages();
  bool next_packed_chunk();
  void tell_unread();
  void damaged(uint64_t place, uint64_t bytes, std::string reason);

  ByteInput& input_;
  Packing packing_;
  RingLayout layout_;
  Stream stream_;
  size_t page_bytes_;
  uint32_t max_chunk_bytes_;
  std::vector<Damage>& damage_;
  uint64_t offset_;             // of what is read next
  uint64_t end_;                // of the stream
  uint32_t chunks_left_ = 0;    // packed: behind offset_
  bool counted_ = false;        // packed: the number of chunks was read
  std::vector<uint8_t> chunk_;  // unpacked pages
  std::vector<uint8_t> packed_;
  size_t in_chunk_ = 0;       // where the next page begins
  uint64_t chunk_place_ = 0;  // of the chunk in the file
  RingPage page_{{}};
  std::span<const uint8_t> page_span_;
  size_t present_ = 0;       // bytes of the page that the file has
  uint64_t page_place_ = 0;  // as near as a packed file allows
  bool in_page_ = false;
  bool loss_pending_ = false;
};

}  // namespace uproar::trace_dat
