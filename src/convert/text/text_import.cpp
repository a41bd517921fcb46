#include "convert/text/text_import.h"

#include <fmt/format.h>

#include "recording/trace_text_writer.h"

namespace uproar {

namespace {
constexpr size_t kPiece = size_t{16} << 10;
}

Result<ImportOutcome> import_trace_text(ByteInput& input, SessionInfo session, RecordingWriter& writer,
                                        const ProgressFunction& progress) {
  session.via = "text";
  session.clock = "text";
  TRY(writer.write_session(session));

  ImportOutcome outcome;
  TraceTextWriter feeder(writer, {});
  uint64_t offset = 0;
  for (;;) {
    TRY_ASSIGN(const auto piece, input.view(offset, kPiece));
    if (piece.empty()) break;
    offset += piece.size();
    TRY(feeder.feed({reinterpret_cast<const char*>(piece.data()), piece.size()}));
    if (progress && !progress({offset, input.size(), feeder.records()})) {
      outcome.stopped = true;
      break;
    }
  }
  TRY(feeder.finish());
  if (feeder.records() == 0 && feeder.unreadable_lines() > 0) {
    return Error{
        input.name() + " holds no trace text", {}, "give what `cat trace_pipe` or `cat trace` printed", 0};
  }
  outcome.events = feeder.records();
  outcome.lost = feeder.lost();
  if (feeder.unreadable_lines() > 0)
    outcome.notes.push_back(
        fmt::format("{} lines are no events and were left out", feeder.unreadable_lines()));
  EndSummary end;
  end.events = outcome.events;
  end.lost = outcome.lost;
  TRY(writer.finish(end));
  return outcome;
}

}  // namespace uproar
