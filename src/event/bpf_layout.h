// Where the fields of an event stand in the records of the BPF back end (event/bpf_abi.h), so that they can be
// rewritten as the kernel's own ring would hold them. Plain data, made by lower/bpf.
#pragma once

#include <cstdint>
#include <vector>

#include "event/event_schema.h"

namespace uproar {

struct BpfField {
  enum class Kind : uint8_t {
    Number,  // its bytes, Field::byte_size() of them, as in the ring
    Text,    // a struct uproar_text for each of the field's values
    Place,   // not in the record: the site of its cookie
    Faults,  // not a field of its own: the record's fault bits, as many words as the field has elements
    Cuts,    // not in the record: bit i says that a Text of field i has length longest_text, see there
  };
  Kind kind = Kind::Number;
  uint32_t offset = 0;  // in the BPF record (Number, Text)
  // Text: of a string that has more, so many bytes (NUL counted) were sent, and its last character may or may not be the
  // program's last: show it without that character, and as cut. 0: not known to be cut by length (the kernel's own $comm,
  // and strings with a length, whose helpers tell).
  uint32_t longest_text = 0;
};

struct BpfLayout {
  EventSchema schema;  // what the recording says of the event: lower/record_layout, plus __faults and __cuts
  std::vector<BpfField> fields;  // one for each of schema.fields
  uint32_t function_at = 0;      // u64, 0: none (entry probes; ip is the address then)
  uint32_t faults_at = 0;        // u64[fault_words]
  uint32_t fault_words = 0;
  uint32_t stack_at = 0;       // struct uproar_text whose bytes are a struct uproar_chain; 0: no call chain
  uint32_t stack_copy_at = 0;  // struct uproar_stack_copy; 0: none
  uint32_t fixed_bytes = 0;    // records are at least so long
  uint32_t longest = 0;        // and at most so long
};

}  // namespace uproar
