#include "recording/repair.h"

#include <algorithm>
#include <cerrno>
#include <map>

namespace uproar {

namespace {

constexpr uint64_t kRecordsBetweenLooks = 65536;

Result<void> copy_head(const RecordingReader& in, RecordingWriter& out) {
  TRY(out.write_session(in.session()));
  for (const EventInfo& event : in.events()) TRY(out.add_event(event));
  for (const ClockAnchor& anchor : in.anchors()) TRY(out.add_anchor(anchor));
  for (const TaskInfo& task : in.task_events()) TRY(out.add_task(task));
  for (const MapInfo& map : in.maps()) TRY(out.add_map(map));
  for (const AddressNames& names : in.names()) TRY(out.add_names(names));
  for (const LossInfo& loss : in.losses()) TRY(out.add_loss(loss));
  return out.flush();
}

}  // namespace

Result<RepairReport> repair_recording(RecordingReader& in, const Survey& survey, RecordingWriter& out,
                                      const std::function<bool()>& stop) {
  TRY(copy_head(in, out));
  RepairReport report;
  std::map<uint32_t, uint64_t> saved;  // by CPU
  StoredRecord record;
  while (in.next(record)) {
    TRY(out.add_record(record.cpu, record.time_ns, record.event, record.bytes, record.stack));
    ++saved[record.cpu];
    if (++report.events % kRecordsBetweenLooks == 0 && stop())
      return Error{"interrupted: nothing was written", {}, {}, EINTR};
  }

  // What the headers announced and nobody could read.
  for (const auto& [cpu, records] : survey.cpus) {
    uint64_t announced = records.whole + records.damaged;
    uint64_t missing = announced - std::min(announced, saved[cpu]);
    if (missing == 0) continue;
    TRY(out.add_loss({LossInfo::Kind::Unreadable, cpu, records.last_ns, missing}));
    report.lost += missing;
  }
  EndSummary summary;
  report.lost_more = !survey.damage_counted;
  if (in.end()) {
    // The end knows how many there were.
    summary = *in.end();
    uint64_t missing = summary.events - std::min(summary.events, report.events);
    if (missing > report.lost) {
      TRY(out.add_loss({LossInfo::Kind::Unreadable, kUnknownCpu, survey.last_ns, missing - report.lost}));
      report.lost = missing;
    }
    report.lost_more = false;
  } else if (report.lost_more) {
    TRY(out.add_loss({LossInfo::Kind::Unreadable, kUnknownCpu, survey.last_ns, 0}));
  }
  summary.events = report.events;
  summary.lost = report.lost;
  for (const LossInfo& loss : in.losses()) {
    summary.lost = loss.count > UINT64_MAX - summary.lost ? UINT64_MAX : summary.lost + loss.count;
  }
  TRY(out.finish(summary));
  return report;
}

}  // namespace uproar
