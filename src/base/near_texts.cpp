#include "base/near_texts.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "base/letters.h"

namespace uproar {
namespace {

size_t leading_underscores(std::string_view name) {
  return std::min(name.find_first_not_of('_'), name.size());
}

// Letters to insert, remove, replace or swap with their neighbour; more than `limit` is limit + 1. Only the
// cells within `limit` of the diagonal are visited, and rows are thrown away as soon as all of them are above
// it: most names of a large table cost a few cells. `rows` is scratch memory that the caller keeps.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit, std::vector<size_t>& rows) {
  if (a.size() > b.size()) std::swap(a, b);
  while (!a.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (b.size() - a.size() > limit) return limit + 1;
  const size_t width = b.size() + 1;
  const size_t far = limit + 1;
  rows.assign(width * 3, far);
  size_t* before = rows.data();
  size_t* previous = before + width;
  size_t* current = previous + width;
  for (size_t j = 0; j <= std::min(b.size(), limit); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    const size_t first = i > limit ? i - limit : 1;
    const size_t last = std::min(b.size(), i + limit);
    std::fill(current, current + width, far);
    if (i <= limit) current[0] = i;
    size_t least = current[0];
    for (size_t j = first; j <= last; ++j) {
      size_t cost =
          std::min({previous[j - 1] + (a[i - 1] != b[j - 1]), previous[j] + 1, current[j - 1] + 1, far});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost = std::min(cost, before[j - 2] + 1);
      current[j] = cost;
      least = std::min(least, cost);
    }
    if (least >= far) return far;
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return std::min(previous[b.size()], far);
}

bool is_presentable(std::string_view name) {
  return name.size() <= 256 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

struct Candidate {
  size_t distance;
  std::string_view name;
  bool operator<(const Candidate& other) const {
    return std::make_tuple(distance, name.size(), name) <
           std::make_tuple(other.distance, other.name.size(), other.name);
  }
};

// Another case or other underscores in front is one slip, a wrong letter two; a name that goes on after what
// was typed is as far as a wrong letter and the further the longer it is.
class Nearness {
 public:
  explicit Nearness(std::string_view wanted)
      : wanted_(lower_case(wanted)),
        core_(wanted_.substr(leading_underscores(wanted_))),
        limit_(std::min<size_t>(1 + wanted.size() / 4, kMostEdits)) {}

  // False: not near at all.
  bool measure(std::string_view name, size_t& distance) {
    const bool goes_on = core_.size() >= 3 && name.size() > core_.size();
    const bool similar_length = name.size() <= wanted_.size() + limit_ + 4;
    if (!goes_on && !similar_length) return false;
    folded_ = lower_case(name);
    std::string_view core = std::string_view(folded_).substr(leading_underscores(folded_));
    if (!core.empty() && core == core_) return distance = 1, true;
    if (similar_length) {
      size_t edits = edit_distance(wanted_, folded_, limit_, rows_);
      if (edits <= limit_) return distance = 2 * edits, true;
    }
    if (goes_on && core.substr(0, core_.size()) == core_)
      return distance = 2 + (core.size() - core_.size()), true;
    return false;
  }

 private:
  static constexpr size_t kMostEdits = 5;  // of a long name too: more is another name

  std::string wanted_;
  std::string core_;
  size_t limit_;
  std::string folded_;
  std::vector<size_t> rows_;
};

class Candidates {
 public:
  explicit Candidates(std::string_view wanted)
      : usable_(!wanted.empty() && wanted.size() <= kMaxWanted), nearness_(wanted) {}

  void offer(std::string_view name) {
    size_t distance = 0;
    if (!usable_ || !is_presentable(name) || !nearness_.measure(name, distance)) return;
    if (seen_.insert(name).second) candidates_.push_back({distance, name});
  }

  std::vector<std::string> best(size_t limit) {
    size_t count = std::min(limit, candidates_.size());
    std::partial_sort(candidates_.begin(), candidates_.begin() + static_cast<ptrdiff_t>(count),
                      candidates_.end());
    std::vector<std::string> names;
    for (size_t i = 0; i < count; ++i) names.emplace_back(candidates_[i].name);
    return names;
  }

 private:
  static constexpr size_t kMaxWanted = 4096;
  bool usable_;
  Nearness nearness_;
  std::unordered_set<std::string_view> seen_;
  std::vector<Candidate> candidates_;
};

template <typename Names>
std::vector<std::string> nearest(const Names& names, std::string_view wanted, size_t limit) {
  Candidates candidates(wanted);
  for (const auto& each : names) candidates.offer(each);
  return candidates.best(limit);
}

}  // namespace

std::vector<std::string> near_texts(const std::vector<std::string_view>& names, std::string_view wanted,
                                    size_t limit) {
  return nearest(names, wanted, limit);
}

std::vector<std::string> near_texts(const std::vector<std::string>& names, std::string_view wanted,
                                    size_t limit) {
  return nearest(names, wanted, limit);
}

std::string did_you_mean(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : "did you mean " + short_list(names, names.size()) + "?";
}

std::string short_list(const std::vector<std::string>& names, size_t limit) {
  std::string list;
  const size_t shown = std::min(limit, names.size());
  for (size_t i = 0; i < shown; ++i) list += (i == 0 ? "" : ", ") + names[i];
  if (shown < names.size()) list += ", … (" + std::to_string(names.size() - shown) + " more)";
  return list;
}

}  // namespace uproar
