// Forms of the probe language that are known by name but not built yet. Each gets one clear error that says
// what to write instead; all functions return false.
#pragma once

#include <string_view>

#include "definition/lexer.h"

namespace uproar {

bool glob_not_yet(ParseContext& context, const Piece& site);  // 'a*'
bool source_line_not_yet(ParseContext& context, const Piece& site, size_t colon,
                         size_t end);                         // FILE.c:LINE, FUNC:LINE
bool usdt_not_yet(ParseContext& context, const Piece& site);  // %PROVIDER:NAME
bool argument_number_not_yet(ParseContext& context, std::string_view variable, Span place);  // $arg1
bool argument_list_not_yet(ParseContext& context, std::string_view variable, Span place);    // $params, $vars
bool variable_not_yet(ParseContext& context, std::string_view text, Span place);  // VAR, VAR->FIELD, *VAR
bool string_length_not_yet(ParseContext& context, Span place);                    // string(LEN)

}  // namespace uproar
