#include "symbolize/stack_unwinder.h"

#include <cstring>
#include <span>
#include <utility>

#include "symbolize/unwind_expression.h"

namespace uproar {
namespace {

using Kind = UnwindRule::Kind;

// One frame after the other of one stack.
class Walk {
 public:
  Walk(const UserStack& stack, UnwindRegisters numbers)
      : state_(stack), numbers_(numbers), bottom_(stack.registers[numbers.stack_pointer]) {}

  uint64_t program_counter() const { return state_.registers[numbers_.program_counter]; }
  bool was_cut() const { return fell_short_ && !outermost_; }

  // False: there is no caller, or it cannot be found.
  bool follow(const UnwindStep& step) {
    const auto frame_address = frame_address_of(step.frame_address);
    if (!frame_address) return false;
    UserStack next = state_;
    next.known = 0;
    for (size_t number = 0; number < step.registers.size(); ++number) {
      const auto value = value_of(step.registers[number], number, *frame_address);
      if (value) next.set(number, *value);
    }
    if (!next.has(step.return_address)) {
      outermost_ = step.registers[step.return_address].kind == Kind::Undefined;
      return false;
    }
    if (!next.has(numbers_.stack_pointer)) next.set(numbers_.stack_pointer, *frame_address);
    next.set(numbers_.program_counter, next.registers[step.return_address]);
    return go_to(next);
  }

  // Where no table tells: the frame pointer leads to that of the caller, and behind it stands where to return to.
  bool follow_frame_pointer() {
    if (!state_.has(numbers_.frame_pointer)) return false;
    const uint64_t frame = state_.registers[numbers_.frame_pointer];
    if (frame < state_.registers[numbers_.stack_pointer]) return false;
    const auto saved = read(frame), target = read(frame + 8);
    if (!saved || !target) return false;
    UserStack next = state_;
    next.known = 0;
    next.set(numbers_.frame_pointer, *saved);
    next.set(numbers_.stack_pointer, frame + 16);
    next.set(numbers_.program_counter, *target);
    return go_to(next);
  }

 private:
  bool go_to(const UserStack& next) {
    const bool moves = program_counter() != next.registers[numbers_.program_counter] ||
                       state_.registers[numbers_.stack_pointer] != next.registers[numbers_.stack_pointer];
    state_ = next;
    outermost_ = program_counter() == 0;
    return moves && !outermost_;
  }

  // 8 bytes of the stack.
  std::optional<uint64_t> read(uint64_t address) {
    const auto& bytes = state_.bytes;
    const uint64_t at = address - bottom_;
    if (address < bottom_ || at > bytes.size() || bytes.size() - at < 8) {
      fell_short_ =
          fell_short_ || (state_.may_go_on && address >= bottom_ && at - bytes.size() < kLargestStack);
      return std::nullopt;
    }
    uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  }

  std::optional<uint64_t> frame_address_of(const UnwindRule& rule) {
    if (rule.kind == Kind::Distance) {
      if (!state_.has(rule.number)) return std::nullopt;
      return state_.registers[rule.number] + static_cast<uint64_t>(rule.offset);
    }
    const auto value = evaluate(rule, std::nullopt);
    if (!value) return std::nullopt;
    return value->number;
  }

  std::optional<uint64_t> value_of(const UnwindRule& rule, size_t number, uint64_t frame_address) {
    switch (rule.kind) {
      case Kind::Undefined:
        return std::nullopt;
      case Kind::Same:
        return state_.has(number) ? std::optional(state_.registers[number]) : std::nullopt;
      case Kind::InMemory:
        return read(frame_address + static_cast<uint64_t>(rule.offset));
      case Kind::Distance:
        return frame_address + static_cast<uint64_t>(rule.offset);
      case Kind::InRegister:
        return state_.has(rule.number) ? std::optional(state_.registers[rule.number]) : std::nullopt;
      case Kind::Expression: {
        const auto value = evaluate(rule, frame_address);
        if (!value) return std::nullopt;
        return value->is_value ? value->number : read(value->number);
      }
    }
    return std::nullopt;
  }

  std::optional<UnwindValue> evaluate(const UnwindRule& rule, std::optional<uint64_t> frame_address) {
    const UnwindMemory memory{state_, [this](uint64_t address) { return read(address); }};
    return evaluate_unwind(rule.operations, memory, frame_address);
  }

  // Further away than this nothing is of the same stack.
  static constexpr uint64_t kLargestStack = uint64_t{1} << 30;

  UserStack state_;
  UnwindRegisters numbers_;
  uint64_t bottom_;          // where the copied bytes begin
  bool fell_short_ = false;  // something was to be read behind the copied bytes
  bool outermost_ = false;   // nobody called it
};

}  // namespace

UnwindRules* StackUnwinder::rules(uint32_t number, const MappedFiles& files) {
  const auto [place, is_new] = files_.try_emplace(number);
  if (is_new) {
    const MappedFiles::File file = files.file(number);
    place->second = UnwindRules::open(file.path, file.build_id);
  }
  return place->second.get();
}

const UnwindStep* StackUnwinder::step_at(uint64_t address, uint16_t machine, const MappedFiles& files) {
  const auto place = files.place_of(address);
  UnwindRules* of_file = place ? rules(place->file, files) : nullptr;
  return of_file != nullptr && of_file->machine() == machine ? of_file->at(place->offset) : nullptr;
}

StackUnwinder::End StackUnwinder::unwind(const UserStack& stack, const MappedFiles& files,
                                         std::vector<uint64_t>& chain) {
  const UnwindRegisters numbers = unwind_registers(stack.machine);
  if (numbers.count == 0 || !stack.has(numbers.program_counter) || !stack.has(numbers.stack_pointer))
    return End::Known;
  Walk walk(stack, numbers);
  uint64_t address = walk.program_counter();  // whose table is asked
  if (address == 0) return End::Known;
  chain.push_back(address);
  bool is_call = false;  // the address is in the instruction that called
  for (size_t count = 1; count < kMostAddresses; ++count) {
    const UnwindStep* step = step_at(address, stack.machine, files);
    const bool was_signal = step != nullptr && step->is_signal_frame;
    // Nobody called the code that ends a signal handler: it is shown where it begins.
    if (was_signal && is_call) ++chain.back();
    if (step != nullptr ? !walk.follow(*step) : !walk.follow_frame_pointer())
      return walk.was_cut() ? End::Cut : End::Known;
    // What a signal interrupted has called nothing; perf shows it as if it had.
    is_call = !was_signal;
    address = walk.program_counter() - (is_call ? 1 : 0);
    chain.push_back(walk.program_counter() - 1);
  }
  return End::Known;
}

}  // namespace uproar
