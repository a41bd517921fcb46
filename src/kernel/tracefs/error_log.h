// The kernel's complaint about a line, said on the user's own text. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lower/tracefs/tracefs_line.h"

namespace uproar {

struct KernelComplaint {
  std::string message;  // "Invalid register name"
  std::string command;  // the line as the kernel read it
  size_t column = 0;    // byte index into command; may be its size ("brace is not closed")
};

// The newest entry of an error_log text whose Command is `line` with its blanks joined to single ones. The
// log holds the last eight complaints about anybody's lines, oldest first; each is three lines:
//   [ 1291.494042] trace_uprobe: error: Invalid register name
//     Command: p:g/e /tmp/t:0x1129 a=%xyz
//                                    ^
std::optional<KernelComplaint> find_complaint(std::string_view error_log, std::string_view line);

// The complaint with the place in the user's text underlined that the word stands for into which the column
// falls; the whole text if there is none.
Error explain_complaint(const KernelComplaint& complaint, const LineSource& source);

// errno of a refused line without an entry in the log, in words and with a remedy.
Error explain_refusal(int errno_value, std::string_view line, const LineSource& source);

}  // namespace uproar
