// How the columns of the blocks before were stored: choosing a plan takes longer than storing by it, and what
// serves one block nearly always serves the next.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "recording/columns/number_plan.h"

namespace uproar {

// A plan that was measured, until it does worse than it did, has served as often as it is trusted to, or the
// column has become much shorter or longer. It is trusted twice as long whenever measuring gives the same
// again.
class RememberedPlan {
 public:
  bool may_serve(size_t values) const {
    return uses_left_ > 0 && std::bit_width(values) + 1 >= size_class_ &&
           std::bit_width(values) <= size_class_ + 1;
  }
  const NumberPlan& plan() const { return plan_; }
  // After a column of `values` numbers took `bytes` by it. False: it no longer serves, choose anew.
  bool went_well(size_t values, size_t bytes) {
    const double expected = bytes_each_ * static_cast<double>(values);
    // What is a little worse is kept; the next block's column is judged again.
    uses_left_ = static_cast<double>(bytes) <= kLittleWorse * expected + kSlack ? uses_left_ - 1 : 0;
    return static_cast<double>(bytes) <= kWorse * expected + kSlack;
  }
  void set(const NumberPlan& plan, size_t values, size_t bytes) {
    trust_ = plan == plan_ ? std::min(trust_ * 2, kMostUses) : kFewestUses;
    uses_left_ = trust_;
    plan_ = plan;
    size_class_ = std::bit_width(values);
    bytes_each_ = static_cast<double>(bytes) / static_cast<double>(values);
  }

 private:
  static constexpr uint32_t kFewestUses = 3, kMostUses = 48;
  static constexpr double kLittleWorse = 1.03, kWorse = 1.1;
  static constexpr double kSlack = 16;  // bytes

  NumberPlan plan_;
  double bytes_each_ = 0;
  int size_class_ = 0;
  uint32_t trust_ = kFewestUses;
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

}  // namespace uproar
