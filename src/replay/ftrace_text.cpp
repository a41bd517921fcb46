// The line of trace_print_context (kernel: kernel/trace/trace_output.c) and print_uprobe_event
// (kernel/trace/trace_uprobe.c) of Linux 6.18; formats/replay/ftrace.md describes it.
#include "replay/ftrace_text.h"

#include <utility>

#include "replay/per_schema.h"
#include "replay/site_symbols.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr size_t kCommWidth = 16;
constexpr size_t kTidWidth = 7;
constexpr uint64_t kMicrosecondsPerSecond = 1'000'000;

// Bits of common_flags (kernel: include/linux/trace_events.h enum trace_flag_type).
enum TraceFlag : uint8_t {
  kIrqsOff = 0x01,
  kNeedReschedLazy = 0x02,
  kNeedResched = 0x04,
  kHardIrq = 0x08,
  kSoftIrq = 0x10,
  kPreemptResched = 0x20,
  kNmi = 0x40,
  kBhOff = 0x80,
};

char irqs_letter(uint8_t flags) {
  if ((flags & kIrqsOff) != 0) return (flags & kBhOff) != 0 ? 'D' : 'd';
  return (flags & kBhOff) != 0 ? 'b' : '.';
}

char resched_letter(uint8_t flags) {
  switch (flags & (kNeedResched | kNeedReschedLazy | kPreemptResched)) {
    case kNeedResched | kNeedReschedLazy | kPreemptResched:
      return 'B';
    case kNeedResched | kPreemptResched:
      return 'N';
    case kNeedReschedLazy | kPreemptResched:
      return 'L';
    case kNeedResched | kNeedReschedLazy:
      return 'b';
    case kNeedResched:
      return 'n';
    case kNeedReschedLazy:
      return 'l';
    case kPreemptResched:
      return 'p';
    default:
      return '.';
  }
}

char context_letter(uint8_t flags) {
  const bool hard = (flags & kHardIrq) != 0;
  const bool soft = (flags & kSoftIrq) != 0;
  if ((flags & kNmi) != 0) return hard ? 'Z' : 'z';
  if (hard) return soft ? 'H' : 'h';
  return soft ? 's' : '.';
}

char depth_digit(unsigned depth) {
  return depth == 0 ? '.' : "0123456789abcdef"[depth & 15];
}

// The two bytes are shown as the ring has them. Uprobe records of preemptible kernels have 0xff in both (0
// minus 1, the kernel's allowance for its own disabled preemption), which reads DBZff.
void append_flags(uint8_t flags, uint8_t preempt_count, std::string& out) {
  const char text[] = {irqs_letter(flags), resched_letter(flags), context_letter(flags),
                       depth_digit(preempt_count & 15u), depth_digit(preempt_count >> 4u)};
  out.append(text, sizeof text);
}

class FtracePrinter final : public EventPrinter {
 public:
  FtracePrinter(const std::vector<EventInfo>& events, Escape escape) : escape_(escape) {
    for (const EventInfo& event : events) line_of(&event.schema, event.sites);
  }

  void print(const Event& event, std::string& out) override {
    const Line& line = line_of(event.schema, {});
    append_comm(event, out);
    out += '-';
    append_left(event.tid, kTidWidth, out);
    out += " [";
    append_cpu(event.cpu, out);
    out += "] ";
    append_flags(event.flags, event.preempt_count, out);
    out += ' ';
    append_timestamp(shown_time(event), out);
    out += line.name;
    if (line.has_ip) append_address(event, line.is_return, out);
    line.arguments.append(event.values, out);
    if (line.symbols.differ()) append_symbol(line.symbols.of(event), escape_, out);
    out += '\n';
  }

 private:
  struct Line {
    std::string name;  // ": event: "
    bool has_ip;
    bool is_return;
    ArgumentText arguments;
    SiteSymbols symbols;
  };

  const Line& line_of(const EventSchema* schema, const std::vector<SiteInfo>& sites) {
    return lines_.get(schema, [&](const EventSchema& met) {
      std::string name = ": ";
      append_escaped(met.name, escape_, name);
      name += ": ";
      return Line{std::move(name), met.has_ip, met.is_return, ArgumentText(met, escape_), SiteSymbols(sites)};
    });
  }

  // kernel: kernel/trace/trace_sched_switch.c trace_find_cmdline.
  void append_comm(const Event& event, std::string& out) const {
    std::string_view comm = event.comm;
    if (event.tid == 0) {
      comm = "<idle>";
    } else if (comm.empty()) {
      comm = event.tid < 0 ? "<XXX>" : "<...>";
    }
    append_escaped_right(comm, kCommWidth, escape_, out);
  }

  // Rounded to the nearest microsecond (kernel: ns2usecs), without the overflow that adding 500 could have.
  static void append_timestamp(uint64_t time_ns, std::string& out) {
    const uint64_t microseconds = time_ns / 1000 + (time_ns % 1000 >= 500 ? 1 : 0);
    append_time(microseconds / kMicrosecondsPerSecond,
                static_cast<uint32_t>(microseconds % kMicrosecondsPerSecond), 6, out);
  }

  static void append_address(const Event& event, bool is_return, std::string& out) {
    out += "(0x";
    if (is_return) {
      append_hex(event.return_ip, out);
      out += " <- 0x";
    }
    append_hex(event.ip, out);
    out += ')';
  }

  Escape escape_;
  PerSchema<Line> lines_;
};

}  // namespace

std::unique_ptr<EventPrinter> make_ftrace_printer(const std::vector<EventInfo>& events, Escape escape) {
  return std::make_unique<FtracePrinter>(events, escape);
}

void append_ftrace_loss(uint32_t cpu, uint64_t count, std::string& out) {
  out += "CPU:";
  append_signed(static_cast<int32_t>(cpu), out);
  out += " [LOST ";
  if (count != 0) {
    append_decimal(count, out);
    out += ' ';
  }
  out += "EVENTS]\n";
}

}  // namespace uproar
