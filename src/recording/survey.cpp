#include "recording/survey.h"

#include <algorithm>

#include "recording/sinks/block_sink.h"

namespace uproar {

namespace {

bool plausible(const BlockHeader& header) {
  return header.cpu < kMaxCpus && header.count > 0 && header.first_ns <= header.last_ns;
}

class Surveyor {
 public:
  Surveyor(ByteSource& source, uint64_t first_block) : source_(source) { survey_.whole_bytes = first_block; }

  Survey run(const BlockMap& map) {
    for (const Damage& damage : map.damage) take_damage(damage, map);
    for (const MappedBlock& place : map.blocks) take_block(place);
    std::sort(survey_.damage.begin(), survey_.damage.end(),
              [](const Damage& a, const Damage& b) { return a.offset < b.offset; });
    return std::move(survey_);
  }

 private:
  void take_block(const MappedBlock& place) {
    const BlockHeader& header = place.header;
    const bool records = holds_records(header);
    auto stored = source_.read(place.offset + kBlockHeaderBytes, header.stored_bytes, stored_);
    const bool whole = stored.size() == header.stored_bytes && checksum(stored) == header.payload_crc;
    if (!whole) {
      survey_.damage.push_back(
          {place.offset, header.block_bytes(), describe(BlockStatus::BadPayloadChecksum)});
      if (records) count_damaged(header);
      return;
    }
    survey_.whole_bytes = std::max(survey_.whole_bytes, place.offset + header.block_bytes());
    ++survey_.blocks[header.type];
    if (!records || !plausible(header)) return;
    Survey::Records& cpu = survey_.cpus[header.cpu];
    cpu.whole += header.count;
    cpu.last_ns = std::max(cpu.last_ns, header.last_ns);
    survey_.first_ns = survey_.records == 0 ? header.first_ns : std::min(survey_.first_ns, header.first_ns);
    survey_.last_ns = std::max(survey_.last_ns, header.last_ns);
    survey_.records += header.count;
  }

  // A place that is in no block of the map; a header may stand there all the same, as in a block that was
  // cut.
  void take_damage(const Damage& damage, const BlockMap& map) {
    survey_.damage.push_back(damage);
    BlockHeader header;
    BlockStatus status = parse_block_header(source_.read(damage.offset, kBlockHeaderBytes, stored_), header);
    bool known = status == BlockStatus::Ok && damage.bytes <= header.block_bytes();
    if (known && damage.bytes > 0 && has_sequence(map, header.sequence)) return;  // there a second time
    if (!known || damage.bytes == 0) {
      survey_.damage_counted = false;  // of no bytes: blocks are missing without a trace
    } else if (holds_records(header)) {
      count_damaged(header);
    }
  }

  static bool has_sequence(const BlockMap& map, uint32_t sequence) {
    auto at = std::lower_bound(
        map.blocks.begin(), map.blocks.end(), sequence,
        [](const MappedBlock& place, uint32_t wanted) { return place.header.sequence < wanted; });
    return at != map.blocks.end() && at->header.sequence == sequence;
  }

  void count_damaged(const BlockHeader& header) {
    if (!plausible(header)) {
      survey_.damage_counted = false;
      return;
    }
    Survey::Records& cpu = survey_.cpus[header.cpu];
    cpu.damaged += header.count;
    cpu.last_ns = std::max(cpu.last_ns, header.last_ns);
  }

  ByteSource& source_;
  std::vector<uint8_t> stored_;
  Survey survey_;
};

}  // namespace

Survey survey_blocks(ByteSource& source, uint64_t first_block) {
  auto by_index = map_by_index(source, first_block);
  bool fits = by_index.has_value();
  Survey survey =
      Surveyor(source, first_block).run(fits ? std::move(*by_index) : map_by_walking(source, first_block));
  survey.index_fits = fits;
  return survey;
}

}  // namespace uproar
