// The kernel's complaint about a line, said on the user's own text. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

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

// The complaint with the place in `user_text` underlined: the argument (or name, or path) that the column
// falls into is looked up in the user's text by its position in the line; the whole text if it is not there.
Error explain_complaint(const KernelComplaint& complaint, std::string_view user_text);

// errno of a refused line without an entry in the log, in words and with a remedy.
Error explain_refusal(int errno_value, std::string_view line, std::string_view user_text);

}  // namespace uproar
