// Which addresses a file's far branches and its data may aim at, without knowing where its instructions
// begin. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace uproar {

// A bit for each address. What is not in the map is certainly no target of what was added, however the code
// is decoded; a few addresses are in it by chance.
class BranchMap {
 public:
  // Targets are kept for `size` bytes from `vaddr` on.
  BranchMap(uint64_t vaddr, uint64_t size) : vaddr_(vaddr), targets_((size + 63) / 64) {}

  // x86 calls, jumps and lea with a 32-bit distance, taken from every byte of `code` that could begin one;
  // its first is at `vaddr`. What reaches past its end is not seen: stretches must overlap by kOverlap bytes.
  void add_branches(std::span<const uint8_t> code, uint64_t vaddr);
  static constexpr size_t kOverlap = 8;

  // Addresses of `word` bytes (4 or 8) that stand aligned in `data`.
  void add_addresses(std::span<const uint8_t> data, uint64_t vaddr, size_t word);

  // Whether a target lies in [first, last].
  bool any_in(uint64_t first, uint64_t last) const;

 private:
  void mark(uint64_t target);

  uint64_t vaddr_;
  std::vector<uint64_t> targets_;  // a bit for each byte
};

// Where in `code` an instruction could stand that branches by an 8-bit distance to an address in
// [first, last]: the offsets of the bytes behind such instructions.
std::vector<size_t> near_branches_into(std::span<const uint8_t> code, uint64_t vaddr, uint64_t first,
                                       uint64_t last);

}  // namespace uproar
