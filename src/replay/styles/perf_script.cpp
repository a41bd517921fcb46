// Widths and conversions are those of perf 6.1 (tools/perf/builtin-script.c: perf_sample__fprintf_start,
// process_event); formats/replay/perf-script.md describes the line.
#include "replay/styles/perf_script.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "recording/metadata/site_symbols.h"
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
  PerfScriptPrinter(const std::vector<EventInfo>& events, const PerfScriptOptions& options)
      : options_(options), start_({options_.fields, options_.nanoseconds, options_.escape, options_.anchor}) {
    name_width_ = widest_event_name(events, options_.escape);
    for (const EventInfo& event : events) line_of(&event.schema, &event);
    if ((options_.fields & kFieldIp) != 0 && options_.names != nullptr)
      stacks_.emplace(*options_.names, options_.fields, options_.most_frames, options_.escape);
  }

  void print(const Event& event, std::string& out) override {
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
    const bool plain = !line.symbols.differ() && !stacks_;
    if (plain) *end++ = '\n';
    out.append(begin, static_cast<size_t>(end - begin));
    if (plain) return;
    finish(event, line, chain, out);
  }

 private:
  struct Line {
    Line(ArgumentText text, SiteSymbols places) : arguments(std::move(text)), symbols(std::move(places)) {}
    Copyable name;  // the padded name, ": ", flags
    bool has_ip = false;
    bool is_return = false;
    bool has_stacks = false;
    size_t room = 0;  // for all between the beginning and the arguments
    ArgumentText arguments;
    SiteSymbols symbols;
    std::string path;
    // "(ip)" of the last event: an entry in one process always has the same.
    uint64_t ip = 0, return_ip = 0;
    Copyable address;
  };

  Line& line_of(const EventSchema* schema, const EventInfo* known) {
    return lines_.get(schema, [&](const EventSchema& met) {
      static const std::vector<SiteInfo> kNoSites;
      const auto& sites = known != nullptr ? known->sites : kNoSites;
      Line line(ArgumentText(met, options_.escape), SiteSymbols(sites));
      line.name.assign(head_of(met));
      line.has_ip = met.has_ip;
      line.is_return = met.is_return;
      line.has_stacks = known != nullptr && known->has_stacks && options_.stacks;
      if (!sites.empty()) line.path = sites.front().path;
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
    if (line.symbols.differ() && (options_.fields & kFieldTrace) != 0)
      append_symbol(line.symbols.of(event), options_.escape, out);
    if (chain) {
      stacks_->append_chain(event, out);
    } else if (stacks_) {
      stacks_->append_address(event, line.symbols.of(event), line.path, out);
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
  std::vector<char> scratch_;
};

}  // namespace

size_t widest_event_name(const std::vector<EventInfo>& events, Escape escape) {
  size_t width = 0;
  for (const EventInfo& event : events) {
    std::string name;
    append_escaped(event.schema.full_name(), escape, name);
    width = std::max(width, name.size());
  }
  return width;
}

void append_event_name(const EventSchema& schema, size_t width, Escape escape, std::string& out) {
  append_escaped_right(schema.full_name(), width, escape, out);
  out += ": ";
}

std::unique_ptr<EventPrinter> make_perf_script_printer(const std::vector<EventInfo>& events,
                                                       PerfScriptOptions options) {
  return std::make_unique<PerfScriptPrinter>(events, options);
}

}  // namespace uproar
