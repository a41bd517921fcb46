#include "recording/blocks/block_map.h"

#include <algorithm>
#include <utility>

#include "recording/blocks/index.h"
#include "recording/metadata/metadata.h"
#include "recording/recovery.h"
#include "recording/sinks/block_sink.h"

namespace uproar {

namespace {

// The End block, if the last bytes of the file are one.
std::optional<MappedBlock> end_block(ByteSource& source, uint64_t first_block) {
  if (source.size() < first_block + kEndBlockBytes) return std::nullopt;
  MappedBlock block;
  block.offset = source.size() - kEndBlockBytes;
  std::vector<uint8_t> scratch;
  auto bytes = source.read(block.offset, kBlockHeaderBytes, scratch);
  if (parse_block_header(bytes, block.header) != BlockStatus::Ok) return std::nullopt;
  if (!block.header.is(BlockType::End) || block.header.stored_bytes != kEndPayloadBytes) return std::nullopt;
  return block;
}

class Walk {
 public:
  Walk(ByteSource& source, uint64_t first_block) : source_(source), recovery_(source), at_(first_block) {}

  BlockMap run() {
    while (at_ < source_.size() && step()) {
    }
    arrange();
    return std::move(map_);
  }

 private:
  // False: nothing can be read behind this.
  bool step() {
    MappedBlock block;
    block.offset = at_;
    auto bytes = source_.read(at_, kBlockHeaderBytes, scratch_);
    BlockStatus status = parse_block_header(bytes, block.header);
    if (status != BlockStatus::Ok && status != BlockStatus::TooLarge) return search(status);
    uint64_t end = at_ + block.header.block_bytes();
    if (end > source_.size()) {
      // A file that has its End was not cut: bytes are missing in the middle. Otherwise the rest is the
      // beginning of one block, and is not searched: recorded data could hold what looks like a block.
      if (end_block(source_, 0))
        return skip_to(recovery_.find_whole_block(at_ + kBlockHeaderBytes), at_, status);
      return skip_to(std::nullopt, at_, BlockStatus::CutPayload);
    }
    if (status == BlockStatus::TooLarge) {
      map_.damage.push_back({at_, end - at_, describe(status)});
    } else {
      map_.blocks.push_back(block);
    }
    at_ = end;
    if (status == BlockStatus::Ok && block.header.is(BlockType::End) && at_ < source_.size()) {
      map_.damage.push_back({at_, source_.size() - at_, "bytes after the end of the recording"});
      return false;
    }
    return true;
  }

  // No header stands where the block before ends. If that block is bad as well, bytes may be missing inside
  // it, and the next block may begin before its end.
  bool search(BlockStatus status) {
    if (status == BlockStatus::CutHeader) return skip_to(std::nullopt, at_, status);
    if (!map_.blocks.empty()) {
      MappedBlock last = map_.blocks.back();
      if (last.offset + last.header.block_bytes() == at_ &&
          !recovery_.payload_holds(last.offset, last.header)) {
        map_.blocks.pop_back();
        return skip_to(recovery_.find_whole_block(last.offset + kBlockHeaderBytes), last.offset,
                       BlockStatus::BadPayloadChecksum);
      }
    }
    return skip_to(recovery_.find_whole_block(at_ + 1), at_, status);
  }

  bool skip_to(std::optional<uint64_t> next, uint64_t from, BlockStatus status) {
    uint64_t to = next.value_or(source_.size());
    map_.damage.push_back(
        {from, to - from, describe(status == BlockStatus::Ok ? BlockStatus::CutPayload : status)});
    at_ = to;
    return next.has_value();
  }

  bool damaged_between(uint64_t from, uint64_t to) const {
    return std::any_of(map_.damage.begin(), map_.damage.end(),
                       [&](const Damage& damage) { return damage.offset >= from && damage.offset < to; });
  }

  // Blocks in the order in which they were written, each once; whole blocks that are gone without a trace
  // leave a gap in the numbers.
  void arrange() {
    auto by_sequence = [](const MappedBlock& a, const MappedBlock& b) {
      return a.header.sequence < b.header.sequence;
    };
    auto& blocks = map_.blocks;
    if (!std::is_sorted(blocks.begin(), blocks.end(), by_sequence)) {
      std::stable_sort(blocks.begin(), blocks.end(), by_sequence);
    }
    std::vector<Damage> found;
    std::vector<MappedBlock> kept;
    kept.reserve(blocks.size());
    uint64_t expected = 0;
    uint64_t end_before = 0;
    for (const MappedBlock& block : blocks) {
      if (block.header.sequence < expected) {
        found.push_back({block.offset, block.header.block_bytes(), "block is there a second time"});
        continue;
      }
      uint64_t missing = block.header.sequence - expected;
      if (missing > 0 && !damaged_between(end_before, block.offset)) {
        found.push_back({block.offset, 0,
                         missing == 1 ? "a block is missing here"
                                      : std::to_string(missing) + " blocks are missing here"});
      }
      expected = uint64_t{block.header.sequence} + 1;
      end_before = block.offset + block.header.block_bytes();
      kept.push_back(block);
    }
    blocks = std::move(kept);
    map_.damage.insert(map_.damage.end(), found.begin(), found.end());
  }

