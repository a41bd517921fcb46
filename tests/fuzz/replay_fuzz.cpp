// libFuzzer target for printing: a block of records whose events and columns are anybody's prints from its
// columns what it prints from its records.
//
// Input: u8 number of definitions, each with a u16 length in front; u16 rows; u64 time of the last row (the
// first is 0); the payload of a Columns block.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "recording/blocks/row_block.h"
#include "recording/columns/column_decoder.h"
#include "recording/metadata/metadata.h"
#include "replay/columns/column_lines.h"
#include "replay/shown_events.h"
#include "replay/styles/perf_script.h"

namespace {

using namespace uproar;

constexpr size_t kMostEvents = 8;
constexpr size_t kMostText = size_t{4} << 20;

std::vector<EventInfo> read_events(ByteReader& in) {
  std::vector<EventInfo> events;
  for (size_t left = in.u8(); left > 0 && events.size() < kMostEvents; --left) {
    EventInfo event;
    uint32_t number = 0;
    if (parse_event(in.bytes(in.u16()), number, event) != MetadataStatus::Ok) return {};
    events.push_back(std::move(event));
  }
  return events;
}

std::string by_events(const ShownEvents& events, const TaskTable& tasks, const RowBlock& rows,
                      const Selection& selection) {
  EventStage stage(events, tasks);
  const auto printer = make_perf_script_printer(events, {});
  std::string text;
  Event event;
  for (size_t row = 0; row < rows.rows() && text.size() < kMostText; ++row) {
    const StoredRecord record{rows.time(row), 1, rows.number(row), rows.record(row), rows.stack(row)};
    if (record.event < events.size() && stage.take(record, selection, event) == EventStage::Outcome::Wanted)
      printer->take(event, text);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteReader in({data, size});
  const std::vector<EventInfo> events = read_events(in);
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Columns);
  header.count = in.u16();
  header.last_ns = in.u64();
  const auto payload = in.bytes(in.remaining());
  if (in.failed() || events.empty()) return 0;
  ColumnDecoder decoder;
  ColumnBlock block;
  if (decoder.decode(header, payload, block) != RecordStatus::Ok) return 0;

  TaskTable tasks;
  tasks.seal();
  const ShownEvents shown(events);
  const auto selection = Selection::make({}, shown.selectable(), nullptr);
  if (!selection.ok()) std::abort();
  ColumnPrinter printer(shown, tasks, *selection, {});
  const auto lines = printer.prepare(block, 1, [](uint32_t number) { return number; });
  if (!lines) return 0;
  std::string text;
  for (size_t row = 0; row < block.rows() && text.size() < kMostText; ++row)
    printer.print(*lines, row, row + 1, text);
  RowBlock rows;
  make_rows(block, rows);
  if (text != by_events(shown, tasks, rows, *selection)) std::abort();
  return 0;
}
