#include "convert/perf_data/perf_data_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/byte_reader.h"

namespace uproar {

namespace {

constexpr size_t kBuildIdBytes = 20;

std::string hex(std::span<const uint8_t> bytes) {
  std::string out;
  for (const uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

// perf's header strings: u32 length, which includes padding, then bytes with NULs behind them.
std::string read_text(ByteReader& in) {
  const auto run = in.bytes(in.u32());
  const auto end = std::find(run.begin(), run.end(), uint8_t{0});
  return {run.begin(), end};
}

bool read_arguments(ByteReader& in, std::vector<std::string>& out) {
  const uint32_t count = in.u32();
  for (uint32_t i = 0; i < count && !in.failed(); ++i) {
    std::string word = read_text(in);
    if (!in.failed()) out.push_back(std::move(word));
  }
  return !in.failed();
}

bool read_events(ByteReader& in, std::vector<PerfAttr>& out) {
  const uint32_t count = in.u32();
  const uint32_t size = in.u32();
  for (uint32_t i = 0; i < count; ++i) {
    const auto bytes = in.bytes(size);
    const uint32_t id_count = in.u32();
    std::string name = read_text(in);
    if (in.failed() || id_count > in.remaining() / 8) return false;
    auto attr = parse_perf_attr(bytes);
    if (!attr) return false;
    for (uint32_t id = 0; id < id_count; ++id) attr->ids.push_back(in.u64());
    attr->name = std::move(name);
    out.push_back(std::move(*attr));
  }
  return !in.failed();
}

bool read_build_ids(std::span<const uint8_t> bytes, std::vector<PerfBuildId>& out) {
  while (!bytes.empty()) {
    if (bytes.size() < kPerfRecordHeaderSize) return false;
    const size_t size = read_perf_header(bytes).size;
    PerfBuildId id;
    if (size < kPerfRecordHeaderSize || size > bytes.size() || !parse_perf_build_id(bytes.first(size), id))
      return false;
    out.push_back(std::move(id));
    bytes = bytes.subspan(size);
  }
  return true;
}

std::string clock_name(int32_t clock) {
  switch (clock) {
    case 0:
      return "real";
    case 1:
      return "mono";
    case 4:
      return "mono_raw";
    case 7:
      return "boot";
    case 11:
      return "tai";
    default:
      return fmt::format("clock {}", clock);
  }
}

}  // namespace

bool parse_perf_build_id(std::span<const uint8_t> record, PerfBuildId& out) {
  if (record.size() < kPerfRecordHeaderSize) return false;
  const uint16_t misc = read_perf_header(record).misc;
  ByteReader in(record.subspan(kPerfRecordHeaderSize));
  out.pid = static_cast<int32_t>(in.u32());
  const auto id = in.bytes(kBuildIdBytes);
  const uint8_t size = in.u8();
  in.bytes(3);
  const auto path = in.bytes(in.remaining());
  if (in.failed()) return false;
  const size_t used = misc & PerfMisc::kBuildIdSize ? std::min<size_t>(size, kBuildIdBytes) : kBuildIdBytes;
  out.id = hex(id.first(used));
  out.path.assign(path.begin(), std::find(path.begin(), path.end(), uint8_t{0}));
  return true;
}

bool parse_perf_feature(unsigned bit, std::span<const uint8_t> bytes, PerfFeatures& out) {
  ByteReader in(bytes);
  switch (static_cast<PerfFeature>(bit)) {
    case PerfFeature::BuildId:
      return read_build_ids(bytes, out.build_ids);
    case PerfFeature::Hostname:
      out.host = read_text(in);
      break;
    case PerfFeature::OsRelease:
      out.kernel = read_text(in);
      break;
    case PerfFeature::Version:
      out.version = read_text(in);
      break;
    case PerfFeature::Arch:
      out.arch = read_text(in);
      break;
    case PerfFeature::CpuDescription:
      out.cpu_description = read_text(in);
      break;
    case PerfFeature::CpuId:
      out.cpu_id = read_text(in);
      break;
    case PerfFeature::CpuCount:
      out.cpus_available = in.u32();
      out.cpus_online = in.u32();
      break;
    case PerfFeature::TotalMemory:
      out.memory_kb = in.u64();
      break;
    case PerfFeature::CommandLine:
      return read_arguments(in, out.arguments);
    case PerfFeature::EventDescription:
      return read_events(in, out.events);
    case PerfFeature::ClockData:
      in.u32();  // version
      out.clock = in.u32();
      out.clock_realtime_ns = in.u64();
      out.clock_ns = in.u64();
      out.has_clock = !in.failed();
      break;
    case PerfFeature::Compressed:
      in.u32();  // version
      in.u32();  // type
      in.u32();  // level
      in.u32();  // ratio
      out.largest_unpacked = in.u32();
      break;
    default:
      break;
  }
  return !in.failed();
}

SessionInfo perf_session_info(const PerfFeatures& features, const std::vector<PerfAttr>& attrs) {
  SessionInfo session;
  session.host = features.host;
  session.kernel = features.kernel;
  session.machine = features.arch;
  session.arguments = features.arguments;
  for (const std::string& word : features.arguments) {
    if (!session.command.empty()) session.command += ' ';
    session.command += word;
  }
  session.via = "perf";
  session.clock = "perf";
  for (const PerfAttr& attr : attrs)
    if (attr.has_clock) session.clock = clock_name(attr.clock);
  session.version = UPROAR_VERSION;
  session.cpus = features.cpus_available;
  session.tool = features.version.empty() ? "perf" : "perf " + features.version;
  session.cpus_online = features.cpus_online;
  session.cpu_description = features.cpu_description;
  session.cpu_id = features.cpu_id;
  session.memory_kb = features.memory_kb;
  return session;
}

}  // namespace uproar
