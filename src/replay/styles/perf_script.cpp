// Widths and conversions are those of perf 6.1 (tools/perf/builtin-script.c: perf_sample__fprintf_start,
// process_event); formats/replay/perf-script.md describes the line.
#include "replay/styles/perf_script.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "recording/metadata/site_symbols.h"
#include "replay/columns/column_lines.h"
#include "replay/per_schema.h"
#include "replay/styles/line_start.h"
#include "replay/styles/stack_text.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr size_t kCopied = 64;  // so many bytes are copied whatever the length of a name, which needs no call

// Text with room behind it for a copy that takes more than there is.
struct Copyable {
  std::string text;
  size_t size = 0;

  void assign(std::string from) {
    size = from.size();
    text = std::move(from);
    text.resize(std::max(size, kCopied), '\0');
  }
  // Needs room for size and kCopied bytes.
  char* write(char* out) const {
    std::memcpy(out, text.data(), kCopied);
    if (size > kCopied) std::memcpy(out, text.data(), size);
    return out + size;
  }
};

class PerfScriptPrinter final : public EventPrinter {
 public:
  PerfScriptPrinter(const ShownEvents& events, const PerfScriptOptions& options)
      : options_(options), start_({options_.fields, options_.nanoseconds, options_.escape, options_.anchor}) {
    name_width_ = widest_event_name(events, options_.escape);
    for (const ShownEvent& event : events) line_of(&event.schema(), &event);
    if ((options_.fields & kFieldIp) != 0 && options_.names != nullptr)
      stacks_.emplace(*options_.names, options_.fields, options_.most_frames, options_.escape);
    if (options_.tasks != nullptr && options_.selection != nullptr &&
        ColumnPrinter::possible(*options_.selection, options_))
      columns_.emplace(events, *options_.tasks, *options_.selection, options_);
  }

  void take(const Event& event, std::string& out) override {
    if ((options_.fields & ~kFieldFlags) == 0) return;
    Line& line = line_of(event.schema, nullptr);
    const bool chain = line.has_stacks && stacks_;
    char* const begin = scratch(start_.room(event.comm) + line.room + line.arguments.room(event.values));
    const LineMoment moment{event.comm, event.pid, event.tid, event.cpu, event.time_ns, shown_time(event)};
    char* end = start_.write(moment, !chain, begin);
    if ((options_.fields & kFieldPeriod) != 0) end = write_period(end);
    end = line.name.write(end);
    if ((options_.fields & kFieldTrace) != 0) {
      if (line.has_ip) end = write_address(event, line, end);
      end = line.arguments.write(event.values, end);
    }
    const bool plain = !line.names_function && !stacks_;
    if (plain) *end++ = '\n';
    out.append(begin, static_cast<size_t>(end - begin));
    if (plain) return;
    finish(event, line, chain, out);
  }

  std::unique_ptr<PreparedBlock> prepare(const ColumnBlock& block, uint32_t cpu,
                                         const std::function<uint32_t(uint32_t)>& event_of) override {
    return columns_ ? columns_->prepare(block, cpu, event_of) : nullptr;
  }
  uint64_t take_rows(const PreparedBlock& block, size_t begin, size_t end, std::string& out) override {
    return columns_->print(static_cast<const ColumnLines&>(block), begin, end, out);
  }

 private:
  struct Line {
    explicit Line(ArgumentText text) : arguments(std::move(text)) {}
    Copyable name;  // the padded name, ": ", flags
    bool has_ip = false;
    bool is_return = false;
    bool has_stacks = false;
    bool names_function = false;  // the places belong to several
    size_t room = 0;              // for all between the beginning and the arguments
    ArgumentText arguments;
    const SiteSymbols* symbols = nullptr;  // null: not known
    std::string path;
    // "(ip)" of the last event: an entry in one process always has the same.
    uint64_t ip = 0, return_ip = 0;
    Copyable address;
  };

