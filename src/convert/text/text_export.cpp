#include "convert/text/text_export.h"

#include <fmt/format.h>

#include <algorithm>

#include "convert/text/csv.h"
#include "convert/text/json_lines.h"
#include "replay/shown_events.h"
#include "replay/styles/ftrace_text.h"

namespace uproar {

namespace {

constexpr uint64_t kProgressEvery = 1 << 14;  // records
constexpr size_t kFlushAt = size_t{64} << 10;

// What the kernel's file `trace` begins with, by which other programs know it.
constexpr std::string_view kTraceHeader =
    "# tracer: nop\n"
    "#\n"
    "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "#              | |         |   |||||     |         |\n";

// The lines of losses that stand before an event.
class LossLines {
 public:
  explicit LossLines(std::vector<LossInfo> losses) : losses_(std::move(losses)) {
    std::stable_sort(losses_.begin(), losses_.end(),
                     [](const LossInfo& a, const LossInfo& b) { return a.time_ns < b.time_ns; });
  }
  void append_until(uint64_t time_ns, std::string& out) {
    for (; next_ < losses_.size() && losses_[next_].time_ns <= time_ns; ++next_)
      append_ftrace_loss(losses_[next_].cpu, losses_[next_].count, out);
  }

 private:
  std::vector<LossInfo> losses_;
  size_t next_ = 0;
};

std::unique_ptr<EventPrinter> make_printer(const std::vector<EventInfo>& events, FileFormat format,
                                           Escape escape, std::string& head) {
  if (format == FileFormat::JsonLines) return make_json_lines_printer(events);
  if (format == FileFormat::Csv) {
    append_csv_header(events, head);
    return make_csv_printer(events, escape);
  }
  head += kTraceHeader;
  return make_ftrace_printer(events, escape);
}

}  // namespace

Result<ExportOutcome> export_text(RecordingReader& reader, FileFormat format, Escape escape,
                                  ByteOutput& output, const ProgressFunction& progress) {
  ExportOutcome outcome;
  std::string text;
  ShownEvents shown(reader.events());
  const auto printer = make_printer(shown.events(), format, escape, text);
  LossLines losses(format == FileFormat::TraceText ? reader.losses() : std::vector<LossInfo>{});
  StoredRecord record;
  Event event;
  uint64_t undecodable = 0;
  for (uint64_t count = 1; reader.next(record); ++count) {
    const DecodeStatus status = shown.decode(record, event);
    if (status != DecodeStatus::Ok && status != DecodeStatus::StringOutsideRecord) {
      ++undecodable;
      continue;
    }
    event.time_ns = record.time_ns;
    event.cpu = record.cpu;
    event.comm = reader.tasks().comm(event.tid, record.time_ns);
    event.pid = reader.tasks().pid(event.tid, record.time_ns);
    event.stack = record.stack;
    losses.append_until(record.time_ns, text);
    printer->print(event, text);
    ++outcome.events;
    if (text.size() >= kFlushAt) {
      TRY(output.append(std::string_view(text)));
      text.clear();
    }
    if (count % kProgressEvery == 0 && progress && !progress({0, 0, outcome.events})) {
      outcome.stopped = true;
      break;
    }
  }
  if (!outcome.stopped) losses.append_until(UINT64_MAX, text);
  TRY(output.append(std::string_view(text)));
  TRY(output.flush());
  outcome.lost = reader.totals().lost;
  if (undecodable > 0)
    outcome.notes.push_back(
        fmt::format("{} records do not fit their event's format and were left out", undecodable));
  if (format == FileFormat::Csv && outcome.lost > 0)
    outcome.notes.push_back(fmt::format("{} lost events have no row", outcome.lost));
  return outcome;
}

}  // namespace uproar
