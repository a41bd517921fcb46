#include "select/time_choice.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/number.h"

namespace uproar {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

std::optional<uint64_t> parse_seconds(std::string_view text) {
  const size_t point = std::min(text.find('.'), text.size());
  const auto seconds = parse_decimal(text.substr(0, point));
  uint64_t nanoseconds = 0;
  if (point < text.size()) {
    std::string fraction(text.substr(point + 1));
    if (fraction.size() > 9) return std::nullopt;
    fraction.resize(9, '0');
    const auto parsed = parse_decimal(fraction);
    if (!parsed) return std::nullopt;
    nanoseconds = *parsed;
  }
  if (!seconds || *seconds > (UINT64_MAX - nanoseconds) / kNanosecondsPerSecond) return std::nullopt;
  return *seconds * kNanosecondsPerSecond + nanoseconds;
}

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n';
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// "A,B"; an end that is left out, or 0, is open.
std::optional<TimeRange> parse_stretch(std::string_view text, uint64_t offset_ns) {
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto end_of = [offset_ns](std::string_view part, uint64_t open) -> std::optional<uint64_t> {
    if (part.empty()) return open;
    const auto time_ns = parse_seconds(part);
    if (!time_ns) return std::nullopt;
    if (*time_ns == 0) return open;
    return *time_ns > UINT64_MAX - offset_ns ? UINT64_MAX : *time_ns + offset_ns;
  };
  const auto first = end_of(text.substr(0, comma), 0);
  const auto last = end_of(text.substr(comma + 1), UINT64_MAX);
  if (!first || !last || *last < *first) return std::nullopt;
  return TimeRange{*first, *last};
}

std::optional<std::vector<TimeRange>> parse_stretches(std::string_view text, uint64_t offset_ns) {
  std::vector<TimeRange> ranges;
  for (text = without_blanks(text); !text.empty() || ranges.empty(); text = without_blanks(text)) {
    const size_t end = std::min(
        static_cast<size_t>(std::find_if(text.begin(), text.end(), is_blank) - text.begin()), text.size());
    const auto range = parse_stretch(text.substr(0, end), offset_ns);
    if (!range) return std::nullopt;
    if (!ranges.empty() && ranges.back().last_ns != UINT64_MAX && ranges.back().last_ns >= range->first_ns)
      return std::nullopt;
    ranges.push_back(*range);
    text.remove_prefix(end);
  }
  return ranges;
}

// "10%" as 0.1
std::optional<double> parse_percent(std::string_view text) {
  if (text.empty() || text.back() != '%') return std::nullopt;
  const std::string number(text.substr(0, text.size() - 1));
  if (number.empty() || is_blank(number.front())) return std::nullopt;
  char* end = nullptr;
  const double percent = std::strtod(number.c_str(), &end);
  if (*end != '\0' || !std::isfinite(percent)) return std::nullopt;
  return percent / 100.0;
}

// perf's rounding, and its nanosecond: stretches that follow each other share no event, but the last one has
// the recording's last.
std::optional<TimeRange> share(double from, double to, uint64_t first_ns, uint64_t last_ns) {
  if (!(from >= 0.0 && from <= 1.0 && to >= 0.0 && to <= 1.0)) return std::nullopt;
  const auto total = static_cast<double>(last_ns - first_ns);
  TimeRange range;
  range.first_ns = first_ns + static_cast<uint64_t>(std::round(from * total));
  range.last_ns = first_ns + static_cast<uint64_t>(std::round(to * total));
  if (range.last_ns > range.first_ns && range.last_ns != last_ns) --range.last_ns;
  return range;
}

std::optional<TimeRange> parse_share(std::string_view text, uint64_t first_ns, uint64_t last_ns) {
  text = without_blanks(text);
  const size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto from = parse_percent(text.substr(0, dash));
    const auto to = parse_percent(text.substr(dash + 1));
    if (!from || !to) return std::nullopt;
    return share(*from, *to, first_ns, last_ns);
  }
  const size_t slash = text.find('/');
  const auto size = parse_percent(text.substr(0, slash));
  const auto number =
      slash == std::string_view::npos ? std::optional<uint64_t>(1) : parse_decimal(text.substr(slash + 1));
  if (!size || *size <= 0.0 || !number || *number == 0 || *number > 1'000'000) return std::nullopt;
  const auto which = static_cast<double>(*number);
  return share(*size * (which - 1), *size * which, first_ns, last_ns);
}

std::optional<std::vector<TimeRange>> parse_shares(std::string_view text, uint64_t first_ns,
                                                   uint64_t last_ns) {
  std::vector<TimeRange> ranges;
  while (true) {
    const size_t comma = std::min(text.find(','), text.size());
    const auto range = parse_share(text.substr(0, comma), first_ns, last_ns);
    if (!range) return std::nullopt;
    ranges.push_back(*range);
    if (comma == text.size()) return ranges;
    text.remove_prefix(comma + 1);
  }
}

// A stretch that ends before it begins holds nothing, as in perf; where there is no other, there is a moment
// that no event has.
std::vector<TimeRange> apart(std::vector<TimeRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const TimeRange& a, const TimeRange& b) { return a.first_ns < b.first_ns; });
  std::vector<TimeRange> merged;
  for (const TimeRange& range : ranges) {
    if (range.last_ns < range.first_ns) continue;
    if (!merged.empty() && range.first_ns <= merged.back().last_ns) {
      merged.back().last_ns = std::max(merged.back().last_ns, range.last_ns);
    } else {
      merged.push_back(range);
    }
  }
  if (merged.empty()) merged.push_back({UINT64_MAX, UINT64_MAX});
  return merged;
}

}  // namespace

Result<std::vector<TimeRange>> parse_time_choice(std::string_view text, uint64_t first_ns, uint64_t last_ns,
                                                 bool relative) {
  const bool percent = text.find('%') != std::string_view::npos;
  auto ranges =
      percent ? parse_shares(text, first_ns, last_ns) : parse_stretches(text, relative ? first_ns : 0);
  if (!ranges)
    return Error{
        "Invalid time string " + std::string(text),
        {},
        "write seconds as in 12.5,13.25 or 12.5, (several: '1,2 3,4'), or shares as in 10%/2 or 0%-10%",
        0};
  return apart(std::move(*ranges));
}

}  // namespace uproar
