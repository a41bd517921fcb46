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
  TraceCmdPrinter(const std::vector<EventInfo>& events, TraceCmdOptions options)
      : options_(std::move(options)), nanosecond_clock_(counts_nanoseconds(options_.clock)) {
    for (const EventInfo& event : events) {
      std::string name;
      append_escaped(event.instance, options_.escape, name);
      instance_width_ = std::max(instance_width_, name.size());
    }
    for (const EventInfo& event : events) line_of(&event.schema, &event);
    std::stable_sort(options_.losses.begin(), options_.losses.end(),
                     [](const LossInfo& a, const LossInfo& b) {
                       return a.cpu != b.cpu ? a.cpu < b.cpu : a.time_ns < b.time_ns;
                     });
    for (size_t i = 0; i < options_.losses.size(); ++i) next_loss_.try_emplace(options_.losses[i].cpu, i);
  }

  void print(const Event& event, std::string& out) override {
    const Line& line = line_of(event.schema, nullptr);
    out += line.instance;
    if (!next_loss_.empty()) append_losses(event, out);
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
    if (line.symbols.differ()) append_symbol(line.symbols.of(event), options_.escape, out);
    out += '\n';
  }

 private:
  struct Line {
    std::string instance;  // "name: ", or so many blanks; empty if there are no instances
    std::string name;      // ": name: " and blanks up to the width
    bool has_ip;
    bool is_return;
    ArgumentText arguments;
    SiteSymbols symbols;
  };

  const Line& line_of(const EventSchema* schema, const EventInfo* info) {
    return lines_.get(schema, [&](const EventSchema& met) {
      std::string name = ": ";
      append_escaped(met.name, options_.escape, name);
      name += ": ";
      if (met.name.size() < kNameWidth) name.append(kNameWidth - met.name.size(), ' ');
      return Line{instance_text(info == nullptr ? "" : info->instance),
                  std::move(name),
                  met.has_ip,
                  met.is_return,
                  ArgumentText(met, options_.escape),
                  SiteSymbols(info == nullptr ? std::vector<SiteInfo>{} : info->sites)};
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
  void append_losses(const Event& event, std::string& out) {
    const auto at = next_loss_.find(event.cpu);
    if (at == next_loss_.end()) return;
    const std::vector<LossInfo>& losses = options_.losses;
    while (at->second < losses.size() && losses[at->second].cpu == event.cpu &&
           losses[at->second].time_ns <= event.time_ns) {
      const LossInfo& loss = losses[at->second++];
      if (loss.kind != LossInfo::Kind::Overrun) continue;
      out += "CPU:";
      append_signed(static_cast<int32_t>(loss.cpu), out);
      out += " [";
      if (loss.count != 0) {
        append_decimal(loss.count, out);
        out += ' ';
      }
      out += "EVENTS DROPPED]\n";
    }
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
  std::unordered_map<uint32_t, size_t> next_loss_;  // by CPU: index in options_.losses
  std::unordered_map<int32_t, std::string> names_;
};

}  // namespace

std::string trace_cmd_header(const SessionInfo& session) {
  return "cpus=" + std::to_string(session.cpus) + "\n";
}

std::unique_ptr<EventPrinter> make_trace_cmd_printer(const std::vector<EventInfo>& events,
                                                     TraceCmdOptions options) {
  return std::make_unique<TraceCmdPrinter>(events, std::move(options));
}

}  // namespace uproar
