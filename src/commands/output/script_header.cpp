// The names are those of perf 6.1 (tools/perf/util/header.c). What stands in every perf.data but in no
// recording, such as offsets, is left out.
#include "commands/output/script_header.h"

#include <fmt/format.h>

#include <ctime>

#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

class Header {
 public:
  explicit Header(Escape escape) : escape_(escape) {}

  void line(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text_ += "# ";
    text_ += name;
    text_ += " : ";
    // One line whatever the recording says.
    for (const char byte : value) {
      if (byte == '\n') {
        text_ += "\\n";
      } else {
        append_escaped({&byte, 1}, escape_ == Escape::Terminal && is_control(byte) ? escape_ : Escape::None,
                       text_);
      }
    }
    text_ += '\n';
  }
  void number(std::string_view name, uint64_t value, std::string_view unit = {}) {
    if (value != 0) line(name, std::to_string(value) + std::string(unit));
  }
  void raw(std::string_view text) { text_ += text; }
  std::string take() { return std::move(text_); }

 private:
  static bool is_control(char byte) { return static_cast<uint8_t>(byte) < 0x20 || byte == 0x7f; }
  Escape escape_;
  std::string text_;
};

std::string seconds(uint64_t time_ns) {
  std::string text;
  append_decimal(time_ns / kNanosecondsPerSecond, text);
  char fraction[6];
  write_six_digits(static_cast<uint32_t>(time_ns % kNanosecondsPerSecond / 1000), fraction);
  return text + '.' + std::string(fraction, sizeof fraction);
}

std::string captured_on(const RecordingReader& reader) {
  for (const ClockAnchor& anchor : reader.anchors()) {
    if (anchor.realtime_ns == 0) continue;
    const auto when = static_cast<time_t>(anchor.realtime_ns / kNanosecondsPerSecond);
    struct tm fields {};
    char text[64];
    ::localtime_r(&when, &fields);
    return std::string(text, std::strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &fields));
  }
  return {};
}

void append_samples(const RecordingReader::Totals& totals, Header& header) {
  if (totals.records == 0) return;
  header.line("time of first sample", seconds(totals.first_ns));
  header.line("time of last sample", seconds(totals.last_ns));
  // "%10.3f" of a double, which decides how halves are rounded (perf: tools/perf/util/header.c
  // print_sample_time).
  const double milliseconds = static_cast<double>(totals.last_ns - totals.first_ns) / 1e6;
  header.line("sample duration", fmt::format("{:10.3f} ms", milliseconds));
}

}  // namespace

std::string header_text(const RecordingReader& reader, bool full, Escape escape) {
  const SessionInfo& session = reader.session();
  Header header(escape);
  header.raw("# ========\n");
  header.line("captured on   ", captured_on(reader));
  header.line("hostname", session.host);
  header.line("os release", session.kernel);
  const std::string recorder = session.version.empty() ? "" : "uproar " + session.version;
  constexpr std::string_view kPerf = "perf ";
  const std::string_view tool = session.tool;
  header.line("perf version", tool.empty()              ? std::string_view(recorder)
                              : tool.starts_with(kPerf) ? tool.substr(kPerf.size())
                                                        : tool);
  header.line("arch", session.machine);
  header.number("nrcpus online", session.cpus_online);
  header.number("nrcpus avail", session.cpus);
  header.line("cpudesc", session.cpu_description);
  header.line("cpuid", session.cpu_id);
  header.number("total memory", session.memory_kb, " kB");
  std::string command;
  for (const std::string& word : session.arguments) command += word + ' ';
  header.line("cmdline", command.empty() && !session.command.empty() ? session.command + ' ' : command);
  for (const EventInfo& event : reader.events()) {
    std::string text = "name = " + event.schema.full_name();
    if (full && !event.definition.empty()) text += ", definition = " + event.definition;
    if (full && event.has_stacks) text += ", call chains";
    header.line("event", text);
  }
  append_samples(reader.totals(), header);
  if (full) {
    header.line("recorded via", session.via);
    header.line("clock", session.clock);
    header.number("tasks", reader.tasks().size());
    header.number("maps", reader.maps().size());
    header.number("events lost", reader.totals().lost);
  }
  header.raw("# ========\n#\n");
  return header.take();
}

}  // namespace uproar
