// Pages of many CPUs, collected in the order in which they come and given back CPU by CPU.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "convert/io/byte_output.h"

namespace uproar {

// Keeps the pages in a file without a name, packed by the ten if they are to be; memory: ten pages and 16
// bytes a packed ten for each stream.
class PageSpool {
 public:
  static Result<PageSpool> make(bool compress);

  // A stream's number; streams are those of one CPU of one buffer.
  size_t add_stream();
  Result<void> add(size_t stream, std::span<const uint8_t> page);
  // All pages are there: what is held back goes to the file.
  Result<void> finish();

  // As a trace.dat has them: plain pages, or u32 chunks and for each u32 packed bytes, u32 unpacked bytes,
  // the packed bytes. 0: the stream has no pages.
  uint64_t bytes(size_t stream) const;
  Result<void> write(size_t stream, ByteOutput& output) const;

 private:
  struct Piece {
    uint64_t offset;
    uint32_t bytes;
    uint32_t unpacked;
  };
  struct Stream {
    std::vector<uint8_t> open;
    size_t open_pages = 0;
    std::vector<Piece> pieces;
  };
  PageSpool(Fd file, bool compress) : file_(std::move(file)), compress_(compress) {}
  Result<void> close(Stream& stream);

  Fd file_;
  bool compress_;
  uint64_t end_ = 0;
  std::vector<Stream> streams_;
  std::vector<uint8_t> packed_;
};

}  // namespace uproar
