// Which formats there are, and how a file's is found out. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace uproar {

enum class FileFormat { Recording, PerfData, TraceDat, TraceText, JsonLines, Csv };

struct FileFormatInfo {
  FileFormat format;
  const char* name;  // as --from and --to take it
  const char* what;  // "a file of trace-cmd"
  bool can_read;
  bool can_write;
};
const std::vector<FileFormatInfo>& file_formats();
const FileFormatInfo& info_of(FileFormat format);
std::optional<FileFormat> format_by_name(std::string_view name);

// By the end of the name: .upr, .dat, .data, .txt, .jsonl, .json, .csv; also with ".old" behind it.
std::optional<FileFormat> format_by_path(std::string_view path);

// By the beginning of the content, as much of it as there is up to kSniffedBytes. Text that is nothing else
// is TraceText. Nothing: bytes that are neither.
inline constexpr size_t kSniffedBytes = 4096;
std::optional<FileFormat> format_by_content(std::span<const uint8_t> start);

}  // namespace uproar