  Line& line_of(const EventSchema* schema, const ShownEvent* known) {
    return lines_.get(schema, [&](const EventSchema& met) {
      Line line(ArgumentText(met, options_.escape));
      line.name.assign(head_of(met));
      line.has_ip = met.has_ip;
      line.is_return = met.is_return;
      if (known != nullptr) {
        line.symbols = &known->symbols;
        line.names_function = known->symbols.differ();
        line.has_stacks = known->recorded.has_stacks && options_.stacks;
        if (!known->recorded.sites.empty()) line.path = known->recorded.sites.front().path;
      }
      line.room = line.name.size + 4 * kCopied;
      line.address.assign("(0)");
      if (line.is_return) line.address.assign("(0 <- 0)");
      return line;
    });
  }

  std::string head_of(const EventSchema& schema) const {
    std::string head;
    if ((options_.fields & kFieldEvent) != 0) append_event_name(schema, name_width_, options_.escape, head);
    // perf's "  %-21s " of no flags at all.
    if ((options_.fields & kFieldFlags) != 0) head.append(24, ' ');
    return head;
  }

  // "%10lu ": every hit is a sample.
  static char* write_period(char* out) { return write_text("         1 ", out); }

  // The print fmt of a return probe names the function first, so that is the order here; the kernel's own
  // text has the return address first.
  static char* write_address(const Event& event, Line& line, char* out) {
    if (event.ip != line.ip || event.return_ip != line.return_ip) {
      char text[kCopied];
      char* end = text;
      *end++ = '(';
      end = write_hex(event.ip, end);
      if (line.is_return) {
        std::memcpy(end, " <- ", 4);
        end = write_hex(event.return_ip, end + 4);
      }
      *end++ = ')';
      line.address.size = static_cast<size_t>(end - text);
      std::memcpy(line.address.text.data(), text, line.address.size);
      line.ip = event.ip;
      line.return_ip = event.return_ip;
    }
    return line.address.write(out);
  }

  // What only some lines have.
  void finish(const Event& event, const Line& line, bool chain, std::string& out) {
    const std::string_view symbol = line.symbols != nullptr ? line.symbols->of(event) : std::string_view();
    if (line.names_function && (options_.fields & kFieldTrace) != 0)
      append_symbol(symbol, options_.escape, out);
    if (chain) {
      stacks_->append_chain(event, out);
    } else if (stacks_) {
      stacks_->append_address(event, symbol, line.path, out);
    }
    out += '\n';
  }

  char* scratch(size_t bytes) {
    if (scratch_.size() < bytes) scratch_.resize(bytes * 2);
    return scratch_.data();
  }

  PerfScriptOptions options_;
  LineStart start_;
  size_t name_width_ = 0;
  PerSchema<Line> lines_;
  std::optional<StackText> stacks_;
  std::optional<ColumnPrinter> columns_;
  std::vector<char> scratch_;
};

}  // namespace

Style perf_style() {
  Style style{.name = "perf", .what = "the lines of perf script"};
  style.takes_side_lines = true;
  style.make = [](const PrintedRecording& recording, const StyleOptions& options) -> Result<Style::Maker> {
    TRY_ASSIGN(PerfScriptOptions made, perf_script_options(recording, options));
    made.tasks = &recording.tasks;
    made.selection = &recording.selection;
    return Style::Maker(
        [&events = recording.events, made] { return make_perf_script_printer(events, made); });
  };
  return style;
}

Result<PerfScriptOptions> perf_script_options(const PrintedRecording& recording,
                                              const StyleOptions& options) {
  PerfScriptOptions made;
  made.nanoseconds = options.nanoseconds;
  made.escape = options.escape;
  made.stacks = options.stacks;
  made.most_frames = options.most_frames;
  made.names = &recording.names;
  TRY_ASSIGN(made.fields, choose_fields(options.fields, recording.recorded, made.stacks));
  for (const ClockAnchor& anchor : recording.anchors) {
    if (anchor.realtime_ns != 0 && !made.anchor) made.anchor = anchor;
  }
  if ((made.fields & kFieldTod) != 0 && !made.anchor)
    return Error{"Can't provide 'tod' time, missing clock data", {}, "print the field time instead", 0};
  return made;
}

std::unique_ptr<EventPrinter> make_perf_script_printer(const ShownEvents& events, PerfScriptOptions options) {
  return std::make_unique<PerfScriptPrinter>(events, options);
}

}  // namespace uproar
