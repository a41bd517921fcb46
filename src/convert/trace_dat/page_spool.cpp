#include "convert/trace_dat/page_spool.h"

#include <unistd.h>

#include <cerrno>

#include "base/byte_writer.h"
#include "convert/io/spool.h"
#include "convert/trace_dat/trace_dat_packing.h"

namespace uproar {

namespace {

constexpr size_t kPagesAtOnce = 10;  // as trace-cmd packs them
constexpr int kLevel = 3;            // zstd's own default, and trace-cmd's
constexpr const char* kName = "the temporary file for pages";

}  // namespace

Result<PageSpool> PageSpool::make(bool compress) {
  TRY_ASSIGN(Fd file, unnamed_file());
  return PageSpool(std::move(file), compress);
}

size_t PageSpool::add_stream() {
  streams_.emplace_back();
  return streams_.size() - 1;
}

Result<void> PageSpool::add(size_t stream, std::span<const uint8_t> page) {
  Stream& to = streams_[stream];
  to.open.insert(to.open.end(), page.begin(), page.end());
  if (++to.open_pages < kPagesAtOnce) return {};
  return close(to);
}

Result<void> PageSpool::finish() {
  for (Stream& stream : streams_) {
    TRY(close(stream));
    stream.open = {};
  }
  return {};
}

Result<void> PageSpool::close(Stream& stream) {
  if (stream.open.empty()) return {};
  std::span<const uint8_t> bytes = stream.open;
  if (compress_) {
    trace_dat::pack_zstd(bytes, kLevel, packed_);
    bytes = packed_;
  }
  auto written = write_all(file_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, kName);
  if (!written.ok()) {
    written.error().remedy = "set TMPDIR to a folder with room";
    return std::move(written.error());
  }
  stream.pieces.push_back(
      {end_, static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(stream.open.size())});
  end_ += bytes.size();
  stream.open.clear();
  stream.open_pages = 0;
  return {};
}

uint64_t PageSpool::bytes(size_t stream) const {
  const Stream& of = streams_[stream];
  uint64_t sum = 0;
  for (const Piece& piece : of.pieces) sum += piece.bytes + (compress_ ? 8 : 0);
  return sum + (compress_ && !of.pieces.empty() ? 4 : 0);
}

Result<void> PageSpool::write(size_t stream, ByteOutput& output) const {
  const Stream& of = streams_[stream];
  if (of.pieces.empty()) return {};
  ByteWriter head;
  if (compress_) head.u32(static_cast<uint32_t>(of.pieces.size()));
  std::vector<uint8_t> bytes;
  for (const Piece& piece : of.pieces) {
    if (compress_) {
      head.u32(piece.bytes);
      head.u32(piece.unpacked);
    }
    TRY(output.append(head.view()));
    head.clear();
    bytes.resize(piece.bytes);
    for (size_t have = 0; have < bytes.size();) {
      const ssize_t got = ::pread(file_.get(), bytes.data() + have, bytes.size() - have,
                                  static_cast<off_t>(piece.offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return system_error(kName, got < 0 ? errno : EIO);
      have += static_cast<size_t>(got);
    }
    TRY(output.append(bytes));
  }
  return {};
}

}  // namespace uproar
