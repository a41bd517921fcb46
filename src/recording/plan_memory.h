// How the columns of the blocks before were stored: choosing a plan takes longer than storing by it, and what
// serves one block nearly always serves the next.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "recording/number_column.h"

namespace uproar::upr {

// A plan that was measured, until it does worse than it did, was used kMostUses times, or the column has
// become much shorter or longer.
class RememberedPlan {
 public:
  bool may_serve(size_t values) const {
    return uses_left_ > 0 && std::bit_width(values) + 1 >= size_class_ &&
           std::bit_width(values) <= size_class_ + 1;
  }
  const NumberPlan& plan() const { return plan_; }
  // After a column of `values` numbers took `bytes` by it. False: it no longer serves, choose anew.
  bool went_well(size_t values, size_t bytes) {
    --uses_left_;
    return static_cast<double>(bytes) <= kWorse * bytes_each_ * static_cast<double>(values) + kSlack;
  }
  void set(const NumberPlan& plan, size_t values, size_t bytes) {
    plan_ = plan;
    size_class_ = std::bit_width(values);
    bytes_each_ = static_cast<double>(bytes) / static_cast<double>(values);
    uses_left_ = kMostUses;
  }

 private:
  static constexpr uint32_t kMostUses = 15;
  static constexpr double kWorse = 1.06;
  static constexpr double kSlack = 16;  // bytes

  NumberPlan plan_;
  double bytes_each_ = 0;
  int size_class_ = 0;
  uint32_t uses_left_ = 0;
};

// Of the columns that are stored one after another between two rewind(): the same ones, in the same order,
// each time. Where that does not hold, a plan is forgotten or serves badly for one column, no more.
class PlanMemory {
 public:
  struct Column {
    RememberedPlan plan;
    RememberedPlan indices;  // of a dictionary
  };
  void rewind() { next_ = 0; }
  Column& next() {
    if (next_ == columns_.size()) columns_.emplace_back();
    return columns_[next_++];
  }

 private:
  std::vector<Column> columns_;
  size_t next_ = 0;
};

}  // namespace uproar::upr
