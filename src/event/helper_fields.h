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
  // __via2_1_3. Of an array of several dimensions __first2_N is the second one's, see event/array_fields.h.
  enum class Role : uint8_t {
    Length,  // __len_N: the string in the bytes of field N has so many bytes, NULs and all
    Limit,   // __max_N: the string in the bytes of field N ends at its NUL, after so many bytes at the latest
    Sign,    // __sign_N: field N is a signed bitfield of so many bits
    Pointer,  // __data_N: where the bytes of the string in field N were read
    Start,    // __start_N: the first bytes of the string in field N, for when it is too long to be recorded
              // whole
    Via,      // __via_N: a pointer that the kernel followed on its way to the value of field N
    First,  // __first_N: the index that a dimension of the array in field N begins with; beside __len_N, which
            // is the last index then, that of the string's first byte
    Last,   // __last_N: the index that it ends with
    Step,   // __step_N: how far its neighbours are from one another, in bytes or in what Span says
    Span,   // __span_N: bytes
    Index,  // __index_N: the one element of the dimension that was asked for
    At,     // __at_N: the same, counted from 0
    Skip,   // __skip_N: field N begins so many bytes behind the array
    Place,  // __place: which of the event's places was hit, counted from 0
  };
  Role role = Role::Place;
  std::vector<uint32_t> serves;  // indices of fields, counted from 0; empty for Place
  unsigned number = 1;           // of several: which dimension of an array, which pointer
};

// `number`, from 1, is for Via and for what an array has in each dimension.
std::string helper_name(HelperField::Role role, std::span<const uint32_t> serves, unsigned number = 1);

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
