#include "convert/text/foreign_line.h"

#include <algorithm>
#include <limits>

#include "base/number.h"
#include "convert/text/perf_columns.h"
#include "convert/text/text_cleaning.h"
#include "event/text/trace_arguments.h"
#include "event/text/trace_columns.h"
#include "recording/metadata/session_info.h"

namespace uproar {

namespace {

constexpr size_t kWidestComm = 64;  // of programs that fill in names of processes

std::string_view without_blanks_before(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

// "CPU:1 [LOST 170 EVENTS]" (kernel: kernel/trace/trace.c) or "CPU:1 [170 EVENTS DROPPED]" (trace-cmd:
// tracecmd/trace-read.c); without a number where nobody counted.
bool read_loss(std::string_view line, TextLoss& out) {
  constexpr std::string_view kStart = "CPU:";
  constexpr std::string_view kEnds[][2] = {{"LOST ", "EVENTS]"}, {"", "EVENTS DROPPED]"}};
  const size_t bracket = line.find(" [");
  if (!line.starts_with(kStart) || bracket == std::string_view::npos) return false;
  const auto cpu = parse_decimal(line.substr(kStart.size(), bracket - kStart.size()));
  if (!cpu || *cpu > std::numeric_limits<uint32_t>::max()) return false;
  out.cpu = static_cast<uint32_t>(*cpu);
  for (const auto& [begin, end] : kEnds) {
    std::string_view inside = line.substr(bracket + 2);
    if (!inside.starts_with(begin) || !inside.ends_with(end) || inside.size() < begin.size() + end.size())
      continue;
    inside = inside.substr(begin.size(), inside.size() - begin.size() - end.size());
    if (inside.empty()) return true;
    if (!inside.ends_with(' ')) continue;
    out.count = parse_decimal(inside.substr(0, inside.size() - 1));
    if (out.count) return true;
  }
  return false;
}

// What trace-cmd report says besides events.
bool is_remark(std::string_view line) {
  if (line.starts_with('#')) return true;
  if (line.starts_with("cpus=") && parse_decimal(line.substr(5))) return true;
  if (line.starts_with("version = ")) return true;
  return line.starts_with("CPU ") && line.ends_with(" is empty");
}

bool read_address(std::string_view text, uint64_t& out) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  const auto value = parse_hex_digits(text);
  if (value) out = *value;
  return value.has_value();
}

// "(0xIP)", "(IP)"; of a return the kernel writes "(0xRETURN <- 0xFUNCTION)", and what prints by the event's
// print format "(FUNCTION <- RETURN)". False: the body does not begin so.
bool take_addresses(std::string_view& body, TextEvent& event) {
  constexpr std::string_view kFrom = " <- ";
  const size_t close = body.find(')');
  if (!body.starts_with('(') || close == std::string_view::npos) return false;
  const std::string_view inside = body.substr(1, close - 1);
  const size_t arrow = inside.find(kFrom);
  uint64_t first = 0, second = 0;
  if (!read_address(inside.substr(0, arrow), first)) return false;
  event.is_return = arrow != std::string_view::npos;
  if (event.is_return) {
    if (!read_address(inside.substr(arrow + kFrom.size()), second)) return false;
    const bool kernel = inside.starts_with("0x");
    event.ip = kernel ? second : first;
    event.return_ip = kernel ? first : second;
  } else {
    event.ip = first;
  }
  body.remove_prefix(close + 1);
  return true;
}

// "name=0x7 (7) name=text …", what the option fields makes of an event (kernel: kernel/trace/trace_output.c
// print_event_fields): the number is taken as it is stored, the signed one in parentheses behind it says no
// more.
void read_fields(std::string_view body, TextEvent& event) {
  for (TextArgument& argument : split_plain(body)) {
    if (argument.values.size() != 1) continue;
    TextValue& value = argument.values.front();
    const size_t open = value.shape == TextValue::Shape::String ? value.text.find(" (") : std::string::npos;
    if (open != std::string::npos && value.text.ends_with(')')) {
      const auto number = read_number(value.text, 0);
      if (number && number->end == open) value = number->value;
    }
    if (argument.name == "__probe_ip" || argument.name == "__probe_func") {
      event.has_ip = true;
      event.ip = value.bits;
    } else if (argument.name == "__probe_ret_ip") {
      event.is_return = true;
      event.return_ip = value.bits;
    } else {
      event.arguments.push_back(std::move(argument));
    }
  }
}

bool shows_fields(std::string_view body) {
  return body.starts_with("__probe_ip=0x") || body.starts_with("__probe_func=0x") ||
         body.starts_with("__probe_ret_ip=0x");
}

void keep_as_text(std::string_view body, TextEvent& event) {
  event.arguments.clear();
  if (body.empty()) return;
  event.arguments.push_back({"text", false, {{TextValue::Shape::String, 0, std::string(body)}}});
}

// Fills the arguments. InsideString: the text ends before a string does.
SplitStatus read_body(std::string_view body, const SchemasByName& schemas, TextEvent& event) {
  body = without_blanks_before(body);
  event.has_ip = false;
  if (shows_fields(body)) {
    read_fields(body, event);
    return SplitStatus::Complete;
  }
  if (!take_addresses(body, event)) {
    event.arguments = split_plain(body);
    return SplitStatus::Complete;
  }
  event.has_ip = true;
  bool inside_known_string = false;
  for (const EventSchema* schema : schemas(event.event)) {
    if (!schema->has_ip || schema->is_return != event.is_return) continue;
    const SplitStatus status = split_by_schema(body, *schema, event.arguments);
    if (status == SplitStatus::Complete) return status;
    inside_known_string |= status == SplitStatus::InsideString;
  }
  const SplitStatus status = split_by_shape(body, event.arguments);
  if (status == SplitStatus::Complete) return status;
  keep_as_text(without_blanks_before(body), event);
  return inside_known_string || status == SplitStatus::InsideString ? SplitStatus::InsideString
                                                                    : SplitStatus::Mismatch;
}

void finish_event(const SchemasByName& schemas, ForeignLine& out) {
  const SplitStatus status = read_body(out.body, schemas, out.event);
  out.kind = status == SplitStatus::InsideString ? ForeignLine::Kind::OpenString : ForeignLine::Kind::Event;
}

// The line over a call chain: the kernel has no name before it, trace-cmd has.
ForeignLine::Kind stack_kind(std::string_view line) {
  constexpr std::string_view kUser[] = {"<user stack trace>", "<user stack trace >"};
  constexpr std::string_view kKernel[] = {"<stack trace>", "<stack trace >"};
  for (const std::string_view end : kUser)
    if (line.ends_with(end)) return ForeignLine::Kind::UserStack;
  for (const std::string_view end : kKernel)
    if (line.ends_with(end)) return ForeignLine::Kind::KernelStack;
  return ForeignLine::Kind::Other;
}

void take_columns(const TraceColumns& columns, TextEvent& event) {
  event.comm = columns.comm;
  event.tid = columns.tid;
  event.pid = columns.pid;
  event.cpu = columns.cpu;
  event.flags = columns.flags;
  event.preempt_count = columns.preempt_count;
  event.time_ns = columns.time_ns;
  event.event = columns.event;
}

// trace-cmd puts the name of an instance and ": " before the columns.
std::string_view without_instance(std::string_view comm) {
  const size_t mark = comm.find(":  ");
  return mark == std::string_view::npos ? comm : without_blanks_before(comm.substr(mark + 1));
}

bool read_kernel_line(std::string_view line, const SchemasByName& schemas, ForeignLine& out) {
  TraceColumns columns;
  const ColumnStatus status = read_wide_columns(line, kWidestComm, columns);
  const bool usual = status == ColumnStatus::Ok;
  if (status == ColumnStatus::NotAnEvent && !read_latency_columns(line, columns)) return false;
  const ForeignLine::Kind stack = stack_kind(line);
  columns.comm = without_instance(columns.comm);
  take_columns(columns, out.event);
  out.dialect = TextDialect::Kernel;
  if (stack != ForeignLine::Kind::Other) {
    out.kind = stack;
    return true;
  }
  if (status == ColumnStatus::Damaged) return false;
  out.body = columns.body;
  // Only trace-cmd fills up behind the name.
  if (usual && (out.body.starts_with(' ') || (out.body.starts_with('(') && !out.body.starts_with("(0x"))))
    out.dialect = TextDialect::TraceCmd;
  finish_event(schemas, out);
  return true;
}

// perf's lost records stand among the events.
bool read_perf_loss(const PerfColumns& columns, std::string_view line, ForeignLine& out) {
  constexpr std::string_view kLost = "PERF_RECORD_LOST lost ";
  const size_t at = line.find(kLost);
  if (at == std::string_view::npos) return false;
  out.loss.cpu = columns.cpu.value_or(kUnknownCpu);
  out.loss.count = parse_decimal(line.substr(at + kLost.size()));
  out.kind = ForeignLine::Kind::Loss;
  return true;
}

// "cycles:u" has a modifier and no group.
void take_event_name(std::string_view name, TextEvent& event) {
  constexpr std::string_view kModifiers = "ukhHGpPSDIWeb";
  const size_t colon = name.find(':');
  const std::string_view behind =
      colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
  if (behind.find_first_not_of(kModifiers) == std::string_view::npos) {
    event.group.emplace();
    event.event = name;
    return;
  }
  event.group = name.substr(0, colon);
  event.event = behind;
}

bool read_perf_line(std::string_view line, const SchemasByName& schemas, ForeignLine& out) {
  PerfColumns columns;
  const bool timed = read_perf_columns(line, columns);
  if (timed || columns.time_ns) {
    if (read_perf_loss(columns, line, out)) return true;
    if (!timed) return false;
  } else if (!read_timeless_columns(line, columns)) {
    return false;
  }
  out.dialect = TextDialect::Perf;
  out.has_time = columns.time_ns.has_value();
  out.unsure = !out.has_time;
  out.body = columns.body;
  out.event.comm = columns.comm;
  out.event.tid = columns.tid;
  out.event.pid = std::max(columns.pid, 0);
  out.event.cpu = columns.cpu.value_or(kUnknownCpu);
  out.event.time_ns = columns.time_ns.value_or(0);
  take_event_name(columns.event, out.event);
  if (!out.event.group->empty()) {
    finish_event(schemas, out);
    return true;
  }
  // What counts cycles or time has nothing behind its name but, at times, the place.
  out.event.has_ip = false;
  out.kind = ForeignLine::Kind::Event;
  if (columns.period)
    out.event.arguments.push_back({"period", false, {{TextValue::Shape::Decimal, *columns.period, {}}}});
  return true;
}

// "name: (0x…) …" without anything before it.
bool read_bare_line(std::string_view line, const SchemasByName& schemas, ForeignLine& out) {
  const size_t colon = line.find(": (0x");
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      }))
    return false;
  out.dialect = TextDialect::Bare;
  out.has_time = false;
  out.body = line.substr(colon + 2);
  out.event.event = name;
  out.event.tid = -1;
  out.event.cpu = kUnknownCpu;
  finish_event(schemas, out);
  return out.event.has_ip;
}

