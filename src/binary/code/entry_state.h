// Internal to this folder: what registers and the frame hold while the first instructions of a function are followed,
// as far as its entry tells it, and what of that makes the function's Prologue. Knows no instruction and no capstone:
// registers are DWARF's. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "binary/code/prologue.h"

namespace uproar {

class EntryState {
 public:
  // `word`: bytes of the return address that the call left on the stack, 0 where that is in a register.
  EntryState(uint32_t stack_pointer, int64_t word);

  uint32_t stack_pointer() const { return stack_pointer_; }

  // The instruction whose effects are told next: where it is, and the one behind it.
  void begin(uint64_t here, uint64_t behind);
  // It was understood, as far as it counts: the prologue goes on behind it.
  void end();

  // What the register holds.
  std::optional<EntryValue> value(uint32_t number) const;
  // The place of the frame whose address it holds.
  std::optional<FramePlace> frame(uint32_t number) const;
  // What is read from the frame: what was put aside comes back, or a parameter that the caller put on the stack.
  std::optional<EntryValue> loaded(FramePlace place, uint32_t size) const;

  // The value of the entry is used.
  void note_use(uint32_t number);
  // Written in a way that leaves what it stands for.
  void note_write(uint32_t number);
  // Written with something that was not there at the entry.
  void forget(uint32_t number);
  void set(uint32_t number, const std::optional<EntryValue>& value);
  // A place of the frame that it holds from here on. The stack pointer counts where the frame is largest, others from
  // when they are set: the end of a short function takes them back.
  void set_frame(uint32_t number, FramePlace place);
  void lose_frame(uint32_t number);
  void move_frame(uint32_t number, int64_t distance);
  // Rounded down: how far, only the running program knows.
  void round_frame(uint32_t number);

  // `size` bytes are stored. `is_room`: for their room alone, what is wanted there comes later.
  void put(FramePlace place, uint32_t size, const std::optional<EntryValue>& value, bool is_room = false);

  Prologue finish();

 private:
  struct Slot {
    FramePlace place;
    uint32_t size = 0;
    std::optional<EntryValue> value;
  };
  static bool overlap(const Slot& slot, FramePlace place, uint32_t size);

  uint32_t stack_pointer_;
  int64_t word_;
  uint64_t here_ = 0;
  uint64_t behind_ = 0;
  uint32_t anchors_ = 0;                   // how often a place was rounded down
  std::map<uint32_t, EntryValue> origin_;  // register → the value of the entry that it holds
  std::map<uint32_t, FramePlace> frame_;   // register → the place of the frame that it holds
  std::vector<Slot> slots_;                // what was stored, the newest of those that overlap
  Prologue result_;
};

// `distance` bytes behind it, whatever the numbers are.
FramePlace moved(FramePlace place, int64_t distance);

}  // namespace uproar
