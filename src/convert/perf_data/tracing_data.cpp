#include "convert/perf_data/tracing_data.h"

#include <algorithm>
#include <charconv>

#include "base/byte_reader.h"

namespace uproar {

namespace {

constexpr std::string_view kMagic = "\x17\x08\x44tracing";

std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// NUL-terminated.
std::string_view read_name(ByteReader& in, std::span<const uint8_t> all) {
  const auto rest = all.subspan(in.position());
  const auto end = std::find(rest.begin(), rest.end(), uint8_t{0});
  const auto size = static_cast<size_t>(end - rest.begin());
  const std::string_view name = as_text(in.bytes(size));
  in.bytes(1);
  return name;
}

bool skip_block(ByteReader& in, std::span<const uint8_t> all, std::string_view name) {
  if (read_name(in, all) != name) return false;
  in.bytes(in.u64());
  return !in.failed();
}

}  // namespace

uint64_t tracepoint_id(std::string_view format) {
  const size_t at = format.find("\nID:");
  if (at == std::string_view::npos) return 0;
  format.remove_prefix(at + 4);
  while (!format.empty() && (format.front() == ' ' || format.front() == '\t')) format.remove_prefix(1);
  uint64_t id = 0;
  const auto [end, error] = std::from_chars(format.data(), format.data() + format.size(), id);
  return error == std::errc() ? id : 0;
}

TracingData parse_tracing_data(std::span<const uint8_t> bytes) {
  TracingData out;
  ByteReader in(bytes);
  if (as_text(in.bytes(kMagic.size())) != kMagic) {
    out.fault = "does not begin as the tracing data of perf";
    return out;
  }
  read_name(in, bytes);  // version
  const uint8_t big_endian = in.u8();
  in.u8();   // size of a long
  in.u32();  // page size
  if (in.failed() || big_endian != 0) {
    out.fault = in.failed() ? "is cut off" : "is of the other byte order";
    return out;
  }
  if (!skip_block(in, bytes, "header_page") || !skip_block(in, bytes, "header_event")) {
    out.fault = "has no header_page and header_event";
    return out;
  }
  const uint32_t ftrace_events = in.u32();
  for (uint32_t i = 0; i < ftrace_events && !in.failed(); ++i) in.bytes(in.u64());
  const uint32_t systems = in.u32();
  for (uint32_t i = 0; i < systems && !in.failed(); ++i) {
    const std::string system(read_name(in, bytes));
    const uint32_t count = in.u32();
    for (uint32_t event = 0; event < count && !in.failed(); ++event) {
      const std::string_view format = as_text(in.bytes(in.u64()));
      if (!in.failed()) out.events.push_back({system, tracepoint_id(format), std::string(format)});
    }
  }
  // Kernel symbols, printk formats and names of tasks follow, of which perf script shows nothing.
  if (in.failed()) out.fault = "is cut off";
  return out;
}

}  // namespace uproar
