#include "event/text/trace_columns.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/number.h"

namespace uproar {
namespace {

// "%16s-": a task name has at most 15 bytes, so in a line as the kernel wrote it the dash is always here and
// nothing in the name can be taken for it.
constexpr size_t kDashColumn = 16;

// enum trace_flag_type
constexpr uint8_t kIrqsOff = 0x01;
constexpr uint8_t kNeedReschedLazy = 0x02;  // on older kernels: the state of interrupts is not known
constexpr uint8_t kNeedResched = 0x04;
constexpr uint8_t kHardIrq = 0x08;
constexpr uint8_t kSoftIrq = 0x10;
constexpr uint8_t kPreemptResched = 0x20;
constexpr uint8_t kNmi = 0x40;
constexpr uint8_t kBhOff = 0x80;

struct Letter {
  char letter;
  uint8_t bits;
};

constexpr Letter kIrqLetters[] = {
    {'.', 0}, {'d', kIrqsOff}, {'b', kBhOff}, {'D', kIrqsOff | kBhOff}, {'X', kNeedReschedLazy}};
constexpr Letter kReschedLetters[] = {{'.', 0},
                                      {'n', kNeedResched},
                                      {'p', kPreemptResched},
                                      {'l', kNeedReschedLazy},
                                      {'N', kNeedResched | kPreemptResched},
                                      {'L', kNeedReschedLazy | kPreemptResched},
                                      {'b', kNeedResched | kNeedReschedLazy},
                                      {'B', kNeedResched | kNeedReschedLazy | kPreemptResched}};
constexpr Letter kContextLetters[] = {{'.', 0},        {'h', kHardIrq},
                                      {'s', kSoftIrq}, {'H', kHardIrq | kSoftIrq},
                                      {'z', kNmi},     {'Z', kNmi | kHardIrq}};

template <size_t N>
bool add_letter(const Letter (&letters)[N], char letter, uint8_t& flags) {
  for (const Letter& known : letters) {
    if (known.letter == letter) {
      flags |= known.bits;
      return true;
    }
  }
  return false;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool add_depth(char digit, unsigned shift, uint8_t& count) {
  if (digit == '.') return true;
  const auto value = parse_hex_digits({&digit, 1});
  if (!value) return false;
  count = static_cast<uint8_t>(count | (*value << shift));
  return true;
}

// Five letters, four on kernels that do not show the migrate-disable depth.
bool read_flags(std::string_view text, TraceColumns& out) {
  if (text.size() != 4 && text.size() != 5) return false;
  uint8_t flags = 0;
  uint8_t count = 0;
  if (!add_letter(kIrqLetters, text[0], flags) || !add_letter(kReschedLetters, text[1], flags) ||
      !add_letter(kContextLetters, text[2], flags) || !add_depth(text[3], 0, count) ||
      (text.size() == 5 && !add_depth(text[4], 4, count))) {
    return false;
  }
  // 'Z' does not say whether the softirq bit was set too. It was if all else is set: uprobe handlers run with
  // preemption enabled, and the kernel, which takes one off the packed word for its own disabling, then wraps
  // to ones.
  const bool all_but_softirq = flags == static_cast<uint8_t>(~kSoftIrq) && count == 0xff;
  out.flags = all_but_softirq ? 0xff : flags;
  out.preempt_count = count;
  return true;
}

// "SEC.FRACTION" with up to nine digits behind the point, or a plain number.
std::optional<uint64_t> read_time(std::string_view text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return parse_decimal(text);
  const auto seconds = parse_decimal(text.substr(0, point));
  const std::string_view digits = text.substr(point + 1);
  auto fraction = parse_decimal(digits);
  if (!seconds || !fraction || digits.size() > 9) return std::nullopt;
  for (size_t i = digits.size(); i < 9; ++i) *fraction *= 10;
  constexpr uint64_t kSecond = 1000000000;
  if (*seconds > (std::numeric_limits<uint64_t>::max() - *fraction) / kSecond) return std::nullopt;
  return *seconds * kSecond + *fraction;
}

// Takes pieces off the front of a line.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool literal(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool blanks() {
    const size_t count = std::min(rest_.find_first_not_of(' '), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }
  std::string_view until(char end) {
    const std::string_view piece = rest_.substr(0, rest_.find(end));
    rest_.remove_prefix(piece.size());
    return piece;
  }
  template <typename T>
  bool number(T& out) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
    const auto value = parse_decimal(rest_.substr(0, static_cast<size_t>(end - rest_.begin())));
    if (!value || *value > static_cast<uint64_t>(std::numeric_limits<T>::max())) return false;
    out = static_cast<T>(*value);
    rest_.remove_prefix(static_cast<size_t>(end - rest_.begin()));
    return true;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// "(   1234) " or "(-------) "
bool read_thread_group(Cursor& cursor, TraceColumns& out) {
  if (!cursor.literal('(')) return true;
  Cursor inside(cursor.until(')'));
  if (!cursor.literal(')') || !cursor.blanks()) return false;
  if (!inside.rest().empty() && inside.rest().find_first_not_of('-') == std::string_view::npos) return true;
  inside.blanks();
  return inside.number(out.pid) && inside.rest().empty();
}

bool take_event_name(Cursor& cursor, TraceColumns& out) {
  out.event = cursor.until(':');
  const bool is_name =
      !out.event.empty() && is_name_start(out.event.front()) &&
      std::all_of(out.event.begin(), out.event.end(), [](char c) { return is_name_start(c) || is_digit(c); });
  if (!is_name || !cursor.literal(':')) return false;
  cursor.literal(' ');
  out.body = cursor.rest();
  return true;
}

bool read_time_and_event(Cursor cursor, TraceColumns& out) {
  std::string_view word = cursor.until(' ');
  if (!word.ends_with(':')) {
    if (!read_flags(word, out) || !cursor.blanks()) return false;
    word = cursor.until(' ');
  }
  if (!word.ends_with(':')) return false;
  const auto time = read_time(word.substr(0, word.size() - 1));
  if (!time || !cursor.literal(' ')) return false;
  out.time_ns = *time;
  return take_event_name(cursor, out);
}

ColumnStatus read_with_dash_at(std::string_view line, size_t dash, TraceColumns& out) {
  out = {};
  Cursor cursor(line.substr(dash + 1));
  if (!cursor.number(out.tid) || !cursor.blanks() || !read_thread_group(cursor, out) ||
      !cursor.literal('[') || !cursor.number(out.cpu) || !cursor.literal(']') || !cursor.blanks()) {
    return ColumnStatus::NotAnEvent;
  }
  std::string_view comm = line.substr(0, dash);
  comm.remove_prefix(std::min(comm.find_first_not_of(' '), comm.size()));
  if (comm != "<...>") out.comm = comm;
  return read_time_and_event(cursor, out) ? ColumnStatus::Ok : ColumnStatus::Damaged;
}

// "1354us : ", "1354us+: ", or a time as elsewhere.
bool read_latency_time(std::string_view text, TraceColumns& out) {
  constexpr std::string_view kMicroseconds = "us";
  const size_t unit = text.find(kMicroseconds);
  if (unit == std::string_view::npos) {
    const auto time = read_time(text);
    if (time) out.time_ns = *time;
    return time.has_value();
  }
  const auto microseconds = parse_decimal(text.substr(0, unit));
  if (!microseconds || *microseconds > std::numeric_limits<uint64_t>::max() / 1000) return false;
  if (text.size() - unit - kMicroseconds.size() > 1) return false;  // the mark of a long delay
  out.time_ns = *microseconds * 1000;
  return true;
}

bool read_latency_with_dash_at(std::string_view line, size_t dash, TraceColumns& out) {
  out = {};
  Cursor cursor(line.substr(dash + 1));
  if (!cursor.number(out.tid) || !cursor.blanks() || !read_thread_group(cursor, out) ||
      !cursor.number(out.cpu) || !read_flags(cursor.until(' '), out) || !cursor.blanks() ||
      !read_latency_time(cursor.until(':'), out) || !cursor.literal(':') || !cursor.blanks())
    return false;
  std::string_view comm = line.substr(0, dash);
  comm.remove_prefix(std::min(comm.find_first_not_of(' '), comm.size()));
  if (comm != "<...>") out.comm = comm;
  return take_event_name(cursor, out);
}

}  // namespace

ColumnStatus read_wide_columns(std::string_view line, size_t widest, TraceColumns& out) {
  const ColumnStatus usual = read_trace_columns(line, out);
  if (usual == ColumnStatus::Ok) return usual;
  for (size_t dash = kDashColumn + 1; dash < std::min(widest + 1, line.size()); ++dash) {
    if (line[dash] == '-' && read_with_dash_at(line, dash, out) == ColumnStatus::Ok) return ColumnStatus::Ok;
  }
  // Where it failed, the usual columns are the better guess.
  return read_trace_columns(line, out);
}

bool read_latency_columns(std::string_view line, TraceColumns& out) {
  for (size_t dash = std::min(kDashColumn + 1, line.size()); dash-- > 0;) {
    if (line[dash] == '-' && read_latency_with_dash_at(line, dash, out)) return true;
  }
  return false;
}

ColumnStatus read_trace_columns(std::string_view line, TraceColumns& out) {
  // Lines whose leading blanks were lost on the way have the dash further left; the last one that fits is
  // taken.
  ColumnStatus status = ColumnStatus::NotAnEvent;
  for (size_t dash = std::min(kDashColumn + 1, line.size()); dash-- > 0;) {
    if (line[dash] != '-') continue;
    const ColumnStatus here = read_with_dash_at(line, dash, out);
    if (here == ColumnStatus::Ok) return here;
    if (here == ColumnStatus::Damaged) status = here;
  }
  return status;
}

}  // namespace uproar
