// PATH:SITE, the second word of a probe.
#pragma once

#include <optional>
#include <string_view>

#include "definition/ast.h"
#include "definition/lexer.h"

namespace uproar {

// Whether this word is a place as the kernel takes it: a path with a '/' and after its last ':' a digit.
// Excepted are PATH:va:ADDRESS and PATH:NAME:LINE, which the kernel would take for files whose names end in
// ":va" and ":NAME".
bool is_kernel_place(std::string_view word);

// The ':' between PATH and SITE of a word whose PATH is not quoted. The kernel's form goes first, so that its
// lines keep their meaning; else the ':' may not belong to a '::'.
std::optional<size_t> find_separator(std::string_view word);

// At the first byte of PATH. Sets target, site and, for %return, is_return.
bool parse_place(ParseContext& context, Lexer& lexer, ast::Probe& probe);

// The text after the PATH and its ':'.
bool parse_site(ParseContext& context, const Piece& piece, ast::Probe& probe);

}  // namespace uproar
