// Complaints about one stretch of the user's text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "definition/span.h"

namespace uproar {

// Both views must outlive the place. Names out of files and processes go into messages: control bytes become
// '?'.
struct Place {
  Span span;
  std::string_view text;

  Error error(std::string message, std::string hint = {}, int sys_errno = 0) const;
  // An error that speaks of a file, now underlined where the user named the file.
  Error error(const Error& cause) const;
};

// "did you mean a, b?", or nothing without names.
std::string did_you_mean(const std::vector<std::string>& names);

// "a, b, c, … (N more)" with at most `limit` of them.
std::string short_list(const std::vector<std::string>& names, size_t limit);

}  // namespace uproar
