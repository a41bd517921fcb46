// Fields that serve other fields of their event: what a back end could not say otherwise travels in arguments
// of its own, whose names tell what they are for. So the rules need nothing but the record's format, whoever
// recorded it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {

struct HelperField {
  // Names are __ROLE_N with the number of the field that is served, counted from 1 in the record's order.
  // Only Via may serve several, __via_1_3, and there may be several that serve the same: the second is
  // __via2_1_3; so it is with Tag, Low and High. Of an array of several dimensions __first2_N is the second one's,
  // see event/array_fields.h.
  enum class Role : uint8_t {
    Length,  // __len_N: the string in the bytes of field N has so many bytes, NULs and all
    Limit,   // __max_N: the string in the bytes of field N ends at its NUL, after so many bytes at the latest
    Sign,    // __sign_N: field N is a signed bitfield of so many bits
    Pointer,  // __data_N: where the bytes of the string in field N were read
    Start,    // __start_N: the first bytes of the string in field N, for when it is too long to be recorded
              // whole
    Via,      // __via_N: a pointer that the kernel followed on its way to the value of field N
    Bits,     // __bits_N: the value is made of some bits of field N: see PickedBits
    Hex,      // __hex_N: field N is shown in hexadecimal
    Char,     // __char_N: field N is shown as a character
    Text,     // __text_N: how the text in the bytes of field N is written: see TextForm
    Object,   // __obj_N: bytes of the object that has the text of field N in itself if it is short
    Tag,      // __tag_N: there is a value in field N only if this number …
    Low,      // __low_N: … is at least this …
    High,     // __high_N: … and at most this; if Low is above High, only if it is not between the two
    First,  // __first_N: the index that a dimension of the array in field N begins with; beside __len_N, which
            // is the last index then, that of the string's first character
    Last,   // __last_N: the index that it ends with
    Step,   // __step_N: how far its neighbours are from one another, in bytes or in what Span says
    Span,   // __span_N: bytes
    Index,  // __index_N: the one element of the dimension that was asked for
    At,     // __at_N: the same, counted from 0
    Skip,   // __skip_N: field N begins so many bytes behind the array
    Place,  // __place: which of the event's places was hit, counted from 0
    // Of all fields at once, a bit each, that of field N (counted from 0) in bit N % 64 of number N / 64:
    Faults,  // __faults: the memory of the field, or a pointer on the way to it, could not be read
    Cuts,    // __cuts: the string has more than was recorded; of an array of strings those that are longest
  };
  Role role = Role::Place;
  std::vector<uint32_t> serves;  // indices of fields, counted from 0; empty for Place, Faults and Cuts
  unsigned number = 1;           // of several: which dimension of an array, which pointer
};

// `number`, from 1, is for Via, Tag, Low and High, and for what an array has in each dimension.
std::string helper_name(HelperField::Role role, std::span<const uint32_t> serves, unsigned number = 1);

// The value of Bits: bytes of the other order are reversed before bits are taken out of them.
struct PickedBits {
  uint8_t at = 0;      // the lowest bit of the reversed bytes in what was recorded
  uint8_t bytes = 0;   // reversed: 2, 4 or 8; 0: none are
  uint8_t offset = 0;  // the lowest bit of the value, behind that
  uint8_t width = 64;  // its bits
};
uint32_t packed(const PickedBits& picked);
PickedBits unpacked_bits(uint32_t number);
uint64_t pick(uint64_t number, const PickedBits& picked);

// The value of Text.
struct TextForm {
  // Where the object of a text keeps how long it is: a libc++ string (libc++: include/string), of which the
  // first or the last byte tells whether the text is in the object.
  enum class Layout : uint8_t { None = 0, LengthFirst = 1, LengthLast = 2 };
  uint8_t character_bytes = 1;  // 2: UTF-16, 4: UTF-32
  Layout layout = Layout::None;
};
uint8_t packed(const TextForm& form);
// Nothing for a number that is no form.
std::optional<TextForm> unpacked_text(uint64_t number);

// Nothing for a name that is not exactly one of these.
std::optional<HelperField> parse_helper_name(std::string_view name);

// How many fields one Via helper can serve before its name grows longer than the kernel takes (32 bytes).
size_t longest_via(std::span<const uint32_t> serves, unsigned number = 1);

// What a pointer that was followed says about the value behind it, as the kernel recorded it. The kernel
// reads 0 where it cannot read, and goes on with stale bytes behind that.
bool is_followable(uint64_t pointer);
// A pointer that can be followed, for places of an event where none is.
inline constexpr uint64_t kNothingToFollow = 0x10000;

// The same in a recording, where a recorder may have replaced a pointer that can be followed by 1.
bool was_followable(uint64_t stored);
inline constexpr uint64_t kCheckedPointer = 1;

}  // namespace uproar
