#include "binary/code/branch_map.h"

#include <cstring>

namespace uproar {
namespace {

// Bytes of opcode before a 32-bit distance; 0: none begins here.
size_t far_opcode_size(const uint8_t* at) {
  if (at[0] == 0xe8 || at[0] == 0xe9) return 1;           // call, jmp
  if (at[0] == 0x0f && (at[1] & 0xf0) == 0x80) return 2;  // jcc
  if (at[0] == 0x8d && (at[1] & 0xc7) == 0x05) return 2;  // lea of a place relative to itself
  return at[0] == 0xc7 && at[1] == 0xf8 ? size_t{2} : 0;  // xbegin
}

bool is_near_opcode(uint8_t byte) {
  return (byte & 0xf0) == 0x70 || byte == 0xeb || (byte & 0xfc) == 0xe0;  // jcc, jmp, loop and jrcxz
}

}  // namespace

void BranchMap::add_branches(std::span<const uint8_t> code, uint64_t vaddr) {
  for (size_t i = 0; i + 5 <= code.size(); ++i) {
    const size_t opcode = far_opcode_size(code.data() + i);
    if (opcode == 0 || i + opcode + 4 > code.size()) continue;
    int32_t distance = 0;
    std::memcpy(&distance, code.data() + i + opcode, sizeof distance);
    mark(vaddr + i + opcode + 4 + static_cast<uint64_t>(int64_t{distance}));
  }
}

void BranchMap::add_addresses(std::span<const uint8_t> data, uint64_t vaddr, size_t word) {
  for (size_t i = (word - vaddr % word) % word; i + word <= data.size(); i += word) {
    uint64_t address = 0;
    std::memcpy(&address, data.data() + i, word);  // x86 is little-endian, as this machine
    mark(address);
  }
}

void BranchMap::mark(uint64_t target) {
  const uint64_t at = target - vaddr_;
  if (at / 64 < targets_.size()) targets_[at / 64] |= uint64_t{1} << (at % 64);
}

bool BranchMap::any_in(uint64_t first, uint64_t last) const {
  for (uint64_t at = first - vaddr_; at <= last - vaddr_; ++at) {
    if (at / 64 < targets_.size() && (targets_[at / 64] >> (at % 64) & 1)) return true;
  }
  return false;
}

std::vector<size_t> near_branches_into(std::span<const uint8_t> code, uint64_t vaddr, uint64_t first,
                                       uint64_t last) {
  std::vector<size_t> ends;
  for (size_t i = 0; i + 1 < code.size(); ++i) {
    if (!is_near_opcode(code[i])) continue;
    const uint64_t target = vaddr + i + 2 + static_cast<uint64_t>(int64_t{static_cast<int8_t>(code[i + 1])});
    if (target >= first && target <= last) ends.push_back(i + 2);
  }
  return ends;
}

}  // namespace uproar
