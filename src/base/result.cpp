#include "base/result.h"

#include <cstdio>
#include <cstring>

namespace uproar {

std::string render(const Error& error) {
  std::string out = "error: " + error.message + "\n";
  if (!error.excerpt.empty()) {
    out += error.excerpt;
    if (out.back() != '\n') out += '\n';
  }
  if (!error.remedy.empty()) out += "  help: " + error.remedy + "\n";
  return out;
}

Error system_error(std::string context, int errno_value, std::string remedy) {
  // 524 is the kernel-internal ENOTSUPP: it reaches user space from uprobe registration but has no strerror
  // text.
  const char* text =
      errno_value == 524 ? "Operation not supported by the kernel (524)" : std::strerror(errno_value);
  return Error{std::move(context) + ": " + text, {}, std::move(remedy), errno_value};
}

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "uproar: internal error: %s is false at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace uproar
