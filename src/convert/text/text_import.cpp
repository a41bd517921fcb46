#include "convert/text/text_import.h"

#include <fmt/format.h>

#include "convert/io/gunzip.h"
#include "convert/text/foreign_text.h"

namespace uproar {

namespace {

constexpr size_t kPiece = size_t{16} << 10;

Error no_trace_text(const std::string& name, std::span<const uint8_t> start) {
  const bool utf16 =
      start.size() >= 2 && ((start[0] == 0xff && start[1] == 0xfe) || (start[0] == 0xfe && start[1] == 0xff));
  if (utf16) {
    return Error{name + " is text in UTF-16", {}, "convert it first: iconv -f UTF-16 -t UTF-8 FILE", 0};
  }
  return Error{name + " holds no trace text",
               {},
               "give what `cat trace_pipe`, `cat trace`, `trace-cmd report` or `perf script` printed",
               0};
}

}  // namespace

Result<ImportOutcome> import_trace_text(ByteInput& input, SessionInfo session, RecordingWriter& writer,
                                        const ProgressFunction& progress) {
  session.via = "text";
  session.clock = "text";
  TRY(writer.write_session(session));

  ImportOutcome outcome;
  ForeignText text(writer);
  std::unique_ptr<Gunzip> gunzip;
  std::vector<uint8_t> start;
  uint64_t offset = 0;
  const auto take = [&](std::span<const uint8_t> bytes) -> Result<void> {
    if (start.empty()) start.assign(bytes.begin(), bytes.begin() + std::min<size_t>(bytes.size(), 2));
    return text.feed({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  };
  for (;;) {
    TRY_ASSIGN(const auto piece, input.view(offset, kPiece));
    if (piece.empty()) break;
    if (offset == 0 && is_gzip(piece)) gunzip = Gunzip::create();
    if (gunzip) {
      TRY(gunzip->feed(piece, take));
    } else {
      TRY(take(piece));
    }
    offset += piece.size();
    if (progress && !progress({offset, input.size(), text.records()})) {
      outcome.stopped = true;
      break;
    }
  }
  TRY(text.finish());
  if (text.records() == 0 && text.left_out() > 0) return no_trace_text(input.name(), start);
  outcome.events = text.records();
  outcome.lost = text.lost();
  if (text.left_out() == 1)
    outcome.notes.push_back(fmt::format("1 line is no event and was left out: {}", text.left_out_lines()));
  if (text.left_out() > 1)
    outcome.notes.push_back(
        fmt::format("{} lines are no events and were left out: {}", text.left_out(), text.left_out_lines()));
  if (text.without_cpu() > 0)
    outcome.notes.push_back(fmt::format(
        "{} no CPU: 0 stands in its place",
        text.without_cpu() == 1 ? "1 event has" : fmt::format("{} events have", text.without_cpu())));
  if (text.frames_without_names())
    outcome.notes.emplace_back("there are too many different addresses: some have no name");
  if (gunzip && !outcome.stopped && !gunzip->fault().empty())
    outcome.damage.push_back({gunzip->position(), offset - gunzip->position(), gunzip->fault()});
  EndSummary end;
  end.events = outcome.events;
  end.lost = outcome.lost;
  TRY(writer.finish(end));
  return outcome;
}

}  // namespace uproar
