// What the first instructions of a function store of the registers that it was called with. Plain data; prologue_reader.h
// finds it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace uproar {

// A place of the frame: `offset` bytes from the stack pointer at the function's entry (anchor 0), or from where
// an instruction rounded that down for an object of larger alignment (which the entry does not tell).
struct FramePlace {
  uint32_t anchor = 0;
  int64_t offset = 0;
  bool operator==(const FramePlace&) const = default;
};

// Where a value was at the entry.
struct EntryValue {
  enum class Kind : uint8_t {
    Register,  // in `dwarf_register`
    Stack,     // in memory at `place`, put there by the caller
    Address,   // nowhere: it is the address of `place`
  };
  Kind kind = Kind::Register;
  uint32_t dwarf_register = 0;
  FramePlace place;
};

// What an instruction stores in the frame.
struct FrameStore {
  uint64_t vaddr = 0;  // of the instruction
  FramePlace place;
  uint32_t size = 0;                // bytes
  std::optional<EntryValue> value;  // nothing: something that was not there at the entry
};

// The place where a function of the Windows convention (ms_abi) puts its argument `position` (0 to 3), in the room
// that its caller leaves for that, and the register that the argument comes in. x86-64.
struct WindowsHome {
  uint32_t dwarf_register;
  FramePlace place;
};
constexpr std::array<WindowsHome, 4> kWindowsHomes = {
    {{2, {0, 8}}, {1, {0, 16}}, {8, {0, 24}}, {9, {0, 32}}}};

struct Prologue {
  std::vector<FrameStore> stores;  // in the order of the code
  // General registers that hold a place of the frame behind it, and behind which instruction they do.
  struct FrameRegister {
    FramePlace place;
    uint64_t since = 0;
  };
  std::map<uint32_t, FrameRegister> frame_registers;
  // Registers that are first written with a value of the entry, that of another one.
  std::map<uint32_t, EntryValue> copies;
  // Registers that are written, with the first instruction that does so; up to it they are as at the entry.
  std::map<uint32_t, uint64_t> first_write;
  // Registers of which the value of the entry is used, not only put aside by a push.
  std::set<uint32_t> used;
  uint64_t end = 0;  // behind the last instruction that was looked at

  // Whether the register holds at `vaddr`, before the instruction there, what it held at the entry.
  bool keeps(uint32_t dwarf_register, uint64_t vaddr) const;
  // The first store from `vaddr` on of what is at `place`; null if there is none, or one of something around it.
  const FrameStore* first_store(FramePlace place, uint64_t vaddr) const;
};

}  // namespace uproar
