// What stands before and behind the lines of a trace that went through mails, editors and other systems. Pure.
#pragma once

#include <string_view>

namespace uproar {

// Without the byte order mark of UTF-8 that a file may begin with.
std::string_view without_byte_order_mark(std::string_view text);
// Without the carriage return of a line end as other systems write it.
std::string_view without_carriage_return(std::string_view line);
// Without what quotes or indents the line as a whole: blanks, tabs, and the marks ">" and "|" of mails and
// messages, each with its blanks.
std::string_view without_quoting(std::string_view line);

}  // namespace uproar
