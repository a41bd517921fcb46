// Text that a traced process chose, fit for where it goes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace uproar {

// A terminal must never receive a control byte from a traced process: printers made with Escape::Terminal
// show bytes below 0x20, 0x7f and C1 controls of comms and strings as \xNN (\n, \t, \r, \e by name), invalid
// UTF-8 as \xNN, and characters that reverse the direction of text (U+202A to U+202E, U+2066 to U+2069) as
// \u{202E}. A backslash stays as it is. Escape::None writes what perf script or the kernel would.
enum class Escape { None, Terminal };

// Appends text with the escaping applied.
void append_escaped(std::string_view text, Escape escape, std::string& out);

// `text` escaped and right-aligned; the width counts the bytes that are written.
void append_escaped_right(std::string_view text, size_t width, Escape escape, std::string& out);

// As append_escaped, written where there is room for kEscapeGrowth times the bytes of `text`.
inline constexpr size_t kEscapeGrowth = 4;
char* write_escaped(std::string_view text, Escape escape, char* out);

// How many bytes at the beginning are printable ASCII (0x20 to 0x7e).
size_t printable_ascii_prefix(std::string_view text);

}  // namespace uproar
