// From the fields that the kernel recorded to the arguments that the user asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "event/argument_reader.h"
#include "event/helper_fields.h"
#include "event/record_decoder.h"

namespace uproar {

// Folds helper fields (event/helper_fields.h) into the fields that they serve: bytes and a length become a
// string, a signed bitfield gets its sign, and a value that was read through a pointer which could not be
// followed is a fault. An event without helpers is shown as it is.
//
// One thread at a time. Events that it makes point to its schema and into the record: both must outlive them,
// and it must not be moved while they live. Texts that are converted (UTF-16) live until the next event is
// decoded.
class Presentation {
 public:
  explicit Presentation(const EventSchema& recorded);

  // What printers see: without the helpers; strings where the record has bytes.
  const EventSchema& schema() const { return shown_; }

  // The arguments that are shown, in order, each with the helpers that serve it; and the one that has the
  // place.
  const std::vector<ServedField>& arguments() const { return arguments_; }
  const std::optional<Field>& place() const { return place_; }
  // Where the recorded field that reaches furthest ends in the record.
  uint64_t fields_end() const { return fields_end_; }

  // As decode_record, with out.schema = schema() and out.place filled.
  DecodeStatus decode(std::span<const uint8_t> record, Event& out);

  // Rewrites a record that is about to be stored, so that nothing stands in it which no one will be shown:
  // bytes behind the end of a string, pointers that were only followed. decode() gives the same before and
  // after.
  void tidy(std::span<uint8_t> record) const;
  bool needs_tidying() const { return arguments_.size() < recorded_.fields.size(); }

 private:
  void add_helper(uint32_t index, const std::vector<bool>& is_helper);
  bool serves_well(uint32_t index) const;
  static void add_to_array(const HelperField& helper, const Field& field, ArrayFields& array);
  void note_pointer(uint32_t index);
  static void tidy(const ServedField& argument, std::span<uint8_t> record);

  EventSchema recorded_;
  EventSchema shown_;
  std::vector<ServedField> arguments_;
  std::vector<uint32_t> tidied_;    // those of arguments_ of which a part may not be shown
  std::vector<uint32_t> pointers_;  // helper fields that hold pointers, each once
  std::optional<Field> place_;
  uint64_t fields_end_ = 0;  // of the field that reaches furthest, in the record
  size_t shown_values_ = 0;
  std::vector<std::string>
      converted_;  // by argument: texts that the last event does not have as they are shown
  Event short_;    // of a record that ends within its fields
};

}  // namespace uproar