  ByteSource& source_;
  Recovery recovery_;
  uint64_t at_;
  std::vector<uint8_t> scratch_;
  BlockMap map_;
};

// One Index block that must end at `end`, and the blocks it lists, appended to `blocks` in reverse order.
// Gives the place where they begin and the index before.
struct Link {
  uint64_t begin = 0;
  uint64_t previous_offset = 0;
};
std::optional<Link> read_link(ByteSource& source, BlockLoader& loader, uint64_t offset, uint64_t end,
                              std::vector<MappedBlock>& blocks) {
  std::vector<uint8_t> bytes;
  MappedBlock block;
  block.offset = offset;
  if (parse_block_header(source.read(offset, kBlockHeaderBytes, bytes), block.header) != BlockStatus::Ok)
    return std::nullopt;
  if (!block.header.is(BlockType::Index) || offset + block.header.block_bytes() != end) return std::nullopt;
  bool header_damaged = false;
  Index index;
  if (loader.load(block, bytes, header_damaged) != BlockStatus::Ok) return std::nullopt;
  if (!parse_index(bytes, block.header.count, index)) return std::nullopt;
  blocks.push_back(block);
  uint64_t begin = offset;
  for (auto header = index.headers.rbegin(); header != index.headers.rend(); ++header) {
    if (header->block_bytes() > begin) return std::nullopt;
    begin -= header->block_bytes();
    blocks.push_back({begin, *header});
  }
  return Link{begin, index.previous_offset};
}

// Does another block stand where the index has one? A damaged header is no contradiction: that is what the
// index is for. Only the blocks that are read anyway are looked at in large files, because each look at a
// disk costs a seek.
bool contradicts(ByteSource& source, const BlockMap& map) {
  std::vector<uint8_t> scratch;
  bool all = map.blocks.size() <= kBlocksPerIndex;
  return std::any_of(map.blocks.begin(), map.blocks.end(), [&](const MappedBlock& block) {
    if (!all && holds_records(block.header)) return false;
    BlockHeader found;
    BlockStatus status = parse_block_header(source.read(block.offset, kBlockHeaderBytes, scratch), found);
    return status == BlockStatus::Ok && found != block.header;
  });
}

}  // namespace

std::optional<BlockMap> map_by_index(ByteSource& source, uint64_t first_block) {
  auto end = end_block(source, first_block);
  if (!end) return std::nullopt;
  BlockLoader loader(source);
  std::vector<uint8_t> payload;
  bool header_damaged = false;
  EndSummary summary;
  uint64_t offset = 0;
  if (loader.load(*end, payload, header_damaged) != BlockStatus::Ok) return std::nullopt;
  if (parse_end(payload, summary, offset) != MetadataStatus::Ok) return std::nullopt;

  BlockMap map;
  map.blocks.push_back(*end);
  uint64_t upper = end->offset;
  for (;;) {
    // Each link lies before the one after it, so that the chain ends.
    if (offset < first_block || offset >= upper) return std::nullopt;
    auto link = read_link(source, loader, offset, upper, map.blocks);
    if (!link || link->begin < first_block) return std::nullopt;
    upper = link->begin;
    if (link->previous_offset == 0) break;
    offset = link->previous_offset;
  }
  if (upper != first_block) return std::nullopt;
  std::reverse(map.blocks.begin(), map.blocks.end());
  for (size_t i = 0; i < map.blocks.size(); ++i) {
    if (map.blocks[i].header.sequence != i) return std::nullopt;
  }
  if (contradicts(source, map)) return std::nullopt;
  return map;
}

BlockMap map_by_walking(ByteSource& source, uint64_t first_block) {
  return Walk(source, first_block).run();
}

BlockMap map_blocks(ByteSource& source, uint64_t first_block) {
  if (auto map = map_by_index(source, first_block)) return std::move(*map);
  return map_by_walking(source, first_block);
}

BlockStatus BlockLoader::load(const MappedBlock& block, std::vector<uint8_t>& raw, bool& header_damaged) {
  auto bytes = source_.read(block.offset, static_cast<size_t>(block.header.block_bytes()), stored_);
  if (bytes.size() < block.header.block_bytes()) return BlockStatus::CutPayload;
  BlockHeader header;
  header_damaged = parse_block_header(bytes, header) != BlockStatus::Ok || header != block.header;
  return unpacker_.unpack(block.header, bytes.subspan(kBlockHeaderBytes), raw);
}

}  // namespace uproar
