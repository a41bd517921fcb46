#include "recording/columns/number_set.h"

#include <algorithm>
#include <numeric>

namespace uproar {
namespace {

constexpr size_t kSmallestTable = 256;

size_t slot_of(uint64_t value, size_t mask) {
  const uint64_t hash = value * 0x9e3779b97f4a7c15;
  return static_cast<size_t>(hash >> 32) & mask;
}

}  // namespace

void NumberSet::sort_out(std::span<const uint64_t> column, std::vector<uint64_t>& indices) {
  values_.clear();
  table_.assign(std::max(table_.size(), kSmallestTable), 0);
  indices.resize(column.size());
  for (size_t i = 0; i < column.size(); ++i) {
    // Runs are common.
    indices[i] = i > 0 && column[i] == column[i - 1] ? indices[i - 1] : find_or_add(column[i]);
  }
  order_.resize(values_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::sort(order_.begin(), order_.end(), [this](uint32_t a, uint32_t b) { return values_[a] < values_[b]; });
  rank_.resize(values_.size());
  for (uint32_t i = 0; i < order_.size(); ++i) rank_[order_[i]] = i;
  for (uint64_t& index : indices) index = rank_[index];
  std::sort(values_.begin(), values_.end());
  // One that many numbers have made large is not wiped for every short column.
  if (table_.size() > values_.size() * 64) table_.resize(kSmallestTable);
}

uint32_t NumberSet::find_or_add(uint64_t value) {
  const size_t mask = table_.size() - 1;
  size_t at = slot_of(value, mask);
  for (; table_[at] != 0; at = (at + 1) & mask) {
    if (values_[table_[at] - 1] == value) return table_[at] - 1;
  }
  values_.push_back(value);
  table_[at] = static_cast<uint32_t>(values_.size());
  const uint32_t index = table_[at] - 1;
  if (values_.size() * 2 > table_.size()) grow();
  return index;
}

void NumberSet::grow() {
  table_.assign(table_.size() * 4, 0);
  const size_t mask = table_.size() - 1;
  for (uint32_t i = 0; i < values_.size(); ++i) {
    size_t at = slot_of(values_[i], mask);
    while (table_[at] != 0) at = (at + 1) & mask;
    table_[at] = i + 1;
  }
}

}  // namespace uproar
