// Arrays whose length or layout only the running program knew: a field holds the memory from some place on, and
// helper fields (event/helper_fields.h) tell which of its bytes are elements. Fortran's and Ada's descriptors,
// variable-length arrays of C, slices.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "event/event.h"

namespace uproar {

// The helpers of one dimension. Its neighbours are step * span bytes apart (span 1 where there is none); without
// a step as far as what lies between them: the elements of the nearer dimensions.
struct ArrayDimensionFields {
  std::optional<Field> first, last, step, span, index, at;
};

struct ArrayFields {
  std::vector<ArrayDimensionFields> dimensions;  // the one whose neighbours are nearest in memory first
  std::optional<Field> skip;

  // One element was asked for: an index in each dimension.
  bool is_one_element() const;
};

// Where the elements of the array in `field` begin, in bytes from the field's own begin, in the order of memory
// as far as indices go; an index that was asked for and is none of the array's, or an element that the field
// does not hold, ends them.
struct ArrayElements {
  std::vector<uint32_t> offsets;
  bool cut = false;  // the array has more elements than these
};
ArrayElements array_elements(const ArrayFields& array, const Field& field, std::span<const uint8_t> record);

// How many bytes a text has whose first and last index are `first` and `last`.
uint64_t length_between(int64_t first, int64_t last);

}  // namespace uproar
