#include "convert/perf_data/perf_data_header.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_reader.h"

namespace uproar {

namespace {

constexpr std::string_view kOtherByteOrder = "2ELIFREP";
constexpr size_t kSmallestAttr = 64;  // PERF_ATTR_SIZE_VER0
constexpr uint64_t kLargestAttr = 4096;

PerfSection read_section(ByteReader& in) {
  PerfSection section;
  section.offset = in.u64();
  section.size = in.u64();
  return section;
}

}  // namespace

Result<PerfFileHeader> parse_perf_file_header(std::span<const uint8_t> bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (bytes.empty()) return Error{name + " is empty", {}, {}, 0};
  if (text.starts_with(kOtherByteOrder))
    return Error{
        name + " was written on a machine of the other byte order", {}, "convert it on such a machine", 0};
  if (!text.starts_with(kPerfMagic)) return Error{name + " is not a perf.data file", {}, {}, 0};
  ByteReader in(bytes.subspan(kPerfMagic.size()));
  PerfFileHeader header;
  const uint64_t size = in.u64();
  header.pipe = size == kPerfPipeHeaderSize;
  if (!header.pipe) {
    header.attr_size = in.u64();
    header.attrs = read_section(in);
    header.data = read_section(in);
    read_section(in);  // event types, not used since 2012
    for (uint64_t& word : header.features) word = in.u64();
  }
  if (in.failed())
    return Error{fmt::format("{} is cut off inside its header ({} of {} bytes)", name, bytes.size(),
                             header.pipe || size == 0 ? kPerfPipeHeaderSize : kPerfFileHeaderSize),
                 {},
                 {},
                 0};
  if (header.pipe) return header;
  if (size != kPerfFileHeaderSize)
    return Error{
        fmt::format("{}: its header tells a size of {} bytes, not 104 or 16", name, size), {}, {}, 0};
  if (header.attr_size < kSmallestAttr + kPerfSectionSize || header.attr_size > kLargestAttr)
    return Error{
        fmt::format("{}: its header tells a size of {} bytes for an attribute", name, header.attr_size),
        {},
        {},
        0};
  return header;
}

std::optional<PerfAttr> parse_perf_attr(std::span<const uint8_t> bytes) {
  constexpr uint64_t kSampleIdAll = 1 << 18, kUseClock = 1 << 25;
  constexpr size_t kRegistersAt = 80, kClockAt = 92;
  if (bytes.size() < kSmallestAttr) return std::nullopt;
  ByteReader in(bytes);
  PerfAttr attr;
  attr.type = in.u32();
  const uint32_t size = in.u32();
  if (size >= kSmallestAttr && size < bytes.size()) bytes = bytes.first(size);
  attr.config = in.u64();
  in.u64();  // period
  attr.layout.sample_type = in.u64();
  attr.layout.read_format = in.u64();
  const uint64_t flags = in.u64();
  attr.layout.sample_id_all = (flags & kSampleIdAll) != 0;
  if (bytes.size() >= kRegistersAt + 8) attr.layout.regs_user = ByteReader(bytes.subspan(kRegistersAt)).u64();
  if ((flags & kUseClock) != 0 && bytes.size() >= kClockAt + 4) {
    ByteReader clock(bytes.subspan(kClockAt));
    attr.has_clock = true;
    attr.clock = static_cast<int32_t>(clock.u32());
  }
  attr.bytes.assign(bytes.begin(), bytes.end());
  return attr;
}

PerfSection parse_perf_section(std::span<const uint8_t> bytes) {
  ByteReader in(bytes);
  return read_section(in);
}

}  // namespace uproar
