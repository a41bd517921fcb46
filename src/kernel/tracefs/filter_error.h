// The kernel's complaint about an event filter, said on the user's own text. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/tracefs/error_log.h"

namespace uproar {

// After a refusal an event's `filter` file holds the expression, a caret below the place, and the complaint:
//   foo == 1
//       ^
//   parse_error: Field not found
// Nothing if it holds a filter that works.
std::optional<KernelComplaint> parse_filter_complaint(std::string_view filter_file);

// Names in an event's `format` file: its arguments, then what a filter can name of every event.
std::vector<std::string> filter_fields(std::string_view format_file);

// The complaint with the place in `filter` underlined; `fields` are named as the remedy for an unknown field.
Error explain_filter_complaint(const KernelComplaint& complaint, std::string_view filter,
                               const std::vector<std::string>& fields);

}  // namespace uproar
