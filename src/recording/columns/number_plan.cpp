#include "recording/columns/number_plan.h"

#include <bit>

namespace uproar {

namespace {

uint64_t zigzag(uint64_t difference) {
  return difference << 1 ^ static_cast<uint64_t>(static_cast<int64_t>(difference) >> 63);
}

}  // namespace

void apply_transform(Transform transform, std::span<const uint64_t> values, std::vector<uint64_t>& out) {
  const size_t skipped = apart(transform, values.size());
  out.resize(values.size() - skipped);
  switch (transform) {
    case Transform::None:
      std::copy(values.begin(), values.end(), out.begin());
      break;
    case Transform::Delta:
      for (size_t i = 1; i < values.size(); ++i) out[i - 1] = zigzag(values[i] - values[i - 1]);
      break;
    case Transform::Delta2:
      for (size_t i = 2; i < values.size(); ++i)
        out[i - 2] = zigzag(values[i] - 2 * values[i - 1] + values[i - 2]);
      break;
  }
}

Frame frame_of(std::span<const uint64_t> values) {
  if (values.empty()) return {};
  Frame frame;
  frame.base = values[0];
  // Numbers whose distances from one of them end in zero bits have such distances from each other.
  uint64_t bits = 0;
  uint64_t largest = values[0];
  for (uint64_t value : values) {
    frame.base = std::min(frame.base, value);
    largest = std::max(largest, value);
    bits |= value - values[0];
  }
  if (bits != 0) frame.shift = static_cast<unsigned>(std::countr_zero(bits));
  frame.most = frame.within(largest);
  return frame;
}

}  // namespace uproar
