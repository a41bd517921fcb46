#include "base/kernel_version.h"

#include <charconv>

namespace uproar {

unsigned kernel_version(std::string_view release) {
  unsigned major = 0;
  unsigned minor = 0;
  const char* end = release.data() + release.size();
  auto [dot, fault] = std::from_chars(release.data(), end, major);
  if (fault != std::errc() || dot == end || *dot != '.') return 0;
  auto [rest, minor_fault] = std::from_chars(dot + 1, end, minor);
  if (minor_fault != std::errc() || major > 1000 || minor > 999) return 0;
  return major * 1000 + minor;
}

}  // namespace uproar
