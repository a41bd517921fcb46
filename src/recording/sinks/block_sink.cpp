#include "recording/sinks/block_sink.h"

namespace uproar {

Result<void> BlockSink::append(BlockHeader header, std::span<const uint8_t> raw) {
  std::span<const uint8_t> block = packer_.pack(header, raw);
  return put(header, block.subspan(kBlockHeaderBytes));
}

}  // namespace uproar
