// The table of formats: which there are, how a file's is found out, and what turns it into a recording or a
// recording into it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/io/byte_input.h"
#include "convert/io/byte_output.h"
#include "convert/perf_data/perf_data_import.h"
#include "recording/writer.h"
#include "replay/escape.h"
#include "replay/player.h"

namespace uproar {

struct ImportRequest {
  SessionInfo session;  // tells the converting command
  ProgressFunction progress;
  FormatLookup local_formats;
};

struct ExportRequest {
  std::string_view form;  // one of the format's; empty: its best
  bool compress = true;   // where it has compression
  Escape escape = Escape::None;
  ProgressFunction progress;
};

// A layout of a format that --form chooses.
struct FileForm {
  std::string_view name;
  const char* without_compression = nullptr;  // why it has none; null: as its format
};

struct FileFormat {
  const char* name;  // as --from and --to take it
  const char* what;  // "a file of trace-cmd record"
  std::vector<std::string_view> suffixes;
  std::vector<std::string_view> magics = {};  // a file begins with one of them
  bool is_text = false;                       // may go to a terminal
  // uproar's own, which stands between all the others: it is opened as such, and has no functions here.
  bool is_recording = false;
  std::vector<FileForm> forms = {};
  bool has_compression = false;

  using Import = std::function<Result<ImportOutcome>(ByteInput&, RecordingWriter&, const ImportRequest&)>;
  using Export = std::function<Result<ExportOutcome>(Player&, ByteOutput&, const ExportRequest&)>;
  // Empty: this version cannot read it, or write it.
  Import import_from = {};
  Export export_to = {};
  // Whether import_from must be able to go back in this input.
  std::function<Result<bool>(ByteInput&)> needs_seeking = {};
  // What the player of export_to has to be given besides events.
  SideChoice side = {};

  bool can_read() const { return is_recording || import_from; }
  bool can_write() const { return is_recording || export_to; }
};

const std::vector<FileFormat>& file_formats();
// All of these: null if there is none.
const FileFormat* format_by_name(std::string_view name);
// By the end of the name, also with ".old" behind it.
const FileFormat* format_by_path(std::string_view path);
// By the beginning of the content, as much of it as there is up to kSniffedBytes. Text that is nothing else
// is taken for that of a trace.
inline constexpr size_t kSniffedBytes = 4096;
const FileFormat* format_by_content(std::span<const uint8_t> start);

}  // namespace uproar
