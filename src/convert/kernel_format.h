// Events as the kernel would have described and recorded them, for files whose readers know only that. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"

namespace uproar {

// A schema's fields one behind the other, as a uprobe event has them; names that are no C identifiers are
// made some. `group` and `kernel_type` are kept.
EventSchema packed_schema(const EventSchema& shown);

// The text of tracefs's events/GROUP/NAME/format for a packed schema, in the spelling of Linux 6.18.
std::string format_text(const EventSchema& packed);

// The kernel's own text with another name and number.
std::string renamed_format(std::string_view text, std::string_view name, uint16_t type);

// The record of an event whose values are those of `packed`, in its order. A value that could not be read
// becomes 0, or a string of length 0. There is none if it would be longer than 65,535 bytes.
std::optional<std::vector<uint8_t>> record_of(const Event& event, const EventSchema& packed);

}  // namespace uproar
