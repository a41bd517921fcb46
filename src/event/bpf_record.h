// A record of a BPF program (bpf/record.h) becomes the bytes that the kernel's own ring would have held for the event. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "event/bpf_abi.h"
#include "event/bpf_layout.h"

namespace uproar {

enum class BpfRecordStatus : uint8_t {
  Ok,
  ShorterThanHeader,  // there is not even a struct uproar_record
  LengthDiffers,      // the record says another length than the ring
  UnknownEvent,       // its cookie names a set that nobody made
  ShorterThanFields,  // it ends before the event's last field
  TextOutside,        // a string's bytes lie outside of the record, or before its fields' end
  StackOutside,       // the same for the call chain
};

// In words, for a person: "ends within its fields".
std::string_view to_words(BpfRecordStatus status);

// The head of a record; all lengths in it are checked against `record`.
BpfRecordStatus read_bpf_head(std::span<const uint8_t> record, uproar_record& head);

// Rewrites records of one event. One thread at a time.
class BpfRecordReader {
 public:
  // What must hold of the layout: every field lies within fixed_bytes.
  explicit BpfRecordReader(const BpfLayout& layout);

  // `record` with the head that was read from it. On Ok bytes() and stack() have it, until the next call. The probe stands
  // `slid_by` bytes behind the place where the event is told to be.
  BpfRecordStatus read(std::span<const uint8_t> record, const uproar_record& head, uint64_t slid_by = 0);

  // In the layout of the event's schema, common fields with the thread's number in front (EventSchema).
  std::span<const uint8_t> bytes() const { return bytes_; }
  // Addresses of the call chain, the innermost first; empty if there is none.
  std::span<const uint64_t> stack() const { return stack_; }
  // Where the stack was copied: struct pt_regs and what the stack held from its pointer on, of the record itself.
  std::span<const uint8_t> registers() const { return registers_; }
  std::span<const uint8_t> copied_stack() const { return copied_; }

 private:
  struct Text {
    size_t field = 0;      // in the schema
    uint32_t from = 0;     // struct uproar_text in the BPF record
    uint32_t to = 0;       // its reference in the ring's record
    uint32_t longest = 0;  // BpfField::longest_text
  };
  struct Copy {
    uint32_t from = 0;
    uint32_t to = 0;
    uint32_t bytes = 0;
  };
  void join_copies();
  BpfRecordStatus copy_text(const Text& text, std::span<const uint8_t> record);
  BpfRecordStatus copy_stack(std::span<const uint8_t> record);
  BpfRecordStatus find_copied_stack(std::span<const uint8_t> record);
  void take_kernel_chain(std::span<const uint8_t> bytes);
  void mark_cut(size_t field);

  BpfLayout layout_;
  std::vector<Copy> copies_;
  std::vector<Text> texts_;
  // Only `to` and `bytes`; 0 bytes: the schema has no such field.
  Copy place_;
  Copy cuts_;
  size_t fixed_bytes_ = 0;  // of the ring's record
  std::vector<uint8_t> bytes_;
  std::vector<uint64_t> stack_;
  std::span<const uint8_t> registers_, copied_;
};

}  // namespace uproar
