#include "event/array_fields.h"

#include <algorithm>

#include "event/stored_values.h"

namespace uproar {
namespace {

// One dimension of one record.
struct Dimension {
  int64_t distance = 0;           // bytes
  std::optional<uint64_t> count;  // none: without an end
  std::optional<int64_t> wanted;  // counted from 0
};

int64_t signed_of(const Field& field, std::span<const uint8_t> record) {
  return static_cast<int64_t>(number_of(field, record));
}

// No sum of numbers out of a file is undefined.
int64_t times(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}
int64_t plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

Dimension dimension_of(const ArrayDimensionFields& fields, int64_t packed, std::span<const uint8_t> record) {
  Dimension made;
  const int64_t first = fields.first ? signed_of(*fields.first, record) : 0;
  if (fields.last) made.count = length_between(first, signed_of(*fields.last, record));
  if (fields.at) made.wanted = signed_of(*fields.at, record);
  if (fields.index) made.wanted = plus(signed_of(*fields.index, record), times(first, -1));
  made.distance = packed;
  if (fields.step) {
    made.distance = signed_of(*fields.step, record);
    if (fields.span) made.distance = times(made.distance, signed_of(*fields.span, record));
  }
  return made;
}

// The offsets of the elements, the nearest dimension running fastest.
class Walk {
 public:
  Walk(std::vector<Dimension> dimensions, const Field& field, ArrayElements& out)
      : dimensions_(std::move(dimensions)), field_(field), out_(out) {}

  // False: the field does not hold the next element.
  bool run(int64_t begin) { return visit(dimensions_.size(), begin); }

 private:
  bool visit(size_t level, int64_t at) {
    if (level == 0) return add(at);
    const Dimension& dimension = dimensions_[level - 1];
    if (dimension.wanted) return visit(level - 1, plus(at, times(*dimension.wanted, dimension.distance)));
    for (uint64_t i = 0; !dimension.count || i < *dimension.count; ++i) {
      if (!visit(level - 1, at)) return false;
      at = plus(at, dimension.distance);
    }
    return true;
  }

  bool add(int64_t at) {
    const int64_t room = int64_t{field_.byte_size()} - stored_size(field_);
    if (at < 0 || at > room || out_.offsets.size() >= field_.values()) return false;
    out_.offsets.push_back(static_cast<uint32_t>(at));
    return true;
  }

  std::vector<Dimension> dimensions_;
  const Field& field_;
  ArrayElements& out_;
};

}  // namespace

uint64_t length_between(int64_t first, int64_t last) {
  return last < first ? 0 : static_cast<uint64_t>(last) - static_cast<uint64_t>(first) + 1;
}

bool ArrayFields::is_one_element() const {
  return std::all_of(dimensions.begin(), dimensions.end(),
                     [](const ArrayDimensionFields& each) { return each.index || each.at; });
}

ArrayElements array_elements(const ArrayFields& array, const Field& field, std::span<const uint8_t> record) {
  ArrayElements found;
  std::vector<Dimension> dimensions;
  auto packed = static_cast<int64_t>(stored_size(field));
  for (const ArrayDimensionFields& fields : array.dimensions) {
    dimensions.push_back(dimension_of(fields, packed, record));
    const Dimension& made = dimensions.back();
    packed = times(made.distance, static_cast<int64_t>(made.count.value_or(1)));
    if (made.count == 0u) return found;
    const bool outside = made.wanted && (*made.wanted < 0 ||
                                         (made.count && static_cast<uint64_t>(*made.wanted) >= *made.count));
    if (outside) return found;
  }
  const int64_t skip = array.skip ? signed_of(*array.skip, record) : 0;
  found.cut = !Walk(std::move(dimensions), field, found).run(times(skip, -1));
  return found;
}

}  // namespace uproar
