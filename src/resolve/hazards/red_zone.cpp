#include "resolve/hazards/red_zone.h"

#include <algorithm>
#include <optional>

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;

// The stack as the straight line of the beginning leaves it, in bytes above the entry's stack pointer.
struct Frame {
  int64_t lowest = 0;
  std::optional<int64_t> frame_pointer;
};

Frame frame_of(const FunctionCode& function) {
  Frame frame;
  int64_t stack = 0;
  for (const InstructionEffects& each : function.instructions) {
    if (each.flow != Flow::Next || !each.stack_change) break;
    stack += *each.stack_change;
    frame.lowest = std::min(frame.lowest, stack);
    if (each.copies_stack_pointer) frame.frame_pointer = stack;
  }
  return frame;
}

}  // namespace

bool may_use_red_zone(const FunctionCode& function) {
  if (!function.is_whole) return true;
  const Frame frame = frame_of(function);
  const bool calls = std::any_of(function.instructions.begin(), function.instructions.end(),
                                 [](const InstructionEffects& each) { return each.flow == Flow::Call; });
  return std::any_of(function.instructions.begin(), function.instructions.end(),
                     [&](const InstructionEffects& each) {
                       if (!each.memory || each.memory->displacement >= 0) return false;
                       if (each.memory->base == kStackPointer) return true;
                       if (each.memory->base != kFramePointer || !frame.frame_pointer || calls) return false;
                       return *frame.frame_pointer + each.memory->displacement < frame.lowest;
                     });
}

}  // namespace uproar
