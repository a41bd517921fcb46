#include "convert/trace_dat/trace_dat_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/lines.h"
#include "base/number.h"
#include "convert/conversion.h"
#include "convert/trace_dat/trace_dat_format.h"

namespace uproar::trace_dat {

namespace {

// "FIELD: NUMBER" among lines; 0 if it is not there.
uint64_t line_number(std::string_view text, std::string_view field) {
  for (std::string_view line : Lines(text)) {
    if (!line.starts_with(field) || !line.substr(field.size()).starts_with(": ")) continue;
    return parse_decimal(line.substr(field.size() + 2)).value_or(0);
  }
  return 0;
}

int64_t signed_number(std::string_view text) {
  text = until_nul(text);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return parse_c_signed(text).value_or(0);
}

}  // namespace

std::string_view until_nul(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

std::string clock_of(std::string_view text) {
  text = until_nul(text);
  const size_t open = text.find('[');
  const size_t close = text.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos)
    return std::string(text.substr(0, text.find_first_of(" \n")));
  return std::string(text.substr(open + 1, close - open - 1));
}

uint64_t little_endian_number(std::string_view bytes, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

PartsReader::PartsReader(ByteInput& input, const Start& start) : input_(input) {
  contents_.version = start.version;
  contents_.packing = start.packing;
  contents_.layout.commit_size = start.long_bytes;
}

Contents PartsReader::finish() {
  contents_.tracer_formats = tracer_formats_.size();
  for (FormatText& format : tracer_formats_) contents_.formats.push_back(std::move(format));
  return std::move(contents_);
}

Result<void> PartsReader::check_page_bytes(uint32_t bytes, uint64_t place) const {
  if (bytes < kMinPageBytes || bytes > kMaxPageBytes)
    return at(place, fmt::format("pages of {} bytes", bytes));
  return {};
}

Error PartsReader::at(uint64_t place, std::string_view rule) const {
  return Error{fmt::format("{}: byte {}: {}", input_.name(), place, rule), {}, {}, 0};
}
Error PartsReader::ends_inside(const FileCursor& file, std::string_view part) const {
  if (file.end() < input_.size() || file.remaining() > 0)
    return at(file.position(), fmt::format("{} contradicts itself", part));
  Error error = at(file.position(), fmt::format("the file ends inside {}", part));
  error.remedy = "copy the file again; of a trace-cmd that was killed, `trace-cmd restore` joins the parts";
  return error;
}
void PartsReader::damaged(uint64_t place, uint64_t bytes, std::string reason) {
  if (contents_.damage.size() < 100) contents_.damage.push_back({place, bytes, std::move(reason)});
}

// header_page and header_event: the layout of a sub-buffer.
Result<void> PartsReader::read_header_info(FileCursor& file) {
  file.text(32);
  const std::string page = file.bytes(file.u64(), kMaxFormatBytes);
  file.text(32);
  file.bytes(file.u64(), kMaxFormatBytes);
  if (file.failed()) return ends_inside(file, "header_page");
  // "field: local_t commit; offset:8; size:8; signed:1;"
  const size_t commit = page.find(" commit;");
  const size_t size = commit == std::string::npos ? commit : page.find("size:", commit);
  if (size != std::string::npos &&
      (page.compare(size + 5, 2, "4;") == 0 || page.compare(size + 5, 2, "8;") == 0))
    contents_.layout.commit_size = page[size + 5] == '4' ? 4 : 8;
  return {};
}

Result<void> PartsReader::read_formats(FileCursor& file, const std::string& group,
                                       std::vector<FormatText>& out) {
  const uint64_t place = file.position();
  const uint32_t count = file.u32();
  if (count > kMaxFormats) return at(place, fmt::format("{} formats of events", count));
  for (uint32_t i = 0; i < count && !file.failed(); ++i) {
    const uint64_t here = file.position();
    const uint64_t bytes = file.u64();
    if (bytes > kMaxFormatBytes) return at(here, fmt::format("a format of {} bytes", bytes));
    format_bytes_ += bytes;
    if (contents_.formats.size() + tracer_formats_.size() >= kMaxFormats || format_bytes_ > kMaxSectionBytes)
      return at(here, "more formats than a kernel can have");
    std::string text = file.bytes(bytes, kMaxFormatBytes);
    if (!file.failed()) out.push_back({group, std::move(text)});
  }
  if (file.failed()) return ends_inside(file, "the formats of events");
  return {};
}

Result<void> PartsReader::read_systems(FileCursor& file) {
  const uint64_t place = file.position();
  const uint32_t systems = file.u32();
  if (systems > kMaxSystems) return at(place, fmt::format("{} groups of events", systems));
  for (uint32_t i = 0; i < systems && !file.failed(); ++i) {
    const std::string group = file.text(kMaxName);
    TRY(read_formats(file, group, contents_.formats));
  }
  if (file.failed()) return ends_inside(file, "the formats of events");
  return {};
}

// "4321 bash\n" lines.
Result<void> PartsReader::read_names(FileCursor& file) {
  const std::string text = file.bytes(file.u64(), kMaxSectionBytes);
  if (file.failed()) return ends_inside(file, "the names of tasks");
  for (std::string_view line : Lines(text)) {
    const size_t blank = line.find(' ');
    if (blank == std::string_view::npos) continue;
    const auto tid = parse_decimal(line.substr(0, blank));
    if (tid && *tid <= INT32_MAX)
      contents_.names.try_emplace(static_cast<int32_t>(*tid), until_nul(line.substr(blank + 1)));
  }
  return {};
}

void PartsReader::read_text(FileCursor& file, std::string& out) {
  const uint32_t size = file.u32();
  if (size > kMaxSectionBytes) {
    file.skip(size);
  } else {
    out = file.bytes(size, kMaxSectionBytes);
  }
}

void PartsReader::take_option(uint16_t id, const std::string& data) {
  switch (id) {
    case kTraceClock:
      clock_ = clock_of(data);
      break;
    case kUname:
      take_uname(until_nul(data));
      break;
    case kVersion:
      contents_.tool_version = std::string(until_nul(data));
      break;
    case kDate:
      contents_.time_shift_ns = static_cast<int64_t>(static_cast<uint64_t>(contents_.time_shift_ns) +
                                                     static_cast<uint64_t>(signed_number(data)) * 1000);
      break;
    case kOffset:
      contents_.time_shift_ns = static_cast<int64_t>(static_cast<uint64_t>(contents_.time_shift_ns) +
                                                     static_cast<uint64_t>(signed_number(data)));
      break;
    case kCpuCount:
      if (data.size() >= 4) contents_.cpus = static_cast<uint32_t>(little_endian_number(data, 4));
      break;
    case kTscToNs:
      if (data.size() >= 8) {
        contents_.tick_multiplier = static_cast<uint32_t>(little_endian_number(data, 4));
        contents_.tick_shift =
            static_cast<uint32_t>(little_endian_number(std::string_view(data).substr(4), 4));
      }
      break;
    case kCpuStat:
      take_statistics(until_nul(data));
      break;
    default:
      break;
  }
}

void PartsReader::take_uname(std::string_view text) {
  std::string* const parts[] = {nullptr, &contents_.host, &contents_.kernel, &contents_.machine};
  for (std::string* part : parts) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (part != nullptr) *part = std::string(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
}

// "CPU: 0\nentries: 35\noverrun: 0\n…"; before those of an instance "\nBuffer: NAME\n\n".
void PartsReader::take_statistics(std::string_view text) {
  constexpr std::string_view kBufferLine = "Buffer: ";
  if (const size_t at = text.find(kBufferLine); at != std::string_view::npos && at <= 1) {
    const std::string_view name = text.substr(at + kBufferLine.size());
    statistics_of_ = std::string(name.substr(0, name.find('\n')));
    return;
  }
  if (!text.starts_with("CPU: ") || contents_.statistics.size() >= kMaxStreams) return;
  contents_.statistics.push_back({statistics_of_, static_cast<uint32_t>(line_number(text, "CPU")),
                                  line_number(text, "overrun"), line_number(text, "dropped events")});
}

Result<void> PartsReader::add_buffer(Buffer buffer) {
  streams_ += buffer.streams.size();
  if (contents_.buffers.size() >= kMaxBuffers || streams_ > kMaxStreams)
    return at(0, "more buffers than a file can have");
  contents_.buffers.push_back(std::move(buffer));
  return {};
}

}  // namespace uproar::trace_dat
