// Version 6 of trace.dat: one part behind the other.
#include <fmt/format.h>

#include <algorithm>

#include "convert/trace_dat/trace_dat_format.h"
#include "convert/trace_dat/trace_dat_parts.h"

namespace uproar::trace_dat {

namespace {

class Version6Reader {
 public:
  Version6Reader(const Start& start, PartsReader& parts)
      : start_(start), parts_(parts), input_(parts.input()) {}

  Result<void> read(FileCursor& file) {
    TRY(parts_.read_header_info(file));
    TRY(parts_.read_tracer_formats(file));
    TRY(parts_.read_systems(file));
    parts_.read_kernel_symbols(file);
    parts_.read_printk_formats(file);
    TRY(parts_.read_names(file));
    const uint64_t place = file.position();
    parts_.contents().cpus = file.u32();
    if (file.failed()) return parts_.ends_inside(file, "the header");
    if (parts_.contents().cpus > kMaxCpus)
      return parts_.at(place, fmt::format("{} CPUs", parts_.contents().cpus));
    const uint32_t main_cpus = parts_.contents().cpus;

    std::string part = file.bytes(10, 10);
    std::vector<std::pair<std::string, uint64_t>> instances;
    bool has_clock = false;
    if (part == std::string_view("options  \0", 10)) {
      TRY(read_options(file, instances, has_clock));
      part = file.bytes(10, 10);
    }
    TRY(read_streams(file, part, {}, main_cpus, has_clock));
    for (const auto& [name, offset] : instances) {
      FileCursor there(input_, std::min(offset, input_.size()), input_.size());
      const std::string kind = there.bytes(10, 10);
      auto read = read_streams(there, kind, name, main_cpus, has_clock);
      if (!read.ok()) parts_.damaged(offset, 0, fmt::format("buffer {} cannot be read", name));
    }
    return {};
  }

 private:
  Result<void> read_options(FileCursor& file, std::vector<std::pair<std::string, uint64_t>>& instances,
                            bool& has_clock) {
    for (size_t count = 0;; ++count) {
      const uint16_t id = file.u16();
      if (file.failed()) return parts_.ends_inside(file, "the options");
      if (id == kDone) return {};
      const uint64_t place = file.position();
      if (count > kMaxStreams) return parts_.at(place, "more options than a file can have");
      const std::string data = file.bytes(file.u32(), kMaxFormatBytes);
      if (file.failed()) return parts_.ends_inside(file, "the options");
      has_clock |= id == kTraceClock;
      if (id != kBuffer) {
        parts_.take_option(id, data);
        continue;
      }
      if (data.size() < 8) return parts_.at(place, "a buffer without an offset");
      if (instances.size() >= kMaxBuffers) return parts_.at(place, "more buffers than a file can have");
      instances.emplace_back(until_nul(std::string_view(data).substr(8)), little_endian_number(data, 8));
    }
  }

  Result<void> read_streams(FileCursor& file, const std::string& kind, const std::string& name, uint32_t cpus,
                            bool has_clock) {
    if (file.failed()) return parts_.ends_inside(file, "the header");
    if (kind == std::string_view("latency  \0", 10)) {
      return Error{fmt::format("{} holds a latency trace, which is text", input_.name()),
                   {},
                   "trace-cmd report shows it",
                   0};
    }
    if (kind != std::string_view("flyrecord\0", 10))
      return parts_.at(file.position() - 10, "neither options nor pages begin here");
    Buffer buffer;
    buffer.name = name;
    buffer.page_bytes = start_.page_bytes;
    for (uint32_t cpu = 0; cpu < cpus && !file.failed(); ++cpu) {
      Stream stream{cpu, file.u64(), 0};
      stream.bytes = file.u64();
      if (stream.bytes > 0) buffer.streams.push_back(stream);
    }
    if (file.failed()) return parts_.ends_inside(file, "the table of CPUs");
    if (has_clock) {
      const std::string clock = file.bytes(file.u64(), kMaxFormatBytes);
      if (!file.failed()) buffer.clock = clock_of(clock);
    }
    if (buffer.clock.empty()) buffer.clock = parts_.clock();
    return parts_.add_buffer(std::move(buffer));
  }

  const Start& start_;
  PartsReader& parts_;
  ByteInput& input_;
};

}  // namespace

Result<void> read_version_6(const Start& start, PartsReader& parts) {
  FileCursor file(parts.input(), start.rest, parts.input().size());
  return Version6Reader(start, parts).read(file);
}

}  // namespace uproar::trace_dat
