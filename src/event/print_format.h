// How a `print fmt` shows each field: the only place where the kernel tells x32 from u32 and char from u8.
// Pure.
#pragma once

#include <string_view>
#include <vector>

namespace uproar {

struct ShownField {
  std::string_view name;  // points into the text that was read
  char conversion = 0;    // the letter of its printf conversion: d u x c s p …
};

// The fields that a print fmt text (what follows "print fmt: ") shows as themselves, matched argument by
// argument with the conversions of its format string: REC->NAME, REC->NAME[I], __get_str(NAME) and
// __get_str(NAME[I]), in parentheses or under a cast or not. Arguments that compute something are left out.
// Text that ends early gives what came before.
std::vector<ShownField> read_print_format(std::string_view text);

}  // namespace uproar
