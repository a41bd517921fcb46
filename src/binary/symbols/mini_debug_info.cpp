#include "binary/symbols/mini_debug_info.h"

#include <fmt/format.h>
#include <lzma.h>

#include <algorithm>

namespace uproar {
namespace {

constexpr uint64_t kMaxMemory = uint64_t{128} << 20;
constexpr size_t kFirstSize = size_t{64} << 10;

struct Decoder {
  Decoder() { ready = lzma_stream_decoder(&stream, kMaxMemory, LZMA_CONCATENATED) == LZMA_OK; }
  ~Decoder() { lzma_end(&stream); }
  lzma_stream stream = LZMA_STREAM_INIT;
  bool ready = false;
};

Error fault(std::string message) {
  return Error{".gnu_debugdata " + std::move(message), {}, {}, 0};
}

}  // namespace

Result<std::string> unpack_mini_debug_info(std::span<const uint8_t> packed, size_t limit) {
  Decoder decoder;
  if (!decoder.ready) return fault("cannot be unpacked: no memory");
  lzma_stream& stream = decoder.stream;
  stream.next_in = packed.data();
  stream.avail_in = packed.size();
  std::string out;
  for (;;) {
    const size_t filled = out.size();
    if (filled > limit) return fault(fmt::format("is longer than {} bytes", limit));
    out.resize(std::min(std::max(filled * 2, kFirstSize), limit + 1));
    stream.next_out = reinterpret_cast<uint8_t*>(out.data()) + filled;
    stream.avail_out = out.size() - filled;
    const lzma_ret status = lzma_code(&stream, LZMA_FINISH);
    out.resize(out.size() - stream.avail_out);
    if (status == LZMA_STREAM_END) break;
    if (status != LZMA_OK || stream.avail_out != 0) return fault("is damaged or not xz");
  }
  if (out.size() > limit) return fault(fmt::format("is longer than {} bytes", limit));
  return out;
}

}  // namespace uproar
