// Which different numbers a column has. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace uproar {

// Open addressing: sorting a column takes several times longer. Keeps its memory.
class NumberSet {
 public:
  // Fills values() with the different ones, ascending, and `indices` with which one each is.
  void sort_out(std::span<const uint64_t> column, std::vector<uint64_t>& indices);
  std::span<const uint64_t> values() const { return values_; }

 private:
  uint32_t find_or_add(uint64_t value);
  void grow();

  std::vector<uint64_t> values_;  // in the order in which they were met, until sort_out() ends
  std::vector<uint32_t> table_;   // index into values_ + 1, 0: free
  std::vector<uint32_t> order_, rank_;
};

}  // namespace uproar
