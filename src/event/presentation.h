// From the fields that the kernel recorded to the arguments that the user asked for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "event/decoder.h"

namespace uproar {

// Folds helper fields (event/helper_fields.h) into the fields that they serve: bytes and a length become a
// string, a signed bitfield gets its sign, and a value that was read through a pointer which could not be
// followed is a fault. An event without helpers is shown as it is.
//
// One thread at a time. Events that it makes point to its schema and into the record: both must outlive them,
// and it must not be moved while they live.
class Presentation {
 public:
  explicit Presentation(const EventSchema& recorded);

  // What printers see: without the helpers; strings where the record has bytes.
  const EventSchema& schema() const { return shown_; }

  // As decode_record, with out.schema = schema() and out.place filled.
  DecodeStatus decode(std::span<const uint8_t> record, Event& out);

  // Rewrites a record that is about to be stored, so that nothing stands in it which no one will be shown:
  // bytes behind the end of a string, pointers that were only followed. decode() gives the same before and
  // after.
  void tidy(std::span<uint8_t> record) const;
  bool needs_tidying() const { return !plain_; }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Argument {
    uint32_t field = 0;        // index in the record's schema
    uint32_t first_value = 0;  // of the field, among the record's values
    uint32_t values = 1;
    uint32_t length = kNone;  // fields of the helpers
    uint32_t limit = kNone;
    uint32_t sign = kNone;
    uint32_t pointer = kNone;
    uint32_t start = kNone;
    std::vector<uint32_t> via;
    bool as_recorded = true;  // nothing but `via` serves it
  };

  void add_helper(uint32_t index, const std::vector<bool>& is_helper);
  bool serves_well(uint32_t index) const;
  Field shown_field(const Argument& argument) const;
  void note_pointer(uint32_t index);
  Value* present(const Argument& argument, std::span<const uint8_t> record, Value* out) const;
  bool is_fault(const Argument& argument) const;
  Value text_of(const Argument& argument, std::span<const uint8_t> record) const;
  bool goes_on(const Argument& argument, size_t length, std::span<const uint8_t> record) const;
  bool is_cut_short(const Argument& argument, std::span<const uint8_t> record) const;
  Value start_of(const Argument& argument, std::span<const uint8_t> record) const;
  uint64_t number(uint32_t field) const { return raw_.values[first_value_[field]].bits; }

  EventSchema recorded_;
  EventSchema shown_;
  std::vector<Argument> arguments_;
  std::vector<uint32_t> pointers_;     // helper fields that hold pointers, each once
  std::vector<uint32_t> first_value_;  // by field of recorded_
  uint32_t place_ = kNone;
  bool plain_ = true;
  size_t shown_values_ = 0;
  Event raw_;
};

}  // namespace uproar
