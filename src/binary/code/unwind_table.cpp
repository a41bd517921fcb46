#include "binary/code/unwind_table.h"

#include <algorithm>
#include <map>
#include <span>
#include <string_view>

#include "base/byte_reader.h"
#include "binary/elf/address.h"

namespace uproar {
namespace {

constexpr uint64_t kMaxSection = uint64_t{256} << 20;
constexpr size_t kMaxEntries = size_t{8} << 20;
constexpr size_t kMaxCommons = size_t{1} << 20;
constexpr uint64_t kMaxExceptionTable = uint64_t{128} << 10;

// DW_EH_PE_…: how a pointer is written.
constexpr uint8_t kOmitted = 0xff;
constexpr uint8_t kIndirect = 0x80;
constexpr uint8_t kRelation = 0x70;
constexpr uint8_t kPcRelative = 0x10;

int64_t signed_leb128(ByteReader& in) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = in.u8();
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte & 0x80) continue;
    const bool negative = (byte & 0x40) && shift + 7 < 64;
    return static_cast<int64_t>(negative ? value | ~uint64_t{0} << (shift + 7) : value);
  }
  return 0;
}

// A pointer whose first byte is at `vaddr` + position; 0 is 0 whatever it is relative to.
uint64_t pointer(ByteReader& in, uint8_t encoding, uint64_t vaddr, bool is_64_bit) {
  const uint64_t here = vaddr + in.position();
  uint64_t value = 0;
  switch (encoding & 0x0f) {
    case 0x00:
      value = is_64_bit ? in.u64() : in.u32();
      break;
    case 0x01:
      value = in.varint();
      break;
    case 0x02:
      value = in.u16();
      break;
    case 0x03:
      value = in.u32();
      break;
    case 0x04:
    case 0x0c:
      value = in.u64();
      break;
    case 0x09:
      value = static_cast<uint64_t>(signed_leb128(in));
      break;
    case 0x0a:
      value = static_cast<uint64_t>(int64_t{static_cast<int16_t>(in.u16())});
      break;
    case 0x0b:
      value = static_cast<uint64_t>(int64_t{static_cast<int32_t>(in.u32())});
      break;
    default:
      in.bytes(UINT64_MAX);  // fails
      return 0;
  }
  if (value == 0) return 0;
  if ((encoding & kRelation) == kPcRelative) value += here;
  return is_64_bit ? value : value & UINT32_MAX;
}

// What the entries of one CIE have in common.
struct Common {
  bool known = false;
  bool has_data = false;  // augmentation 'z'
  uint8_t pointers = 0;
  uint8_t tables = kOmitted;
};

Common read_common(std::span<const uint8_t> record, uint64_t vaddr, bool is_64_bit) {
  ByteReader in(record);
  in.u32();  // the zero that tells a CIE
  const uint8_t version = in.u8();
  std::string augmentation;
  for (uint8_t letter; (letter = in.u8()) != 0 && augmentation.size() < 16;)
    augmentation += static_cast<char>(letter);
  in.varint();
  signed_leb128(in);
  if (version == 1) {
    in.u8();
  } else {
    in.varint();
  }
  Common common;
  common.has_data = !augmentation.empty() && augmentation[0] == 'z';
  if (!common.has_data) {
    common.known = augmentation.empty() && !in.failed();
    return common;
  }
  in.varint();
  for (char letter : std::string_view(augmentation).substr(1)) {
    if (letter == 'R') {
      common.pointers = in.u8();
    } else if (letter == 'L') {
      common.tables = in.u8();
    } else if (letter == 'P') {
      const uint8_t encoding = in.u8();
      pointer(in, encoding, vaddr, is_64_bit);
    } else if (letter != 'S' && letter != 'B') {
      return common;
    }
  }
  common.known = !in.failed() && !(common.pointers & kIndirect);
  return common;
}

class EntryReader {
 public:
  EntryReader(std::span<const uint8_t> section, uint64_t vaddr, bool is_64_bit)
      : section_(section), vaddr_(vaddr), is_64_bit_(is_64_bit) {}