// Begins with what quotes or indents, and not with a name that the kernel set where names of tasks belong: such
// a name may begin with the same marks.
bool looks_quoted(std::string_view line) {
  constexpr size_t kDashColumn = 16;
  const size_t first = line.find_first_not_of(' ');
  if (first == std::string_view::npos) return false;
  if (line[first] == '\t') return true;
  if (line[first] != '>' && line[first] != '|') return false;
  TraceColumns columns;
  return line.size() <= kDashColumn || line[kDashColumn] != '-' ||
         read_trace_columns(line, columns) != ColumnStatus::Ok;
}

bool read_any(std::string_view line, const SchemasByName& schemas, ForeignLine& out) {
  if (read_kernel_line(line, schemas, out) || out.kind != ForeignLine::Kind::Other) return true;
  out = {};
  if (read_perf_line(line, schemas, out)) return true;
  out = {};
  if (read_bare_line(line, schemas, out)) return true;
  out = {};
  return false;
}

}  // namespace

ForeignLine parse_foreign_line(std::string_view line, const SchemasByName& schemas) {
  ForeignLine out;
  if (line.find_first_not_of(" \t>|") == std::string_view::npos) {
    out.kind = ForeignLine::Kind::Empty;
    return out;
  }
  const std::string_view bare = without_quoting(line);
  if (read_any(looks_quoted(line) ? bare : line, schemas, out)) return out;
  if (is_remark(bare)) {
    out.kind = ForeignLine::Kind::Comment;
  } else if (read_loss(bare, out.loss)) {
    out.kind = ForeignLine::Kind::Loss;
  }
  return out;
}

}  // namespace uproar
