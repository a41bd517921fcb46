#include "kernel/lockdown.h"

#include "base/fd.h"

namespace uproar {

std::string lockdown_mode() {
  Result<std::string> text = read_file("/sys/kernel/security/lockdown", 4096);
  return text.ok() ? active_lockdown(*text) : std::string();
}

std::string active_lockdown(std::string_view text) {
  size_t begin = text.find('[');
  size_t end = text.find(']', begin == std::string_view::npos ? 0 : begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  return std::string(text.substr(begin + 1, end - begin - 1));
}

}  // namespace uproar
