#include "resolve/places/place.h"

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

Error Place::error(std::string message, std::string hint, int sys_errno) const {
  Error error = to_error({Diagnostic::Severity::Error, without_control_bytes(std::move(message)), span,
                          without_control_bytes(std::move(hint))},
                         text);
  error.sys_errno = sys_errno;
  return error;
}

Error Place::error(const Error& cause) const {
  return error(cause.message, cause.remedy, cause.sys_errno);
}

std::string did_you_mean(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : fmt::format("did you mean {}?", fmt::join(names, ", "));
}

std::string short_list(const std::vector<std::string>& names, size_t limit) {
  size_t shown = std::min(limit, names.size());
  std::string list =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(shown), ", "));
  if (shown < names.size()) list += fmt::format(", … ({} more)", names.size() - shown);
  return list;
}

}  // namespace uproar
