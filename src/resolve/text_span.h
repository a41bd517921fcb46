// A stretch of the user's text, and complaints about it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/span.h"

namespace uproar {

// Both views must outlive it. Names out of files and processes go into messages: control bytes become
// '?'.
struct TextSpan {
  Span span;
  std::string_view text;

  Error error(std::string message, std::string hint = {}, int sys_errno = 0) const;
  // An error that speaks of a file, now underlined where the user named the file.
  Error error(const Error& cause) const;
};

}  // namespace uproar
