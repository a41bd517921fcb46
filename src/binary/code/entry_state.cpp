#include "binary/code/entry_state.h"

#include <utility>

namespace uproar {
namespace {

constexpr uint32_t kRegisters = 96;  // more than any of the machines has

}  // namespace

FramePlace moved(FramePlace place, int64_t distance) {
  const uint64_t offset = static_cast<uint64_t>(place.offset) + static_cast<uint64_t>(distance);
  return {place.anchor, static_cast<int64_t>(offset)};
}

EntryState::EntryState(uint32_t stack_pointer, int64_t word) : stack_pointer_(stack_pointer), word_(word) {
  for (uint32_t i = 0; i < kRegisters; ++i) origin_[i] = {EntryValue::Kind::Register, i, {}};
  origin_.erase(stack_pointer);
  set_frame(stack_pointer, {});
}

void EntryState::begin(uint64_t here, uint64_t behind) {
  here_ = here;
  behind_ = behind;
}

void EntryState::end() {
  result_.end = behind_;
}

std::optional<EntryValue> EntryState::value(uint32_t number) const {
  if (auto origin = origin_.find(number); origin != origin_.end()) return origin->second;
  if (auto place = frame(number)) return EntryValue{EntryValue::Kind::Address, 0, *place};
  return std::nullopt;
}

std::optional<FramePlace> EntryState::frame(uint32_t number) const {
  auto found = frame_.find(number);
  return found == frame_.end() ? std::nullopt : std::optional(found->second);
}

bool EntryState::overlap(const Slot& slot, FramePlace place, uint32_t size) {
  return slot.place.anchor == place.anchor && slot.place.offset < moved(place, size).offset &&
         place.offset < moved(slot.place, slot.size).offset;
}

std::optional<EntryValue> EntryState::loaded(FramePlace place, uint32_t size) const {
  for (const Slot& each : slots_) {
    if (each.place == place && each.size >= size) return each.value;
    if (overlap(each, place, size)) return std::nullopt;
  }
  if (place.anchor != 0 || place.offset < word_) return std::nullopt;
  return EntryValue{EntryValue::Kind::Stack, 0, place};
}

void EntryState::note_use(uint32_t number) {
  if (!result_.first_write.contains(number)) result_.used.insert(number);
}

void EntryState::note_write(uint32_t number) {
  result_.first_write.try_emplace(number, here_);
}

void EntryState::forget(uint32_t number) {
  note_write(number);
  origin_.erase(number);
  frame_.erase(number);
}

void EntryState::set(uint32_t number, const std::optional<EntryValue>& value) {
  const bool is_first = !result_.first_write.contains(number);
  forget(number);
  if (!value) return;
  if (value->kind == EntryValue::Kind::Address) return set_frame(number, value->place);
  origin_[number] = *value;
  if (is_first) result_.copies.try_emplace(number, *value);
}

void EntryState::set_frame(uint32_t number, FramePlace place) {
  frame_[number] = place;
  auto [known, is_new] = result_.frame_registers.try_emplace(number);
  FramePlace& counted = known->second.place;
  const bool is_larger =
      number == stack_pointer_ &&
      (place.anchor > counted.anchor || (place.anchor == counted.anchor && place.offset < counted.offset));
  if (is_new || is_larger) known->second = {place, is_new && number == stack_pointer_ ? 0 : behind_};
}

void EntryState::lose_frame(uint32_t number) {
  frame_.erase(number);
}

void EntryState::move_frame(uint32_t number, int64_t distance) {
  note_write(number);
  if (auto place = frame(number)) set_frame(number, moved(*place, distance));
}

void EntryState::round_frame(uint32_t number) {
  forget(number);
  set_frame(number, {++anchors_, 0});
}

void EntryState::put(FramePlace place, uint32_t size, const std::optional<EntryValue>& value, bool is_room) {
  std::erase_if(slots_, [&](const Slot& each) { return overlap(each, place, size); });
  slots_.push_back({place, size, value});
  if (!is_room) result_.stores.push_back({here_, place, size, value});
}

Prologue EntryState::finish() {
  return std::move(result_);
}

}  // namespace uproar
