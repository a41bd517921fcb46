// The arguments behind "(0x…)" in a line of text, split with or without a schema. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event/event_schema.h"
#include "event/text/text_value.h"

namespace uproar {

enum class SplitStatus : uint8_t {
  Complete,      // read to the end of the text
  InsideString,  // the text ends before a string's closing quote
  Mismatch,
};

// True if a field of this kind and size could have been printed as `value`.
bool value_fits(const TextValue& value, const Field& field);

// `text` is what follows ")": empty, or " name=value name=value". `out` is filled only if Complete.
SplitStatus split_by_schema(std::string_view text, const EventSchema& schema, std::vector<TextArgument>& out);
SplitStatus split_by_shape(std::string_view text, std::vector<TextArgument>& out);

// Text of a tracepoint that is no uprobe: name=value pairs, strings without quotes; else one string named
// "text".
std::vector<TextArgument> split_plain(std::string_view text);

}  // namespace uproar
