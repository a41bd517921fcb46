// The line of trace_print_context (kernel: kernel/trace/trace_output.c) and print_uprobe_event
// (kernel/trace/trace_uprobe.c) of Linux 6.18; formats/replay/ftrace.md describes it.
#include "replay/styles/ftrace_text.h"

#include <utility>

#include "recording/metadata/site_symbols.h"
#include "replay/per_schema.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr size_t kCommWidth = 16;
constexpr size_t kTidWidth = 7;
constexpr size_t kSecondsWidth = 5;
constexpr size_t kFixedRoom = 256;  // for all but comm, name and arguments
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
char* write_flags(uint8_t flags, uint8_t preempt_count, char* out) {
  *out++ = irqs_letter(flags);
  *out++ = resched_letter(flags);
  *out++ = context_letter(flags);
  *out++ = depth_digit(preempt_count & 15u);
  *out++ = depth_digit(preempt_count >> 4u);
  return out;
}

class FtracePrinter final : public EventPrinter {
 public:
  FtracePrinter(const ShownEvents& events, Escape escape, bool with_losses)
      : escape_(escape), with_losses_(with_losses) {
    for (const ShownEvent& event : events) line_of(&event.schema(), &event.symbols);
  }

  void take(const Event& event, std::string& out) override {
    const Line& line = line_of(event.schema, nullptr);
    const size_t room =
        kFixedRoom + event.comm.size() * kEscapeGrowth + line.name.size() + line.arguments.room(event.values);
    if (scratch_.size() < room) scratch_.resize(room * 2);
    char* end = write_comm(event, scratch_.data());
    *end++ = '-';
    end = write_left(event.tid, kTidWidth, end);
    end = write_text(" [", end);
    end = write_cpu(event.cpu, end);
    end = write_text("] ", end);
    end = write_flags(event.flags, event.preempt_count, end);
    *end++ = ' ';
    end = write_timestamp(shown_time(event), end);
    end = write_text(line.name, end);
    if (line.has_ip) end = write_address(event, line.is_return, end);
    end = line.arguments.write(event.values, end);
    out.append(scratch_.data(), end);
    if (line.symbols != nullptr) append_symbol(line.symbols->of(event), escape_, out);
    out += '\n';
  }

  void take_side(const SideRecord& side, std::string& out) override {
    if (with_losses_ && side.loss != nullptr) append_ftrace_loss(side.loss->cpu, side.loss->count, out);
  }

 private:
  struct Line {
    std::string name;  // ": event: "
    bool has_ip;
    bool is_return;
    ArgumentText arguments;
    const SiteSymbols* symbols;  // null: the line need not name the function
  };

  const Line& line_of(const EventSchema* schema, const SiteSymbols* symbols) {
    return lines_.get(schema, [&](const EventSchema& met) {
      std::string name = ": ";
      append_escaped(met.name, escape_, name);
      name += ": ";
      return Line{std::move(name), met.has_ip, met.is_return, ArgumentText(met, escape_),
                  symbols != nullptr && symbols->differ() ? symbols : nullptr};
    });
  }

  // kernel: kernel/trace/trace_sched_switch.c trace_find_cmdline.
  char* write_comm(const Event& event, char* out) const {
    std::string_view comm = event.comm;
    if (event.tid == 0) {
      comm = "<idle>";
    } else if (comm.empty()) {
      comm = event.tid < 0 ? "<XXX>" : "<...>";
    }
    if (escape_ == Escape::None) return write_right(comm, kCommWidth, out);
    std::string escaped;
    append_escaped(comm, escape_, escaped);
    return write_right(escaped, kCommWidth, out);
  }

  // "%5lu.%06lu", rounded to the nearest microsecond (kernel: ns2usecs), without the overflow that adding 500
  // could have.
  static char* write_timestamp(uint64_t time_ns, char* out) {
    const uint64_t microseconds = time_ns / 1000 + (time_ns % 1000 >= 500 ? 1 : 0);
    char text[kLongestNumber];
    const char* end = write_decimal(microseconds / kMicrosecondsPerSecond, text);
    out = write_right({text, static_cast<size_t>(end - text)}, kSecondsWidth, out);
    *out++ = '.';
    return write_six_digits(static_cast<uint32_t>(microseconds % kMicrosecondsPerSecond), out);
  }

  static char* write_address(const Event& event, bool is_return, char* out) {
    out = write_text("(0x", out);
    if (is_return) {
      out = write_hex(event.return_ip, out);
      out = write_text(" <- 0x", out);
    }
    out = write_hex(event.ip, out);
    *out++ = ')';
    return out;
  }

  Escape escape_;
  bool with_losses_;
  PerSchema<Line> lines_;
  std::vector<char> scratch_;
};

// What the kernel's file `trace` begins with, by which other programs know it.
constexpr std::string_view kTraceHeader =
    "# tracer: nop\n"
    "#\n"
    "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "#              | |         |   |||||     |         |\n";

Result<Style::Maker> make_maker(const PrintedRecording& recording, const StyleOptions& options) {
  return Style::Maker([&events = recording.events, escape = options.escape, file = options.for_file] {
    return make_ftrace_printer(events, escape, file);
  });
}

}  // namespace

Style ftrace_style() {
  Style style{
      .name = "ftrace", .what = "text of trace or trace_pipe", .format = "text", .suffixes = {".txt"}};
  style.takes_side_lines = true;
  style.tells_losses = [](const StyleOptions& options) { return options.for_file; };
  style.append_head = [](const PrintedRecording&, const StyleOptions& options, std::string& out) {
    if (options.for_file) out += kTraceHeader;
  };
  style.make = make_maker;
  return style;
}

std::unique_ptr<EventPrinter> make_ftrace_printer(const ShownEvents& events, Escape escape,
                                                  bool with_losses) {
  return std::make_unique<FtracePrinter>(events, escape, with_losses);
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
