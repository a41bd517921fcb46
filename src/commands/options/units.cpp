#include "commands/options/units.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "base/number.h"

namespace uproar {

std::optional<uint64_t> parse_duration(std::string_view text) {
  size_t digits = text.find_first_not_of("0123456789.");
  std::string number(text.substr(0, digits));
  std::string_view unit = digits == std::string_view::npos ? "s" : text.substr(digits);
  double scale = unit == "ms"                   ? 1e6
                 : unit == "s"                  ? 1e9
                 : unit == "m" || unit == "min" ? 60e9
                 : unit == "h"                  ? 3600e9
                                                : 0;
  char* end = nullptr;
  double value = std::strtod(number.c_str(), &end);
  if (number.empty() || *end != '\0' || scale == 0) return std::nullopt;
  double nanoseconds = value * scale;
  if (!(nanoseconds >= 1) || nanoseconds > 9e18) return std::nullopt;
  return static_cast<uint64_t>(nanoseconds);
}

namespace {

// A number with B, K, M or G behind it; without, it counts `plain_unit`.
std::optional<uint64_t> size_of(std::string_view text, uint64_t plain_unit) {
  uint64_t unit = plain_unit;
  bool plain = false;
  if (!text.empty()) {
    switch (text.back()) {
      case 'B':
        unit = 1;
        break;
      case 'k':
      case 'K':
        unit = uint64_t{1} << 10;
        break;
      case 'm':
      case 'M':
        unit = uint64_t{1} << 20;
        break;
      case 'g':
      case 'G':
        unit = uint64_t{1} << 30;
        break;
      default:
        plain = true;
    }
    if (!plain) text.remove_suffix(1);
  }
  auto number = parse_decimal(text);
  if (!number || *number == 0 || *number > (uint64_t{1} << 40) / unit) return std::nullopt;
  return *number * unit;
}

}  // namespace

std::optional<uint64_t> parse_buffer_size(std::string_view text) {
  return size_of(text, 4096);
}

std::optional<uint64_t> parse_size(std::string_view text) {
  return size_of(text, 1);
}

std::string format_bytes(uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  const char* units[] = {"KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(units)) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace uproar
