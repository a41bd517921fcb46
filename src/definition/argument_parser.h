// [NAME=]FETCH[:TYPE]
#pragma once

#include "definition/ast.h"
#include "definition/lexer.h"

namespace uproar {

// The part [begin, end) of an argument's word that one fetch is parsed from.
struct Part {
  const Piece& word;
  size_t begin;
  size_t end;
  std::string_view text() const { return word.text().substr(begin, end - begin); }
  Span span(size_t from, size_t to) const { return word.span(begin + from, begin + to); }
  Span span() const { return word.span(begin, end); }
  std::string shown() const { return std::string(text().substr(0, 60)); }
};

bool parse_argument(ParseContext& context, const Piece& word, ast::Argument& argument);
bool parse_fetch(ParseContext& context, const Piece& word, size_t begin, size_t end, ast::Fetch& fetch);
bool parse_type(ParseContext& context, const Piece& word, size_t begin, size_t end, ast::Type& type);

// this->id, *list->head, v[3]; `part` is not empty.
bool parse_variable(ParseContext& context, const Part& part, ast::Variable& variable);
// The same of what the function returns: $retval->code, whose first `name_length` bytes are its name.
bool parse_result(ParseContext& context, const Part& part, size_t name_length, ast::Variable& variable);
// Whether the text could only be meant as a variable, or as something of the program's language.
bool looks_like_variable(std::string_view text);

// FILE:NAME, a variable of one source file: where NAME begins; 0 if the text is no such thing. FILE ends as
// sources do (main.c, lib/main.rs), and what follows it is no type.
size_t file_prefix(std::string_view text);

// Where the ':' before a type stands in [begin, size), or npos. A '::' belongs to a name, and
// so does that of FILE:NAME.
size_t find_type_separator(std::string_view word, size_t begin);

}  // namespace uproar
