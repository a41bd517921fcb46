#include "convert/recording_export.h"

#include <fmt/format.h>

namespace uproar {
namespace {

constexpr uint64_t kProgressEvery = 1 << 14;  // records

// Everything but the records. Gives each event's number in the new file, by its number in the old one.
Result<std::vector<uint32_t>> write_facts(const Player& player, RecordingWriter& writer, uint64_t& lost) {
  const RecordingReader& reader = player.reader();
  TRY(writer.write_session(reader.session()));
  std::vector<uint32_t> numbers(reader.events().size());
  for (uint32_t event = 0; event < numbers.size(); ++event) {
    if (!player.selection().wants_record(event, kUnknownCpu)) continue;
    TRY_ASSIGN(numbers[event], writer.add_event(reader.events()[event]));
  }
  for (const TaskInfo& task : reader.task_events()) TRY(writer.add_task(task));
  for (const MapInfo& map : reader.maps()) TRY(writer.add_map(map));
  for (const AddressNames& names : reader.names()) TRY(writer.add_names(names));
  for (const ClockAnchor& anchor : reader.anchors()) TRY(writer.add_anchor(anchor));
  for (const LossInfo& loss : reader.losses()) {
    if (!player.selection().wants_cpu(loss.cpu)) continue;
    TRY(writer.add_loss(loss));
    lost += loss.count;
  }
  return numbers;
}

}  // namespace

Result<ExportOutcome> export_recording(Player& player, RecordingWriter& writer,
                                       const ProgressFunction& progress) {
  ExportOutcome outcome;
  TRY_ASSIGN(const std::vector<uint32_t> numbers, write_facts(player, writer, outcome.lost));
  StoredRecord record;
  while (player.next(record)) {
    TRY(writer.add_record(record.cpu, record.time_ns, numbers[record.event], record.bytes, record.stack));
    if (++outcome.events % kProgressEvery == 0 && progress && !progress({0, 0, outcome.events})) {
      outcome.stopped = true;
      break;
    }
  }
  EndSummary end;
  if (player.reader().end()) end = *player.reader().end();
  end.events = outcome.events;
  end.lost = outcome.lost;
  end.hits_filtered = true;
  TRY(writer.finish(end));
  if (player.undecodable() > 0)
    outcome.notes.push_back(
        fmt::format("{} records do not fit their event's format and were left out", player.undecodable()));
  return outcome;
}

}  // namespace uproar
