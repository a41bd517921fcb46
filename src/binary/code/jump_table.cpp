#include "binary/code/jump_table.h"

#include <algorithm>
#include <span>

#include "base/byte_reader.h"
#include "binary/elf/address.h"

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;
using Aim = InstructionEffects::Aim;

constexpr size_t kMaxEntries = 4096;
constexpr size_t kMaxTables = 1024;  // of one function

class TableReader {
 public:
  TableReader(const ElfFile& file, InstructionSet set, FunctionCode& code)
      : file_(file), word_(set == InstructionSet::I386 ? 4 : 8), code_(code) {}

  void read() {
    for (const InstructionEffects& each : code_.instructions) {
      if (each.flow == Flow::Jump && !each.target) code_.indirect_jumps.push_back({each.vaddr, each.aim});
    }
    auto& jumps = code_.indirect_jumps;
    if (std::all_of(jumps.begin(), jumps.end(),
                    [](const IndirectJump& jump) { return jump.aim == Aim::Slot; }))
      return;
    for (uint64_t table : addresses_taken()) {
      if (!read_distances(table)) read_addresses(table);
    }
    auto& targets = code_.table_targets;
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  }

 private:
  std::vector<uint64_t> addresses_taken() const {
    std::vector<uint64_t> taken;
    for (const InstructionEffects& each : code_.instructions) {
      if (each.address && !each.memory) taken.push_back(*each.address);
      const bool indexed = each.memory && each.memory->is_indexed && each.memory->base < 0;
      if (indexed && each.memory->displacement > 0)
        taken.push_back(static_cast<uint64_t>(each.memory->displacement));
    }
    std::sort(taken.begin(), taken.end());
    taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
    taken.resize(std::min(taken.size(), kMaxTables));
    return taken;
  }

  bool is_inside(uint64_t target) const {
    return target >= code_.extent.vaddr && target - code_.extent.vaddr < code_.extent.size;
  }

  bool is_code(uint64_t target) const {
    const auto& segments = file_.segments();
    return std::any_of(segments.begin(), segments.end(), [target](const LoadSegment& segment) {
      return segment.executable && target >= segment.vaddr && target - segment.vaddr < segment.file_size;
    });
  }

  std::vector<uint8_t> data_at(uint64_t vaddr, size_t size) const {
    auto offset = file_offset_of(file_.segments(), vaddr);
    if (!offset) return {};
    auto bytes = file_.read(*offset, size);
    return bytes.ok() ? std::move(*bytes) : std::vector<uint8_t>{};
  }

  // Entries of a table may lead to the function's cold part, so it is read on until one is no code at all:
  // rather too many targets than one too few.
  template <typename Next>
  bool read_entries(uint64_t table, size_t size, const Next& next) {
    if (is_inside(table)) return false;
    auto first = data_at(table, size);
    ByteReader look(first);
    if (first.size() != size || !is_code(next(look))) return false;
    const auto bytes = data_at(table, kMaxEntries * size);
    ByteReader in(bytes);
    std::vector<uint64_t> inside;
    while (in.remaining() >= size) {
      const uint64_t target = next(in);
      if (!is_code(target)) break;
      if (is_inside(target)) inside.push_back(target);
    }
    if (inside.empty()) return false;
    code_.table_targets.insert(code_.table_targets.end(), inside.begin(), inside.end());
    return true;
  }

  bool read_distances(uint64_t table) {
    return read_entries(table, 4, [table](ByteReader& in) {
      return table + static_cast<uint64_t>(int64_t{static_cast<int32_t>(in.u32())});
    });
  }

  bool read_addresses(uint64_t table) {
    return read_entries(table, word_, [this](ByteReader& in) { return word_ == 8 ? in.u64() : in.u32(); });
  }

  const ElfFile& file_;
  size_t word_;
  FunctionCode& code_;
};

}  // namespace

void find_jump_tables(const ElfFile& file, InstructionSet set, FunctionCode& code) {
  TableReader(file, set, code).read();
}

}  // namespace uproar
