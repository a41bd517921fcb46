#include "convert/trace_dat/trace_dat_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "convert/io/file_cursor.h"
#include "convert/trace_dat/trace_dat_format.h"
#include "convert/trace_dat/trace_dat_parts.h"

namespace uproar::trace_dat {

namespace {

// Magic, version, byte order, sizes; of version 7 the compression, too.
Result<Start> read_start(ByteInput& input) {
  FileCursor file(input, 0, input.size());
  Start start;
  PartsReader parts(input, start);  // for its errors
  if (file.bytes(kMagicBytes, kMagicBytes) != kMagic)
    return Error{fmt::format("{} is no trace.dat", input.name()), {}, {}, 0};
  const std::string version = file.text(16);
  const uint8_t big_endian = file.u8();
  const uint8_t long_bytes = file.u8();
  start.page_bytes = file.u32();
  if (file.failed()) return parts.ends_inside(file, "the header");
  if (version != "6" && version != "7") {
    return Error{fmt::format("{} is a trace.dat of version '{}'; 6 and 7 can be read", input.name(), version),
                 {},
                 "trace-cmd convert --file-version 7 makes one that can",
                 0};
  }
  start.version = version == "7" ? 7 : 6;
  if (big_endian != 0)
    return parts.at(kMagicBytes + 2,
                    "it was recorded on a machine with big-endian numbers, which cannot be read");
  if (long_bytes != 4 && long_bytes != 8)
    return parts.at(kMagicBytes + 3, fmt::format("a long of {} bytes", long_bytes));
  start.long_bytes = long_bytes;
  TRY(parts.check_page_bytes(start.page_bytes, kMagicBytes + 4));
  start.rest = file.position();
  if (start.version != 7) return start;
  const uint64_t place = file.position();
  const std::string packing = file.text(64);
  file.text(64);  // version of the library
  if (file.failed()) return parts.ends_inside(file, "the header");
  const auto known = packing_by_name(packing);
  if (!known) {
    Error error = parts.at(place, fmt::format("compression '{}' is not known", packing));
    error.remedy = "trace-cmd convert --compression none makes a file without";
    return error;
  }
  start.packing = *known;
  start.rest = file.position();
  return start;
}

// Pages behind the end are named once; what is before it is read.
Result<void> check_streams(ByteInput& input, PartsReader& parts) {
  uint64_t open_bytes = 0;
  size_t streams = 0;
  for (Buffer& buffer : parts.contents().buffers) {
    for (Stream& stream : buffer.streams) {
      ++streams;
      open_bytes += std::max(buffer.page_bytes, kMinChunkBytes);
      const uint64_t there = stream.offset < input.size() ? input.size() - stream.offset : 0;
      if (stream.bytes <= there) continue;
      parts.damaged(stream.offset + there, stream.bytes - there,
                    fmt::format("the file ends inside the pages of CPU {}", stream.cpu));
      stream.bytes = there;
    }
  }
  if (open_bytes > kMaxOpenBytes) return parts.at(0, "more pages of different CPUs than fit in 1 GiB");
  parts.contents().max_chunk_bytes = static_cast<uint32_t>(
      std::clamp<uint64_t>(kMaxOpenBytes / 2 / std::max<size_t>(streams, 1), kMinChunkBytes, kMaxChunkBytes));
  return {};
}

}  // namespace

bool is_trace_dat(std::span<const uint8_t> start) {
  return start.size() >= kMagicBytes &&
         std::equal(kMagic.begin(), kMagic.end(), start.begin(),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

Result<Contents> read_contents(ByteInput& input) {
  TRY_ASSIGN(const Start start, read_start(input));
  PartsReader parts(input, start);
  TRY(start.version == 7 ? read_version_7(start, parts) : read_version_6(start, parts));
  TRY(check_streams(input, parts));
  return parts.finish();
}

}  // namespace uproar::trace_dat
