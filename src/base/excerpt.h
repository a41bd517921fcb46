// A user's text with the place underlined that a complaint is about.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uproar {

// The text (one line; control bytes shown as ^X, tabs as blanks) and below it a caret run `^~~~` under the
// bytes [begin, end). Both lines are indented by two blanks; columns are counted in UTF-8 code points. An
// over-long text is shown around the place, with "…" where it was cut.
std::string underline(std::string_view text, uint32_t begin, uint32_t end);

// For messages that quote the user's text: control bytes as in the excerpt, at most some 400 bytes.
std::string fit_for_message(std::string_view text);

}  // namespace uproar
