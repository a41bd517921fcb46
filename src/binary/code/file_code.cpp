#include "binary/code/file_code.h"

#include <algorithm>
#include <span>

#include "binary/code/branch_map.h"
#include "binary/code/instructions.h"
#include "binary/code/jump_table.h"
#include "binary/elf/address.h"
#include "binary/symbols/symbols.h"

namespace uproar {
namespace {

constexpr uint64_t kStretch = uint64_t{1} << 20;
// Larger code is not looked through for branches.
constexpr uint64_t kMaxCode = uint64_t{1} << 30;
constexpr size_t kMaxCodeSegments = 16;
constexpr uint64_t kNearDistance = 130;  // of a branch with an 8-bit distance, its own bytes included

}  // namespace

// Addresses of code that something in the file aims at.
struct FileCode::Targets {
  // Looks through the segments that hold code, or through all.
  template <typename Add>
  Targets(const ElfFile& file, bool only_code, const Add& add) {
    // Segments that overlap make the same bytes many.
    uint64_t code = 0;
    uint64_t all = 0;
    for (const LoadSegment& segment : file.segments()) {
      all += segment.file_size;
      if (!segment.executable || segment.file_size == 0) continue;
      code += segment.file_size;
      if (code > kMaxCode || maps.size() >= kMaxCodeSegments || all / 2 > file.size()) {
        is_complete = false;
        return;
      }
      maps.emplace_back(segment.vaddr, segment.file_size);
    }
    for (const LoadSegment& segment : file.segments()) {
      if (only_code && !segment.executable) continue;
      for (uint64_t at = 0; at < segment.file_size; at += kStretch) {
        const uint64_t size = std::min(kStretch + BranchMap::kOverlap, segment.file_size - at);
        auto bytes = file.read(segment.file_offset + at, size);
        is_complete &= bytes.ok() && bytes->size() == size;
        if (!is_complete) return;
        for (BranchMap& map : maps) add(map, *bytes, segment.vaddr + at);
      }
    }
  }

  bool any_in(uint64_t first, uint64_t last) const {
    return !is_complete || std::any_of(maps.begin(), maps.end(), [first, last](const BranchMap& map) {
      return map.any_in(first, last);
    });
  }

  std::vector<BranchMap> maps;  // one for each executable segment
  bool is_complete = true;
};

FileCode::FileCode(ElfFile& file) : file_(file), set_(instruction_set_of(file.machine())) {}
FileCode::~FileCode() = default;

std::vector<uint8_t> FileCode::bytes(uint64_t vaddr, uint64_t size) const {
  auto offset = file_offset_of(file_.segments(), vaddr);
  if (!offset) return {};
  auto read = file_.read(*offset, std::min<uint64_t>(size, kMaxDecodedCode));
  return read.ok() ? std::move(*read) : std::vector<uint8_t>{};
}

const std::vector<UnwindEntry>& FileCode::unwind_entries() {
  if (!unwind_) unwind_ = read_unwind_entries(file_);
  return *unwind_;
}

std::optional<FunctionExtent> FileCode::function_at(uint64_t vaddr) {
  auto symbols = file_.symbols();
  const ElfSymbol* symbol = symbols.ok() ? uproar::function_at(**symbols, vaddr) : nullptr;
  if (symbol && symbol->size != 0) return FunctionExtent{symbol->vaddr, symbol->size};
  const UnwindEntry* entry = unwind_entry_at(unwind_entries(), vaddr);
  if (!entry) return std::nullopt;
  return FunctionExtent{entry->start, entry->size};
}

FunctionCode FileCode::decode(const FunctionExtent& extent) const {
  FunctionCode code;
  code.extent = extent;
  if (!set_) return code;
  const auto read = bytes(extent.vaddr, extent.size);
  code.instructions = effects_of(read, extent.vaddr, *set_);
  if (!code.instructions.empty()) {
    const InstructionEffects& last = code.instructions.back();
    code.is_whole = last.vaddr + last.size == extent.vaddr + extent.size;
  }
  find_jump_tables(file_, *set_, code);
  return code;
}

std::optional<std::string> FileCode::begins_in(uint64_t first, uint64_t last) {
  auto read = file_.symbols();
  if (read.ok()) {
    const std::vector<ElfSymbol>& symbols = **read;
    auto found =
        std::lower_bound(symbols.begin(), symbols.end(), first,
                         [](const ElfSymbol& symbol, uint64_t address) { return symbol.vaddr < address; });
    if (found != symbols.end() && found->vaddr <= last) return found->name;
  }
  const auto& entries = unwind_entries();
  auto entry =
      std::lower_bound(entries.begin(), entries.end(), first,
                       [](const UnwindEntry& each, uint64_t address) { return each.start < address; });
  if (entry != entries.end() && entry->start <= last) return std::string();
  return std::nullopt;
}

bool FileCode::has_far_branch(uint64_t first, uint64_t last) {
  if (!branches_) {
    branches_ = std::make_unique<Targets>(file_, true,
                                          [](BranchMap& map, std::span<const uint8_t> bytes, uint64_t vaddr) {
                                            map.add_branches(bytes, vaddr);
                                          });
  }
  return branches_->any_in(first, last);
}

bool FileCode::may_be_pointed_at(uint64_t first, uint64_t last) {
  if (!words_) {
    const size_t word = file_.is_64_bit() ? 8 : 4;
    words_ = std::make_unique<Targets>(
        file_, false, [word](BranchMap& map, std::span<const uint8_t> bytes, uint64_t vaddr) {
          map.add_addresses(bytes, vaddr, word);
        });
  }
  return words_->any_in(first, last);
}

// `end` is behind the bytes that could be a branch: they are one unless the code, decoded from the start of
// its function, has another instruction there.
bool FileCode::branches_at(uint64_t end, uint64_t first, uint64_t last) {
  auto function = function_at(end - 1);
  if (!function || end - function->vaddr > kMaxDecodedCode) return true;
  const auto code = bytes(function->vaddr, end - function->vaddr);
  for (const InstructionEffects& each : effects_of(code, function->vaddr, *set_)) {
    const uint64_t behind = each.vaddr + each.size;
    if (behind < end) continue;
    return each.target && *each.target >= first && *each.target <= last;
  }
  // The last instruction is cut off by `end`, so that it is no branch that ends there. Where the walk stopped
  // before, nothing is known.
  return instruction_at(bytes(function->vaddr, end - function->vaddr + 16), function->vaddr,
                        end - 1 - function->vaddr, *set_)
             .fit == InstructionAt::Fit::NotKnown;
}

bool FileCode::has_near_branch(uint64_t first, uint64_t last) {
  const uint64_t start = first - std::min(first, kNearDistance);
  auto offset = file_offset_of(file_.segments(), start);
  uint64_t from = offset ? start : first;
  if (!offset) {  // the segment begins in between
    for (const LoadSegment& segment : file_.segments())
      if (segment.vaddr > start && segment.vaddr < from) from = segment.vaddr;
  }
  const auto code = bytes(from, last - from + kNearDistance);
  const auto ends = near_branches_into(code, from, first, last);
  return std::any_of(ends.begin(), ends.end(),
                     [&](size_t end) { return branches_at(from + end, first, last); });
}

bool FileCode::may_be_entered(uint64_t first, uint64_t last) {
  if (!set_ || *set_ == InstructionSet::Arm64) return true;
  return has_far_branch(first, last) || has_near_branch(first, last);
}

}  // namespace uproar
