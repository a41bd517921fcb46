#include "convert/file_formats.h"

#include <algorithm>

#include "convert/io/gunzip.h"
#include "convert/perf_data/perf_data_export.h"
#include "convert/perf_data/perf_data_header.h"
#include "convert/text/text_export.h"
#include "convert/text/text_import.h"
#include "convert/trace_dat/trace_dat_export.h"
#include "convert/trace_dat/trace_dat_format.h"
#include "convert/trace_dat/trace_dat_import.h"
#include "recording/file_format.h"

namespace uproar {
namespace {

constexpr std::string_view kTraceText = "text";  // what text is that says nothing else

FileFormat recording_format() {
  FileFormat format{.name = "upr", .what = "a recording", .suffixes = {".upr"}};
  format.magics = {{reinterpret_cast<const char*>(kFileMagic.data()), kFileMagic.size()}};
  format.is_recording = true;
  return format;
}

// But for its form for pipes it has tables that lead to and fro.
Result<bool> perf_data_needs_seeking(ByteInput& input) {
  TRY_ASSIGN(const auto start, input.view(0, kPerfFileHeaderSize));
  const auto header = parse_perf_file_header(start, input.name());
  return header.ok() && !header->pipe;
}

FileFormat perf_data_format() {
  FileFormat format{.name = "perf.data", .what = "a file of perf record", .suffixes = {".data"}};
  format.magics = {"PERFILE2", "PERFFILE", "2ELIFREP", "ELIFFREP"};
  format.forms = {{"pipe"}, {"file"}};
  format.needs_seeking = perf_data_needs_seeking;
  format.import_from = [](ByteInput& input, RecordingWriter& writer, const ImportRequest& request) {
    PerfDataImportOptions options;
    options.local_formats = request.local_formats;
    return import_perf_data(input, writer, request.progress, options);
  };
  format.export_to = [](Player& player, ByteOutput& output, const ExportRequest& request) {
    const auto form = request.form == "file"   ? PerfDataOptions::Form::File
                      : request.form == "pipe" ? PerfDataOptions::Form::Pipe
                                               : PerfDataOptions::Form::Best;
    return export_perf_data(player, output, {form}, request.progress);
  };
  return format;
}

FileFormat trace_dat_format() {
  FileFormat format{.name = "trace.dat", .what = "a file of trace-cmd record", .suffixes = {".dat"}};
  format.magics = {trace_dat::kMagic};
  format.forms = {{"v7"}, {"v6", "version 6 of trace.dat has no compression"}};
  format.has_compression = true;
  format.needs_seeking = [](ByteInput&) -> Result<bool> { return true; };
  format.import_from = [](ByteInput& input, RecordingWriter& writer, const ImportRequest& request) {
    return import_trace_dat(input, request.session, writer, request.progress);
  };
  format.export_to = [](Player& player, ByteOutput& output, const ExportRequest& request) {
    const TraceDatOptions options{.version = request.form == "v6" ? 6u : 7u, .compress = request.compress};
    return export_trace_dat(player, output, options, request.progress);
  };
  return format;
}

// Every output that has files of its own.
FileFormat text_format(const Style& style) {
  FileFormat format{.name = style.format.data(), .what = style.what, .suffixes = style.suffixes};
  if (!style.magic.empty()) format.magics = {style.magic};
  format.is_text = true;
  format.side = side_choice_of(text_of_file(style));
  format.export_to = [&style](Player& player, ByteOutput& output, const ExportRequest& request) {
    return export_text(player, style, request.escape, output, request.progress);
  };
  if (style.format == kTraceText) {
    format.import_from = [](ByteInput& input, RecordingWriter& writer, const ImportRequest& request) {
      return import_trace_text(input, request.session, writer, request.progress);
    };
  }
  return format;
}

// Control bytes that stand in no text: strings of a trace may hold some, but a file of text has lines.
bool is_text(std::span<const uint8_t> bytes) {
  return std::find(bytes.begin(), bytes.end(), 0) == bytes.end();
}

template <typename Fits>
const FileFormat* first_that(Fits fits) {
  const auto found = std::find_if(file_formats().begin(), file_formats().end(), fits);
  return found == file_formats().end() ? nullptr : &*found;
}

}  // namespace

const std::vector<FileFormat>& file_formats() {
  static const std::vector<FileFormat> formats = [] {
    std::vector<FileFormat> all = {recording_format(), perf_data_format(), trace_dat_format()};
    for (const Style& style : styles()) {
      if (!style.format.empty()) all.push_back(text_format(style));
    }
    return all;
  }();
  return formats;
}

const FileFormat* format_by_name(std::string_view name) {
  return first_that([&](const FileFormat& format) { return format.name == name; });
}

const FileFormat* format_by_path(std::string_view path) {
  if (path.ends_with(".old")) path.remove_suffix(4);
  return first_that([&](const FileFormat& format) {
    return std::any_of(format.suffixes.begin(), format.suffixes.end(),
                       [&](std::string_view suffix) { return path.ends_with(suffix); });
  });
}

const FileFormat* format_by_content(std::span<const uint8_t> start) {
  const bool text = is_text(start);
  const std::string_view bytes(reinterpret_cast<const char*>(start.data()), start.size());
  if (is_gzip(start)) return format_by_name(kTraceText);  // which unpacks it
  const FileFormat* const known = first_that([&](const FileFormat& format) {
    return (text || !format.is_text) &&
           std::any_of(format.magics.begin(), format.magics.end(),
                       [&](std::string_view magic) { return bytes.starts_with(magic); });
  });
  return known == nullptr && text ? format_by_name(kTraceText) : known;
}

}  // namespace uproar
