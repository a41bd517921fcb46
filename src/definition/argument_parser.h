// [NAME=]FETCH[:TYPE]
#pragma once

#include "definition/ast.h"
#include "definition/lexer.h"

namespace uproar {

bool parse_argument(ParseContext& context, const Piece& word, ast::Argument& argument);
bool parse_fetch(ParseContext& context, const Piece& word, size_t begin, size_t end, ast::Fetch& fetch);
bool parse_type(ParseContext& context, const Piece& word, size_t begin, size_t end, ast::Type& type);

// Where the ':' before a type stands in [begin, size), or npos. A '::' belongs to a name.
size_t find_type_separator(std::string_view word, size_t begin);

}  // namespace uproar
