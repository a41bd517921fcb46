// JSON string literals from bytes that nobody vouches for. Pure.
#pragma once

#include <string>
#include <string_view>

namespace uproar {

// A JSON string, quotes included. Control characters (below 0x20, DEL, C1) and characters that reorder a
// screen line are written \uXXXX, so the output can go to a terminal; bytes that are no UTF-8 become U+FFFD.
// For keys and names.
void append_json_name(std::string_view text, std::string& out);

// The same for a value that must not lose a byte: a text that is not strict UTF-8 as a whole is written
// {"bytes":"<base64>"}.
void append_json_text(std::string_view text, std::string& out);

// RFC 4648 base64 with padding.
void append_base64(std::string_view bytes, std::string& out);

}  // namespace uproar
