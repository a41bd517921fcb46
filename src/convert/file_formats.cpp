#include "convert/file_formats.h"

#include <algorithm>
#include <cstring>

#include "convert/trace_dat/trace_dat_reader.h"
#include "recording/file_format.h"

namespace uproar {

namespace {

bool starts_with(std::span<const uint8_t> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// Control bytes that stand in no text: strings of a trace may hold some, but a file of text has lines.
bool is_text(std::span<const uint8_t> bytes) {
  return std::find(bytes.begin(), bytes.end(), 0) == bytes.end();
}

struct Suffix {
  std::string_view text;
  FileFormat format;
};
constexpr Suffix kSuffixes[] = {
    {".upr", FileFormat::Recording},    {".dat", FileFormat::TraceDat},    {".data", FileFormat::PerfData},
    {".txt", FileFormat::TraceText},    {".jsonl", FileFormat::JsonLines}, {".json", FileFormat::JsonLines},
    {".ndjson", FileFormat::JsonLines}, {".csv", FileFormat::Csv},
};

}  // namespace

const std::vector<FileFormatInfo>& file_formats() {
  static const std::vector<FileFormatInfo> formats = {
      {FileFormat::Recording, "upr", "a recording", true, true},
      {FileFormat::PerfData, "perf.data", "a file of perf record", true, true},
      {FileFormat::TraceDat, "trace.dat", "a file of trace-cmd record", true, true},
      {FileFormat::TraceText, "text", "text of trace or trace_pipe", true, true},
      {FileFormat::JsonLines, "json", "one JSON object a line", false, true},
      {FileFormat::Csv, "csv", "comma-separated values, one event a row", false, true},
  };
  return formats;
}

const FileFormatInfo& info_of(FileFormat format) {
  return *std::find_if(file_formats().begin(), file_formats().end(),
                       [&](const FileFormatInfo& info) { return info.format == format; });
}

std::optional<FileFormat> format_by_name(std::string_view name) {
  for (const FileFormatInfo& info : file_formats()) {
    if (name == info.name) return info.format;
  }
  return std::nullopt;
}

std::optional<FileFormat> format_by_path(std::string_view path) {
  if (path.ends_with(".old")) path.remove_suffix(4);
  for (const Suffix& suffix : kSuffixes) {
    if (path.ends_with(suffix.text)) return suffix.format;
  }
  return std::nullopt;
}

std::optional<FileFormat> format_by_content(std::span<const uint8_t> start) {
  if (starts_with(start, {reinterpret_cast<const char*>(kFileMagic.data()), kFileMagic.size()}))
    return FileFormat::Recording;
  if (trace_dat::is_trace_dat(start)) return FileFormat::TraceDat;
  for (const std::string_view magic : {"PERFILE2", "PERFFILE", "2ELIFREP", "ELIFFREP"}) {
    if (starts_with(start, magic)) return FileFormat::PerfData;
  }
  if (!is_text(start)) return std::nullopt;
  if (starts_with(start, "{\"time\":")) return FileFormat::JsonLines;
  if (starts_with(start, "time,comm,pid,tid,cpu,event,")) return FileFormat::Csv;
  return FileFormat::TraceText;
}

}  // namespace uproar
