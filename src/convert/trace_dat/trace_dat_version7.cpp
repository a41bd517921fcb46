// Version 7 of trace.dat: sections, found through options.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "convert/trace_dat/trace_dat_format.h"
#include "convert/trace_dat/trace_dat_parts.h"

namespace uproar::trace_dat {

namespace {

class Version7Reader {
 public:
  Version7Reader(const Start& start, PartsReader& parts)
      : start_(start), parts_(parts), input_(parts.input()) {}

  Result<void> read(FileCursor& file) {
    uint64_t next = file.u64();
    if (file.failed()) return parts_.ends_inside(file, "the header");
    std::unordered_set<uint64_t> seen;
    bool first = true;
    while (next != 0) {
      if (!seen.insert(next).second || seen.size() > kMaxOptionSections) {
        parts_.damaged(next, 0, "the sections of options lead in a circle");
        break;
      }
      auto read = read_option_section(next);
      if (!read.ok() && first) return std::move(read.error());
      if (!read.ok()) {  // what the sections before told stands
        parts_.damaged(next, 0, read.error().message);
        break;
      }
      first = false;
      next = *read;
    }
    return {};
  }

 private:
  struct Section {
    uint16_t id = 0;
    uint64_t place = 0;                // of the content
    std::unique_ptr<ByteInput> bytes;  // where it was packed
    uint64_t size = 0;                 // unpacked
  };

  // The section's header, and its content where that is packed.
  Result<Section> open_section(uint64_t offset, std::string_view part) {
    FileCursor file(input_, std::min(offset, input_.size()), input_.size());
    Section section;
    section.id = file.u16();
    const uint16_t flags = file.u16();
    file.u32();
    section.size = file.u64();
    section.place = file.position();
    if (file.failed() || section.size > file.remaining()) {
      Error error =
          parts_.at(offset, fmt::format("{} is to be here, but the file has {} bytes", part, input_.size()));
      error.remedy = "copy the file again: it is cut";
      return error;
    }
    if (!(flags & kCompressedSection) || section.id == kFlyrecordSection) return section;
    const uint32_t packed_bytes = file.u32();
    const uint32_t unpacked_bytes = file.u32();
    if (section.size < 8 || packed_bytes > section.size - 8 || unpacked_bytes > kMaxSectionBytes)
      return parts_.at(section.place, fmt::format("{} has impossible sizes", part));
    const std::string packed = file.bytes(packed_bytes, kMaxSectionBytes);
    std::vector<uint8_t> unpacked;
    if (file.failed() ||
        !unpack(start_.packing, {reinterpret_cast<const uint8_t*>(packed.data()), packed.size()},
                unpacked_bytes, unpacked)) {
      return parts_.at(section.place, fmt::format("{} cannot be unpacked", part));
    }
    section.size = unpacked_bytes;
    section.bytes = ByteInput::from_bytes(std::move(unpacked), input_.name());
    return section;
  }
  FileCursor cursor(const Section& section) {
    if (section.bytes) return {*section.bytes, 0, section.size};
    return {input_, section.place, section.place + section.size};
  }

  // Returns where the next one is, 0: nowhere.
  Result<uint64_t> read_option_section(uint64_t offset) {
    TRY_ASSIGN(const Section section, open_section(offset, "a section of options"));
    if (section.id != 0)
      return parts_.at(offset, fmt::format("section {} stands where options should", section.id));
    FileCursor file = cursor(section);
    for (size_t count = 0; file.remaining() > 0; ++count) {
      if (count > kMaxStreams) return parts_.at(offset, "more options than a file can have");
      const uint16_t id = file.u16();
      const std::string data = file.bytes(file.u32(), kMaxSectionBytes);
      if (file.failed()) return parts_.at(offset, "an option goes beyond its section");
      if (id == kDone) return data.size() >= 8 ? little_endian_number(data, 8) : 0;
      TRY(take_option(id, data, offset));
    }
    return uint64_t{0};
  }

  Result<void> take_option(uint16_t id, const std::string& data, uint64_t offset) {
    if (id == kBuffer) return take_buffer(data, offset);
    if (id < kHeaderInfo || id > kCmdlines) {
      parts_.take_option(id, data);
      return {};
    }
    if (data.size() < 8) return parts_.at(offset, "an option without an offset");
    const uint64_t place = little_endian_number(data, 8);
    auto read = read_section(id, place);
    if (!read.ok()) parts_.damaged(place, 0, read.error().message);
    return {};
  }

  Result<void> read_section(uint16_t id, uint64_t offset) {
    const char* part = id == kHeaderInfo ? "header_page"
                       : id == kCmdlines ? "the names of tasks"
                       : id == kKallsyms ? "the kernel's symbols"
                       : id == kPrintk   ? "the texts of trace_printk"
                                         : "the formats of events";
    TRY_ASSIGN(const Section section, open_section(offset, part));
    if (section.id != id)
      return parts_.at(offset, fmt::format("section {} stands where {} should", section.id, id));
    FileCursor file = cursor(section);
    if (id == kHeaderInfo) return parts_.read_header_info(file);
    if (id == kCmdlines) return parts_.read_names(file);
    if (id == kEventFormats) return parts_.read_systems(file);
    if (id == kKallsyms || id == kPrintk) {
      id == kKallsyms ? parts_.read_kernel_symbols(file) : parts_.read_printk_formats(file);
      return file.failed() ? Result<void>(parts_.ends_inside(file, part)) : Result<void>();
    }
    return parts_.read_tracer_formats(file);
  }

  // u64 offset of the section, name, clock, u32 page size, u32 CPUs, for each u32 CPU, u64 offset, u64 size
  Result<void> take_buffer(const std::string& data, uint64_t offset) {
    const auto bytes = ByteInput::from_bytes(std::string_view(data), input_.name());
    FileCursor option(*bytes, 0, data.size());
    Buffer buffer;
    option.u64();
    buffer.name = option.text(kMaxName);
    buffer.clock = option.text(kMaxName);
    buffer.page_bytes = option.u32();
    const uint32_t cpus = option.u32();
    if (option.failed() || cpus > option.remaining() / 20)
      return parts_.at(offset, "the option of a buffer contradicts itself");
    TRY(parts_.check_page_bytes(buffer.page_bytes, offset));
    for (uint32_t i = 0; i < cpus; ++i) {
      Stream stream{option.u32(), option.u64(), 0};
      stream.bytes = option.u64();
      if (stream.cpu >= kMaxCpus) return parts_.at(offset, fmt::format("CPU {}", stream.cpu));
      if (stream.bytes == 0) continue;
      // trace-cmd does not count the number of chunks before packed pages.
      const uint64_t behind = stream.offset < input_.size() ? input_.size() - stream.offset : 0;
      if (start_.packing != Packing::None && stream.bytes != behind && stream.bytes < UINT64_MAX - 4)
        stream.bytes += 4;
      buffer.streams.push_back(stream);
    }
    return parts_.add_buffer(std::move(buffer));
  }

  const Start& start_;
  PartsReader& parts_;
  ByteInput& input_;
};

}  // namespace

Result<void> read_version_7(const Start& start, PartsReader& parts) {
  FileCursor file(parts.input(), start.rest, parts.input().size());
  return Version7Reader(start, parts).read(file);
}

}  // namespace uproar::trace_dat
