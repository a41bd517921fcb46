#include "resolve/site/argument_shift.h"

#include <algorithm>

namespace uproar {
namespace {

using Operations = std::vector<FetchOperation>;
using Kind = FetchOperation::Kind;

constexpr int64_t kSlot = 8;  // bytes of $stackN: a long of the kernel, also for 32-bit programs

bool is_stack_pointer(const FetchOperation& operation) {
  return operation.kind == Kind::StackPointer || (operation.kind == Kind::Register && operation.name == "sp");
}

// Adds to the one number that a lower stack pointer changes; false: the value cannot be had any more.
bool shift(Operations& operations, int64_t lowered) {
  if (operations.empty() || lowered == 0) return true;
  FetchOperation& first = operations.front();
  if (first.kind == Kind::StackSlot) {
    if (lowered % kSlot != 0) return false;
    return !__builtin_add_overflow(first.number, lowered / kSlot, &first.number) && first.number >= 0;
  }
  if (!is_stack_pointer(first)) return true;
  if (operations.size() < 2 || operations[1].kind != Kind::Dereference) return false;
  return !__builtin_add_overflow(operations[1].number, lowered, &operations[1].number);
}

bool changes(const Operations& operations, const InstructionEffects& effects, int64_t lowered) {
  if (operations.empty()) return false;
  const FetchOperation& first = operations.front();
  if (first.register_class == FetchOperation::RegisterClass::Vector && effects.writes_vectors) return true;
  if (!is_stack_pointer(first) && first.kind == Kind::Register && !first.name.empty() &&
      (register_set_of(first.name) & effects.written) != 0)
    return true;
  if (!first.index.empty() && (register_set_of(first.index) & effects.written) != 0) return true;
  Operations copy = operations;
  return !shift(copy, lowered);
}

bool reads_place_of(const Operations& operations) {
  if (operations.empty() || operations.front().kind != Kind::Register) return false;
  const std::string& name = operations.front().name;
  return name == "ip" || name == "flags";
}

}  // namespace

ArgumentReads::ArgumentReads(const std::vector<FetchArgument>& arguments) : arguments_(arguments) {}

std::string ArgumentReads::first_changed(const InstructionEffects& effects, int64_t lowered) const {
  auto found = std::find_if(arguments_.begin(), arguments_.end(), [&](const FetchArgument& each) {
    bool changed = false;
    for_each_operations(each, [&](const Operations& operations) {
      changed = changed || changes(operations, effects, lowered);
    });
    return changed;
  });
  return found == arguments_.end() ? std::string() : found->name;
}

std::string ArgumentReads::reads_place() const {
  auto found = std::find_if(arguments_.begin(), arguments_.end(), [](const FetchArgument& each) {
    bool reads = false;
    for_each_operations(each,
                        [&](const Operations& operations) { reads = reads || reads_place_of(operations); });
    return reads;
  });
  return found == arguments_.end() ? std::string() : found->name;
}

std::vector<FetchArgument> ArgumentReads::shifted(int64_t lowered) const {
  std::vector<FetchArgument> moved = arguments_;
  for (FetchArgument& each : moved) {
    for_each_operations(each, [lowered](Operations& operations) { shift(operations, lowered); });
  }
  return moved;
}

}  // namespace uproar
