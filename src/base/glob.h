// Patterns of names and of strings: one dialect wherever a user writes one. Pure.
#pragma once

#include <string>
#include <string_view>

namespace uproar {

// '*' any bytes, '?' one byte, [a-z] and [!a-z] one byte of a class, '\' takes the next byte as it is; the
// whole text has to match (kernel: lib/glob.c). A '[' without its ']' stands for itself. Time is at most the
// product of the lengths.
bool glob_matches(std::string_view glob, std::string_view text);

// The same pattern for glob_matches() as people write it who know the shell's: [^a-z] is [!a-z].
std::string from_shell_glob(std::string_view glob);

}  // namespace uproar
