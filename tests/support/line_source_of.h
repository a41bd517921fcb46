// What a line of uprobe_events stands for when a test has no plan.
#pragma once

#include <initializer_list>
#include <string_view>

#include "lower/tracefs/tracefs_line.h"

namespace uproar {

// The first stretch of `text` that reads `part`, empty if there is none.
inline Span span_of_part(std::string_view text, std::string_view part) {
  const size_t begin = text.find(part);
  if (part.empty() || begin == std::string_view::npos) return {};
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + part.size())};
}

// A user's text whose parts are named by what they read; "" is a part that it does not have.
inline LineSource line_source_of(std::string_view text, std::string_view head, std::string_view place,
                                 std::initializer_list<std::string_view> arguments = {}) {
  LineSource source{text, span_of_part(text, head), {}, span_of_part(text, place), {}};
  const size_t colon = head.find(':');
  if (!source.head.empty() && colon != std::string_view::npos && colon + 1 < head.size())
    source.name = {source.head.begin + static_cast<uint32_t>(colon + 1), source.head.end};
  for (std::string_view argument : arguments) source.arguments.push_back(span_of_part(text, argument));
  return source;
}

// A line that the user wrote word by word as the kernel takes it.
inline LineSource line_source_of(std::string_view line) {
  LineSource source{line, {}, {}, {}, {}};
  size_t index = 0;
  for (size_t begin = line.find_first_not_of(' '); begin < line.size();
       begin = line.find_first_not_of(' ', begin)) {
    const size_t end = std::min(line.find(' ', begin), line.size());
    const Span word{static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
    if (index == 0) {
      source.head = word;
      const size_t colon = line.substr(0, end).find(':', begin);
      if (colon != std::string_view::npos && colon + 1 < end)
        source.name = {static_cast<uint32_t>(colon + 1), word.end};
    } else if (index == 1) {
      source.place = word;
    } else {
      source.arguments.push_back(word);
    }
    ++index;
    begin = end;
  }
  return source;
}

}  // namespace uproar
