#include "event/text/trace_text.h"

#include "base/number.h"
#include "event/text/trace_arguments.h"
#include "event/text/trace_columns.h"

namespace uproar {
namespace {

constexpr size_t kMaxLine = size_t{64} << 10;

// "CPU:1 [LOST 170 EVENTS]" or "CPU:1 [LOST EVENTS]" (kernel: kernel/trace/trace.c trace_print_lost_events)
bool read_loss(std::string_view line, TextLoss& out) {
  constexpr std::string_view kStart = "CPU:";
  constexpr std::string_view kLost = " [LOST ";
  constexpr std::string_view kEnd = "EVENTS]";
  const size_t lost = line.find(kLost);
  if (!line.starts_with(kStart) || !line.ends_with(kEnd) || lost == std::string_view::npos) return false;
  const size_t number = lost + kLost.size();
  if (number > line.size() - kEnd.size()) return false;
  const auto cpu = parse_decimal(line.substr(kStart.size(), lost - kStart.size()));
  if (!cpu || *cpu > UINT32_MAX) return false;
  out.cpu = static_cast<uint32_t>(*cpu);
  std::string_view count = line.substr(number, line.size() - kEnd.size() - number);
  if (count.empty()) return true;
  if (!count.ends_with(' ')) return false;
  count.remove_suffix(1);
  out.count = parse_decimal(count);
  return out.count.has_value();
}

// "0x55c19a8611b9"
bool read_address(std::string_view text, uint64_t& out) {
  if (!text.starts_with("0x")) return false;
  const auto value = parse_hex_digits(text.substr(2));
  if (value) out = *value;
  return value.has_value();
}

// Takes "(0xIP)" or "(0xRETURN <- 0xFUNCTION)" off the front; false if the body does not begin so.
bool take_addresses(std::string_view& body, TextEvent& event) {
  constexpr std::string_view kFrom = " <- ";
  const size_t close = body.find(')');
  if (!body.starts_with("(0x") || close == std::string_view::npos) return false;
  const std::string_view inside = body.substr(1, close - 1);
  const size_t arrow = inside.find(kFrom);
  event.is_return = arrow != std::string_view::npos;
  const bool ok = event.is_return ? read_address(inside.substr(0, arrow), event.return_ip) &&
                                        read_address(inside.substr(arrow + kFrom.size()), event.ip)
                                  : read_address(inside, event.ip);
  body.remove_prefix(close + 1);
  return ok;
}

bool is_schema_of(const EventSchema* schema, const TextEvent& event, std::string_view name) {
  return schema != nullptr && schema->has_ip && schema->is_return == event.is_return && schema->name == name;
}

// Tries the schemas of that name (two groups may have it), then the shape. `inside_known_string`: no schema
// fits, but one would if the text went on.
SplitStatus split(std::string_view text, std::string_view name, const std::vector<const EventSchema*>& known,
                  TextEvent& event, bool& inside_known_string) {
  for (const EventSchema* schema : known) {
    if (!is_schema_of(schema, event, name)) continue;
    const SplitStatus status = split_by_schema(text, *schema, event.arguments);
    if (status == SplitStatus::Complete) {
      inside_known_string = false;
      return status;
    }
    inside_known_string |= status == SplitStatus::InsideString;
  }
  return split_by_shape(text, event.arguments);
}

void read_event(const TraceColumns& columns, const std::vector<const EventSchema*>& known, TextLine& out) {
  TextEvent& event = out.event;
  std::string_view body = columns.body;
  event.has_ip = body.starts_with("(0x");
  if (!event.has_ip) {
    event.arguments = split_plain(body);
  } else {
    bool ignored = false;
    if (!take_addresses(body, event) ||
        split(body, columns.event, known, event, ignored) != SplitStatus::Complete) {
      out.kind = TextLine::Kind::Unreadable;
      return;
    }
  }
  event.comm = columns.comm;
  event.tid = columns.tid;
  event.pid = columns.pid;
  event.cpu = columns.cpu;
  event.flags = columns.flags;
  event.preempt_count = columns.preempt_count;
  event.time_ns = columns.time_ns;
  event.event = columns.event;
  out.kind = TextLine::Kind::Event;
}

}  // namespace

TextLine parse_trace_line(std::string_view line, const std::vector<const EventSchema*>& known) {
  TextLine out;
  if (line.size() > kMaxLine) return out;
  TraceColumns columns;
  switch (read_trace_columns(line, columns)) {
    case ColumnStatus::Ok:
      read_event(columns, known, out);
      return out;
    case ColumnStatus::Damaged:
      return out;
    case ColumnStatus::NotAnEvent:
      break;
  }
  out.kind = TextLine::Kind::Continuation;
  if (line.starts_with('#')) out.kind = TextLine::Kind::Comment;
  if (read_loss(line, out.loss)) out.kind = TextLine::Kind::Loss;
  return out;
}

bool ends_inside_string(std::string_view line, const std::vector<const EventSchema*>& known) {
  if (line.size() > kMaxLine) return false;
  TraceColumns columns;
  if (read_trace_columns(line, columns) != ColumnStatus::Ok) return false;
  TextEvent event;
  std::string_view body = columns.body;
  if (!take_addresses(body, event)) return false;
  bool inside_known_string = false;
  const SplitStatus status = split(body, columns.event, known, event, inside_known_string);
  return inside_known_string || status == SplitStatus::InsideString;
}

}  // namespace uproar
