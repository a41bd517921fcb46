// NAME:LINE, a line of the program's source.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace uproar {

// LINE: decimal without needless zeros, 32 bits; 0 is one.
std::optional<uint32_t> read_line_number(std::string_view text);

// Whether NAME is a file of source (main.c, src/lib.rs, include/vector) rather than a function (main,
// main.(*T).Do, example.com/mod.Do). The names of Go's functions have dots and slashes too: what counts is a
// suffix known of source files, or a '/' without any '.' behind it.
bool is_source_file(std::string_view name);

// The ':' before the NAME:LINE that ends `word`, a path, ':' and a SITE. Only where NAME is plain, a file of
// source with a known suffix or names joined by '.' or '::', and LINE ends the word: everything else that
// ends in ':' and a digit is the kernel's.
std::optional<size_t> find_line_separator(std::string_view word);

// The ':' before the FILE:NAME that ends `word`, likewise. Only where FILE has a known suffix.
std::optional<size_t> find_file_separator(std::string_view word);

// A ':' that separates is the first of an odd run: 'a:b' and 'a:::b' (b in the global namespace), never
// 'a::b'. The first one from `from` on, the last one of the word, or npos.
size_t first_separator(std::string_view word, size_t from);
size_t last_separator(std::string_view word);

}  // namespace uproar
