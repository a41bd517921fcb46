// What every program keeps where while it runs.
#pragma once

#include <cstdint>

#include "lower/bpf/bpf_assembler.h"

namespace uproar {

// Registers that calls leave alone.
inline constexpr BpfRegister kContext = BpfRegister::R6;  // struct pt_regs
inline constexpr BpfRegister kEnd =
    BpfRegister::R7;  // of what the record has so far, counted from its beginning
inline constexpr BpfRegister kSlot = BpfRegister::R8;      // the claimed slot; 0: none was free
inline constexpr BpfRegister kCounters = BpfRegister::R9;  // of the event on this CPU
inline constexpr BpfRegister kFrame = BpfRegister::R10;

// Offsets from the frame pointer. All are of 8 bytes but the last two.
inline constexpr int32_t kCookie = -8;
inline constexpr int32_t kTask = -16;  // process << 32 | thread
inline constexpr int32_t kCpu = -24;
inline constexpr int32_t kValue = -32;        // a pointer that was read on the way
inline constexpr int32_t kAddress = -40;      // of what is being read, for the second try
inline constexpr int32_t kBase = -48;         // a pointer that several fields are read through
inline constexpr int32_t kLength = -56;       // of a string
inline constexpr int32_t kKey = -64;          // of a map
inline constexpr int32_t kFilterTexts = -96;  // four pointers to strings that a filter compares
inline constexpr uint32_t kMostFilterTexts = 4;
inline constexpr int32_t kScratch = -160;  // several fields that were read at once
inline constexpr uint32_t kScratchBytes = 64;
// A record that is short enough is built from here up to the scratch.
inline constexpr int32_t kRecord = -512;
inline constexpr uint32_t kMostOnStack = 512 - 160;

// Where the record is.
struct BpfRecordPlace {
  BpfRegister base = kFrame;
  int32_t offset = kRecord;

  static BpfRecordPlace on_stack() { return {}; }
  static BpfRecordPlace in_slot() { return {kSlot, 8}; }
  bool is_in_slot() const { return base == kSlot; }
  int32_t at(uint32_t byte) const { return offset + static_cast<int32_t>(byte); }
};

}  // namespace uproar
