#include "convert/text/perf_columns.h"

#include <algorithm>
#include <limits>

#include "base/number.h"

namespace uproar {

namespace {

constexpr std::string_view kBlanks = " \t";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_blanks_before(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text;
}
std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// Takes the last word off, and the blanks before it.
std::string_view take_last_word(std::string_view& text) {
  const size_t blank = text.find_last_of(kBlanks);
  const size_t start = blank == std::string_view::npos ? 0 : blank + 1;
  const std::string_view word = text.substr(start);
  text = without_blanks_behind(text.substr(0, start));
  return word;
}
std::string_view take_first_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text = without_blanks_before(text.substr(word.size()));
  return word;
}

bool read_tid(std::string_view text, int32_t& out) {
  const bool negative = text == "-1";
  const auto number = negative ? std::optional<uint64_t>(0) : parse_decimal(text);
  if (!number || *number > static_cast<uint64_t>(std::numeric_limits<int32_t>::max())) return false;
  out = negative ? -1 : static_cast<int32_t>(*number);
  return true;
}

// "SECONDS.FRACTION" with 3 to 9 digits behind the point.
std::optional<uint64_t> read_time(std::string_view text) {
  constexpr uint64_t kSecond = 1'000'000'000;
  const size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() - point < 4 || text.size() - point > 10)
    return std::nullopt;
  const auto seconds = parse_decimal(text.substr(0, point));
  auto fraction = parse_decimal(text.substr(point + 1));
  if (!seconds || !fraction || *seconds >= std::numeric_limits<uint64_t>::max() / kSecond)
    return std::nullopt;
  for (size_t digits = text.size() - point - 1; digits < 9; ++digits) *fraction *= 10;
  return *seconds * kSecond + *fraction;
}

// "COMM TID" or "COMM PID/TID", with "[CPU]" behind it or not.
bool read_task(std::string_view text, PerfColumns& out) {
  std::string_view word = take_last_word(text);
  if (word.starts_with('[') && word.ends_with(']')) {
    const auto cpu = parse_decimal(word.substr(1, word.size() - 2));
    if (!cpu || *cpu > std::numeric_limits<uint32_t>::max()) return false;
    out.cpu = static_cast<uint32_t>(*cpu);
    word = take_last_word(text);
  }
  // "%5d/%-5d" fills up behind the thread, not between.
  const size_t slash = word.find('/');
  if (slash != std::string_view::npos && !read_tid(word.substr(0, slash), out.pid)) return false;
  const std::string_view tid = slash == std::string_view::npos ? word : word.substr(slash + 1);
  if (!read_tid(tid, out.tid)) return false;
  out.comm = without_blanks_before(text);
  // What perf prints for a task without a name.
  if (out.comm.starts_with(':') && out.comm.substr(1) == tid) out.comm = {};
  return true;
}

bool is_event_name(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) && std::none_of(name.begin(), name.end(), [](char c) {
    return c == '(' || c == ')' || c == '"' || c == '[' || c == ']' || c == '<';
  });
}

// "PERIOD EVENT:" with PERIOD or without.
bool read_event(std::string_view text, PerfColumns& out) {
  text = without_blanks_before(text);
  std::string_view rest = text;
  std::string_view word = take_first_word(rest);
  if (const auto period = parse_decimal(word); period && !rest.empty()) {
    out.period = period;
    text = rest;
    word = take_first_word(rest);
  }
  if (!word.ends_with(':')) return false;
  out.event = word.substr(0, word.size() - 1);
  out.body = text.substr(word.size());
  return is_event_name(out.event);
}

}  // namespace

bool read_perf_columns(std::string_view line, PerfColumns& out) {
  // The first time that stands behind a task decides; names of tasks hold no such thing.
  constexpr int kMostColons = 32;
  size_t colon = line.find(':');
  for (int tries = 0; colon != std::string_view::npos && tries < kMostColons;
       colon = line.find(':', colon + 1), ++tries) {
    if (colon + 1 < line.size() && kBlanks.find(line[colon + 1]) == std::string_view::npos) continue;
    std::string_view before = line.substr(0, colon);
    const std::string_view word = take_last_word(before);
    const auto time = read_time(word);
    if (!time || before.empty()) continue;
    out = {};
    out.time_ns = time;
    if (read_task(before, out)) return read_event(line.substr(colon + 1), out);
  }
  return false;
}

bool read_timeless_columns(std::string_view line, PerfColumns& out) {
  out = {};
  std::string_view before = without_blanks_behind(line);
  if (!before.ends_with(':')) return false;
  const std::string_view word = take_last_word(before);
  out.event = word.substr(0, word.size() - 1);
  if (!is_event_name(out.event)) return false;
  std::string_view task = before;
  const auto period = parse_decimal(take_last_word(task));
  PerfColumns with_period = out;
  if (period && read_task(task, with_period) && !with_period.comm.empty()) {
    out = with_period;
    out.period = period;
    return true;
  }
  return read_task(before, out) && !out.comm.empty();
}

}  // namespace uproar
