#include "recording/file_kind.h"

#include <algorithm>
#include <string_view>

#include "base/byte_reader.h"
#include "recording/blocks/block.h"

namespace uproar {

namespace {

using namespace std::string_view_literals;

struct Foreign {
  std::string_view magic;
  const char* kind;
  const char* remedy;
};

constexpr const char* kImportText = "make a recording of it: uproar record --from FILE -o OUT.upr";
constexpr const char* kConvert = "make a recording of it: uproar convert FILE OUT.upr";
constexpr Foreign kForeign[] = {
    {"PERFILE2"sv, "a perf.data file", kConvert},
    {"2ELIFREP"sv, "a perf.data file of a machine with another byte order",
     "print it with perf script on a machine of that byte order"},
    {"\x17\x08\x44tracing"sv, "a trace.dat file of trace-cmd", kConvert},
    {"# tracer"sv, "text of the kernel's trace file", kImportText},
    {"\x1f\x8b"sv, "packed with gzip", "unpack it first: gzip -d"},
    {"\x28\xb5\x2f\xfd"sv, "packed with zstd", "unpack it first: zstd -d"},
    {"\xfd"
     "7zXZ\0"sv,
     "packed with xz", "unpack it first: xz -d"},
    {"\x89UPR\n\x1a\n"sv, "a recording that was damaged by a copy in text mode",
     "copy it again in binary mode"},
    {"\x89UPR\r\r\n"sv, "a recording that was damaged by a copy in text mode",
     "copy it again in binary mode"},
    {"\x89UPR\r\n\x1a\r\n"sv, "a recording that was damaged by a copy in text mode",
     "copy it again in binary mode"},
    {"\x09UPR"sv, "a recording that was damaged by a transfer of 7 bits a byte",
     "copy it again in binary mode"},
    {"\x7f"
     "ELF"sv,
     "a program or library", "give it to -e as PATH:SYMBOL; recordings are what uproar record writes"},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "            bash-4321    [001] d..21  1234.567890: event: …", the line that trace and trace_pipe print.
bool is_trace_line(std::string_view line) {
  size_t bracket = line.find(" [");
  if (bracket == std::string_view::npos) return false;
  size_t digits = bracket + 2;
  while (digits < line.size() && is_digit(line[digits])) ++digits;
  if (digits < bracket + 5 || digits >= line.size() || line[digits] != ']') return false;
  if (line.substr(0, bracket).find('-') == std::string_view::npos) return false;
  for (size_t dot = line.find('.', digits); dot != std::string_view::npos; dot = line.find('.', dot + 1)) {
    size_t after = dot + 1;
    while (after < line.size() && is_digit(line[after])) ++after;
    if (is_digit(line[dot - 1]) && after >= dot + 7 && line.substr(after, 2) == ": ") return true;
  }
  return false;
}

Error not_a_recording(const std::string& name, std::string_view start) {
  for (const Foreign& foreign : kForeign) {
    if (start.starts_with(foreign.magic)) return Error{name + " is " + foreign.kind, {}, foreign.remedy, 0};
  }
  if (is_trace_line(start.substr(0, start.find('\n')))) {
    return Error{name + " is text of the kernel's trace_pipe", {}, kImportText, 0};
  }
  return Error{name + " is not a recording", {}, "give a file that uproar record wrote", 0};
}

}  // namespace

Result<FileStart> check_file_start(std::span<const uint8_t> start, const std::string& name) {
  if (start.empty()) {
    return Error{name + " is empty", {}, "the recorder ended before it wrote anything: record again", 0};
  }
  size_t common = std::min(start.size(), kFileMagic.size());
  bool magic = std::equal(start.begin(), start.begin() + common, kFileMagic.begin());
  std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (start.size() < kFileHeaderBytes) {
    if (!magic) return not_a_recording(name, text);
    return Error{name + " is cut off inside its header (" + std::to_string(start.size()) + " of " +
                     std::to_string(kFileHeaderBytes) + " bytes)",
                 {},
                 "nothing in it can be saved: record again",
                 0};
  }
  ByteReader reader(start.subspan(kFileMagic.size()));
  uint16_t version = reader.u16();
  uint16_t header_bytes = reader.u16();
  uint32_t flags = reader.u32();
  if (magic && version > kFileVersion) {
    return Error{name + " was written by a newer uproar (format " + std::to_string(version) +
                     ", this one reads up to " + std::to_string(kFileVersion) + ")",
                 {},
                 "read it with the uproar that wrote it, or update this one",
                 0};
  }
  BlockHeader block;
  bool block_follows = parse_block_header(start.subspan(kFileHeaderBytes), block) == BlockStatus::Ok;
  // A longer header is that of a later writer, unless a block stands where ours ends.
  bool sound = magic && version >= kOldestFileVersion && flags == 0 && header_bytes >= kFileHeaderBytes &&
               header_bytes <= kMaxFileHeaderBytes && (header_bytes == kFileHeaderBytes || !block_follows);
  if (sound) return FileStart{header_bytes, false};
  if (block_follows) return FileStart{kFileHeaderBytes, true};
  if (!magic) return not_a_recording(name, text);
  return Error{name + " has a damaged header", {}, "copy it again from where it was recorded", 0};
}

}  // namespace uproar
