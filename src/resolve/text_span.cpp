#include "resolve/text_span.h"

#include <fmt/format.h>

#include <algorithm>

#include "definition/diagnostic.h"

namespace uproar {
namespace {

std::string without_control_bytes(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return text;
}

}  // namespace

Error TextSpan::error(std::string message, std::string hint, int sys_errno) const {
  Error error = to_error({Diagnostic::Severity::Error, without_control_bytes(std::move(message)), span,
                          without_control_bytes(std::move(hint))},
                         text);
  error.sys_errno = sys_errno;
  return error;
}

Error TextSpan::error(const Error& cause) const {
  return error(cause.message, cause.remedy, cause.sys_errno);
}

}  // namespace uproar
