// Widths and conversions are those of perf 6.1 (tools/perf/builtin-script.c: perf_sample__fprintf_start,
// process_event); formats/replay/perf-script.md describes the line.
#include "replay/perf_script.h"

#include <algorithm>
#include <utility>

#include "replay/per_schema.h"
#include "replay/site_symbols.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr size_t kCommWidth = 16;
constexpr size_t kTidWidth = 5;
constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

std::string escaped_name(const EventSchema& schema, Escape escape) {
  std::string name;
  append_escaped(schema.full_name(), escape, name);
  return name;
}

class PerfScriptPrinter final : public EventPrinter {
 public:
  PerfScriptPrinter(const std::vector<EventInfo>& events, PerfScriptOptions options) : options_(options) {
    for (const EventInfo& event : events) {
      name_width_ = std::max(name_width_, escaped_name(event.schema, options_.escape).size());
    }
    for (const EventInfo& event : events) line_of(&event.schema, event.sites);
  }

  void print(const Event& event, std::string& out) override {
    const Line& line = line_of(event.schema, {});
    append_comm(event, out);
    out += ' ';
    append_right(event.tid, kTidWidth, out);
    out += " [";
    append_cpu(event.cpu, out);
    out += "] ";
    append_timestamp(event.time_ns, out);
    out += line.name;
    if (line.has_ip) append_address(event, line.is_return, out);
    line.arguments.append(event.values, out);
    if (line.symbols.differ()) append_symbol(line.symbols.of(event), options_.escape, out);
    out += '\n';
  }

 private:
  struct Line {
    std::string name;  // ": ", the padded name, ": "
    bool has_ip;
    bool is_return;
    ArgumentText arguments;
    SiteSymbols symbols;
  };

  const Line& line_of(const EventSchema* schema, const std::vector<SiteInfo>& sites) {
    return lines_.get(schema, [&](const EventSchema& met) {
      std::string name = ": ";
      append_right(escaped_name(met, options_.escape), name_width_, name);
      name += ": ";
      return Line{std::move(name), met.has_ip, met.is_return, ArgumentText(met, options_.escape),
                  SiteSymbols(sites)};
    });
  }

  // perf knows the idle task's name without having been told, and calls any other task that it was told
  // nothing of by its number (tools/perf/util/machine.c machine__idle_thread, util/thread.c thread__new).
  void append_comm(const Event& event, std::string& out) const {
    if (!event.comm.empty()) {
      append_escaped_right(event.comm, kCommWidth, options_.escape, out);
    } else if (event.tid == 0) {
      append_right("swapper", kCommWidth, out);
    } else {
      char text[1 + kLongestNumber] = {':'};
      const char* end = std::to_chars(text + 1, text + sizeof text, event.tid).ptr;
      append_right(std::string_view(text, static_cast<size_t>(end - text)), kCommWidth, out);
    }
  }

  // Microseconds are cut off, not rounded.
  void append_timestamp(uint64_t time_ns, std::string& out) const {
    const uint64_t seconds = time_ns / kNanosecondsPerSecond;
    const auto nanoseconds = static_cast<uint32_t>(time_ns % kNanosecondsPerSecond);
    if (options_.nanoseconds) {
      append_time(seconds, nanoseconds, 9, out);
    } else {
      append_time(seconds, nanoseconds / 1000, 6, out);
    }
  }

  // The print fmt of a return probe names the function first, so that is the order here; the kernel's own
  // text has the return address first.
  static void append_address(const Event& event, bool is_return, std::string& out) {
    out += '(';
    append_hex(event.ip, out);
    if (is_return) {
      out += " <- ";
      append_hex(event.return_ip, out);
    }
    out += ')';
  }

  PerfScriptOptions options_;
  size_t name_width_ = 0;
  PerSchema<Line> lines_;
};

}  // namespace

std::unique_ptr<EventPrinter> make_perf_script_printer(const std::vector<EventInfo>& events,
                                                       PerfScriptOptions options) {
  return std::make_unique<PerfScriptPrinter>(events, options);
}

}  // namespace uproar
