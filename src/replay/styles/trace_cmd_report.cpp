// The line of trace_show_data (trace-cmd: tracecmd/trace-read.c) with tep_print_event (libtraceevent:
// src/event-parse.c) of trace-cmd 3.1.6; formats/replay/trace-cmd.md describes it.
#include "replay/styles/trace_cmd_report.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "recording/metadata/site_symbols.h"
#include "replay/per_schema.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr size_t kCommWidth = 16;
constexpr size_t kTidWidth = 5;
constexpr size_t kNameWidth = 20;
constexpr size_t kTimeWidth = 12;
// Names of tasks that are kept at hand; a recording of more tasks asks the table again.
constexpr size_t kMaxNamesAtHand = 65536;

bool counts_nanoseconds(std::string_view clock) {
  return clock != "counter" && clock != "x86-tsc" && clock != "uptime";
}

class TraceCmdPrinter final : public EventPrinter {
 public:
  TraceCmdPrinter(const ShownEvents& events, TraceCmdOptions options)
      : options_(std::move(options)), nanosecond_clock_(counts_nanoseconds(options_.clock)) {
    for (const ShownEvent& event : events) {
      std::string name;
      append_escaped(event.recorded.instance, options_.escape, name);
      instance_width_ = std::max(instance_width_, name.size());
    }
    for (const ShownEvent& event : events) line_of(&event.schema(), &event);
  }

  void take(const Event& event, std::string& out) override {
    const Line& line = line_of(event.schema, nullptr);
    out += line.instance;
    if (!losses_.empty()) append_losses(event.cpu, out);
    append_comm(event, out);
    out += '-';
    append_left(event.tid, kTidWidth, out);
    out += " [";
    append_cpu(event.cpu, out);
    out += "] ";
    append_timestamp(shown_time(event), out);
    out += line.name;
    if (line.has_ip) append_address(event, line.is_return, out);
    line.arguments.append(event.values, out);
    if (line.symbols != nullptr) append_symbol(line.symbols->of(event), options_.escape, out);
    out += '\n';
  }

  // trace-cmd tells it where the CPU has its next event.
  void take_side(const SideRecord& side, std::string&) override {
    if (side.loss != nullptr && side.loss->kind == LossInfo::Kind::Overrun)
      losses_[side.loss->cpu].push_back(side.loss->count);
  }

 private:
  struct Line {
    std::string instance;  // "name: ", or so many blanks; empty if there are no instances
    std::string name;      // ": name: " and blanks up to the width
    bool has_ip;
    bool is_return;
    ArgumentText arguments;
    const SiteSymbols* symbols;  // null: the line need not name the function
  };

  const Line& line_of(const EventSchema* schema, const ShownEvent* info) {
    return lines_.get(schema, [&](const EventSchema& met) {
      std::string name = ": ";
      append_escaped(met.name, options_.escape, name);
      name += ": ";
      if (met.name.size() < kNameWidth) name.append(kNameWidth - met.name.size(), ' ');
      return Line{instance_text(info == nullptr ? "" : info->recorded.instance),
                  std::move(name),
                  met.has_ip,
                  met.is_return,
                  ArgumentText(met, options_.escape),
                  info != nullptr && info->symbols.differ() ? &info->symbols : nullptr};
    });
  }

  std::string instance_text(const std::string& instance) const {
    std::string text;
    if (instance_width_ == 0) return text;
    append_escaped_right(instance, instance_width_, options_.escape, text);
    text += instance.empty() ? "  " : ": ";
    return text;
  }

  // Losses that nobody noticed before this event on its CPU. trace-cmd tells one number a sub-buffer, so that
  // those that were noticed at one time are one line.
  void append_losses(uint32_t cpu, std::string& out) {
    const auto lost = losses_.find(cpu);
    if (lost == losses_.end()) return;
    for (const uint64_t count : lost->second) {
      out += "CPU:";
      append_signed(static_cast<int32_t>(cpu), out);
      out += " [";
      if (count != 0) {
        append_decimal(count, out);
        out += ' ';
      }
      out += "EVENTS DROPPED]\n";
    }
    losses_.erase(lost);
  }

  std::string_view name_of(const Event& event) {
    if (options_.tasks == nullptr) return event.comm;
    const auto known = names_.find(event.tid);
    if (known != names_.end()) return known->second;
    if (names_.size() >= kMaxNamesAtHand) names_.clear();
    return names_.emplace(event.tid, options_.tasks->comm(event.tid, ~uint64_t{0})).first->second;
  }

  // libtraceevent: find_cmdline().
  void append_comm(const Event& event, std::string& out) {
    std::string_view comm = event.tid == 0 ? "<idle>" : name_of(event);
    if (comm.empty()) comm = "<...>";
    append_escaped_right(comm, kCommWidth, options_.escape, out);
  }

  // libtraceevent: print_event_time(). Less than a second prints without a point.
  void append_timestamp(uint64_t time_ns, std::string& out) const {
    const unsigned digits = options_.nanoseconds ? 9 : 6;
    const uint64_t per_second = options_.nanoseconds ? 1'000'000'000 : 1'000'000;
    uint64_t time = time_ns;
    if (nanosecond_clock_ && !options_.nanoseconds) time = time_ns / 1000 + (time_ns % 1000 >= 500 ? 1 : 0);
    if (nanosecond_clock_ && time > per_second) {
      append_time(time / per_second, static_cast<uint32_t>(time % per_second), digits, out);
      return;
    }
    char text[kLongestNumber];
    const char* end = write_decimal(time, text);
    append_right(std::string_view(text, static_cast<size_t>(end - text)), kTimeWidth, out);
  }

  static void append_address(const Event& event, bool is_return, std::string& out) {
    out += '(';
    append_hex(event.ip, out);
    if (is_return) {
      out += " <- ";
      append_hex(event.return_ip, out);
    }
    out += ')';
  }

  TraceCmdOptions options_;
  bool nanosecond_clock_;
  size_t instance_width_ = 0;
  PerSchema<Line> lines_;
  std::unordered_map<uint32_t, std::vector<uint64_t>> losses_;  // not yet told, by CPU
  std::unordered_map<int32_t, std::string> names_;
};

}  // namespace

Style trace_cmd_style() {
  Style style{.name = "trace-cmd", .what = "the lines of trace-cmd report"};
  style.takes_side_lines = true;
  style.tells_losses = [](const StyleOptions&) { return true; };
  style.append_head = [](const PrintedRecording& recording, const StyleOptions&, std::string& out) {
    out += trace_cmd_header(recording.session);
  };
  style.make = [](const PrintedRecording& recording, const StyleOptions& options) -> Result<Style::Maker> {
    TraceCmdOptions made;
    made.nanoseconds = options.nanoseconds;
    made.escape = options.escape;
    made.clock = recording.session.clock;
    made.tasks = &recording.tasks;
    return Style::Maker([&events = recording.events, made] { return make_trace_cmd_printer(events, made); });
  };
  return style;
}

std::string trace_cmd_header(const SessionInfo& session) {
  return "cpus=" + std::to_string(session.cpus) + "\n";
}

std::unique_ptr<EventPrinter> make_trace_cmd_printer(const ShownEvents& events, TraceCmdOptions options) {
  return std::make_unique<TraceCmdPrinter>(events, std::move(options));
}

}  // namespace uproar