  std::vector<UnwindEntry> read() {
    ByteReader in(section_);
    while (in.remaining() >= 4 && entries_.size() < kMaxEntries) {
      const size_t start = in.position();
      uint64_t length = in.u32();
      if (length == 0) continue;  // terminators stand between the parts of a linked file
      if (length == UINT32_MAX) break;
      auto record = in.bytes(length);
      if (in.failed() || record.size() < 4) break;
      add(record, start + 4);
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const UnwindEntry& a, const UnwindEntry& b) { return a.start < b.start; });
    return std::move(entries_);
  }

 private:
  void add(std::span<const uint8_t> record, size_t offset) {
    ByteReader in(record);
    const uint32_t distance = in.u32();
    if (distance == 0) {
      if (commons_.size() >= kMaxCommons) return;
      commons_[offset] = read_common(record, vaddr_ + offset, is_64_bit_);
      return;
    }
    // The distance counts from its own field to the length field of the CIE.
    auto common = commons_.find(offset - distance + 4);
    if (distance > offset || common == commons_.end() || !common->second.known) return;
    UnwindEntry entry;
    entry.start = pointer(in, common->second.pointers, vaddr_ + offset, is_64_bit_);
    entry.size = pointer(in, common->second.pointers & 0x0f, 0, is_64_bit_);
    if (common->second.has_data && common->second.tables != kOmitted) {
      in.varint();
      entry.lsda = pointer(in, common->second.tables, vaddr_ + offset, is_64_bit_);
    }
    if (in.failed() || entry.size == 0 || entry.size > UINT64_MAX - entry.start) return;
    entries_.push_back(entry);
  }

  std::span<const uint8_t> section_;
  uint64_t vaddr_;
  bool is_64_bit_;
  std::map<size_t, Common> commons_;  // by the offset behind the length field
  std::vector<UnwindEntry> entries_;
};

}  // namespace

std::vector<UnwindEntry> read_unwind_entries(const ElfFile& file) {
  const auto& sections = file.sections();
  auto section = std::find_if(sections.begin(), sections.end(),
                              [](const ElfSection& each) { return each.name == ".eh_frame"; });
  if (section == sections.end() || section->size > kMaxSection) return {};
  auto vaddr = vaddr_of(file.segments(), section->file_offset);
  auto bytes = file.read(section->file_offset, section->size);
  if (!vaddr || !bytes.ok()) return {};
  return EntryReader(*bytes, *vaddr, file.is_64_bit()).read();
}

const UnwindEntry* unwind_entry_at(const std::vector<UnwindEntry>& entries, uint64_t vaddr) {
  auto after =
      std::upper_bound(entries.begin(), entries.end(), vaddr,
                       [](uint64_t address, const UnwindEntry& entry) { return address < entry.start; });
  if (after == entries.begin()) return nullptr;
  const UnwindEntry& entry = *std::prev(after);
  return vaddr - entry.start < entry.size ? &entry : nullptr;
}

std::optional<std::vector<CallSite>> read_call_sites(const ElfFile& file, const UnwindEntry& entry) {
  auto offset = file_offset_of(file.segments(), entry.lsda);
  if (entry.lsda == 0 || !offset) return std::nullopt;
  auto bytes = file.read(*offset, kMaxExceptionTable);
  if (!bytes.ok()) return std::nullopt;
  ByteReader in(*bytes);
  uint64_t landing_base = entry.start;
  if (uint8_t encoding = in.u8(); encoding != kOmitted)
    landing_base = pointer(in, encoding, entry.lsda, file.is_64_bit());
  if (in.u8() != kOmitted) in.varint();
  const uint8_t encoding = in.u8();
  const uint64_t length = in.varint();
  if (in.failed() || length > in.remaining()) return std::nullopt;
  const size_t end = in.position() + length;
  std::vector<CallSite> sites;
  while (in.position() < end) {
    CallSite site;
    site.start = entry.start + pointer(in, encoding, 0, file.is_64_bit());
    site.size = pointer(in, encoding, 0, file.is_64_bit());
    const uint64_t landing = pointer(in, encoding, 0, file.is_64_bit());
    site.landing_pad = landing == 0 ? 0 : landing_base + landing;
    in.varint();
    if (in.failed()) return std::nullopt;
    sites.push_back(site);
  }
  return sites;
}

}  // namespace uproar
