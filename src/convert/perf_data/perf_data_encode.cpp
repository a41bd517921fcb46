#include "convert/perf_data/perf_data_encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace uproar {

namespace {

using Bits = PerfSampleBits;

constexpr size_t kLongestRecord = 0xffff;
constexpr size_t kTailBytes = 32;
constexpr size_t kBuildIdBytes = 20;
constexpr size_t kLongestPath = 4095;
constexpr size_t kLongestComm = 255;

void zeros(size_t count, ByteWriter& out) {
  while (count-- > 0) out.u8(0);
}

void append_bytes(std::string_view text, ByteWriter& out) {
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// A text, its NUL, and zeros up to a multiple of 8.
void append_name(std::string_view text, size_t limit, ByteWriter& out) {
  text = text.substr(0, std::min(text.find('\0'), limit));
  append_bytes(text, out);
  zeros(8 - text.size() % 8, out);
}

bool append_record(PerfRecordType type, uint16_t misc, const ByteWriter& body, const PerfStamp* stamp,
                   ByteWriter& out) {
  const size_t size = kPerfRecordHeaderSize + body.size() + (stamp != nullptr ? kTailBytes : 0);
  if (size > kLongestRecord) return false;
  out.u32(static_cast<uint32_t>(type));
  out.u16(misc);
  out.u16(static_cast<uint16_t>(size));
  out.bytes(body.view());
  if (stamp == nullptr) return true;
  out.u32(static_cast<uint32_t>(stamp->pid));
  out.u32(static_cast<uint32_t>(stamp->tid));
  out.u64(stamp->time_ns);
  out.u32(stamp->cpu);
  out.u32(0);
  out.u64(stamp->id);
  return true;
}

bool from_hex(std::string_view text, std::vector<uint8_t>& out) {
  if (text.empty() || text.size() % 2 != 0 || text.size() / 2 > kBuildIdBytes) return false;
  for (size_t i = 0; i < text.size(); i += 2) {
    uint8_t byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc() || end != text.data() + i + 2) return false;
    out.push_back(byte);
  }
  return true;
}

std::vector<uint8_t> taken(const ByteWriter& out) {
  return {out.view().begin(), out.view().end()};
}

}  // namespace

void append_perf_attr(const PerfAttrRequest& request, ByteWriter& out) {
  constexpr uint64_t kInherit = 1 << 1, kMmap = 1 << 8, kComm = 1 << 9, kTask = 1 << 13,
                     kSampleIdAll = 1 << 18, kMmap2 = 1 << 23, kCommExec = 1 << 24, kUseClock = 1 << 25;
  uint64_t sample_type =
      Bits::kIdentifier | Bits::kIp | Bits::kTid | Bits::kTime | Bits::kCpu | Bits::kPeriod;
  if (request.records) sample_type |= Bits::kRaw;
  if (request.chains) sample_type |= Bits::kCallchain;
  uint64_t flags = kInherit | kSampleIdAll;
  if (request.leads) flags |= kMmap | kComm | kTask | kMmap2 | kCommExec;
  if (request.clock >= 0) flags |= kUseClock;
  const size_t start = out.size();
  out.u32(request.type);
  out.u32(kPerfAttrBytes);
  out.u64(request.config);
  out.u64(1);  // period
  out.u64(sample_type);
  out.u64(0);  // read_format
  out.u64(flags);
  zeros(92 - (out.size() - start), out);
  out.u32(static_cast<uint32_t>(std::max(request.clock, 0)));
  zeros(kPerfAttrBytes - (out.size() - start), out);
}

bool append_perf_sample(const PerfStamp& stamp, uint64_t ip, bool has_chain, std::span<const uint64_t> chain,
                        std::span<const uint8_t> raw, ByteWriter& out) {
  // At least one zero behind the data: a string that could not be read is then printed empty by every perf.
  const size_t padded = (4 + raw.size()) / 8 * 8 + 8;
  const size_t size = kPerfRecordHeaderSize + 48 + (has_chain ? 8 + 8 * chain.size() : 0) + padded;
  if (chain.size() > kLongestRecord || raw.size() > kLongestRecord || size > kLongestRecord) return false;
  out.u32(static_cast<uint32_t>(PerfRecordType::Sample));
  out.u16(ip >> 63 != 0 ? PerfMisc::kKernel : PerfMisc::kUser);
  out.u16(static_cast<uint16_t>(size));
  out.u64(stamp.id);
  out.u64(ip);
  out.u32(static_cast<uint32_t>(stamp.pid));
  out.u32(static_cast<uint32_t>(stamp.tid));
  out.u64(stamp.time_ns);
  out.u32(stamp.cpu);
  out.u32(0);
  out.u64(1);  // period
  if (has_chain) {
    out.u64(chain.size());
    for (const uint64_t address : chain) out.u64(address);
  }
  out.u32(static_cast<uint32_t>(padded - 4));
  out.bytes(raw);
  zeros(padded - 4 - raw.size(), out);
  return true;
}

bool append_perf_comm(const PerfStamp& stamp, const TaskInfo& task, ByteWriter& out) {
  ByteWriter body;
  body.u32(static_cast<uint32_t>(stamp.pid));
  body.u32(static_cast<uint32_t>(stamp.tid));
  append_name(task.comm, kLongestComm, body);
  const uint16_t misc = task.kind == TaskInfo::Kind::Exec ? PerfMisc::kExec : uint16_t{0};
  return append_record(PerfRecordType::Comm, misc, body, &stamp, out);
}

bool append_perf_task(const PerfStamp& stamp, const TaskInfo& task, ByteWriter& out) {
  const bool fork = task.kind == TaskInfo::Kind::Fork;
  ByteWriter body;
  body.u32(static_cast<uint32_t>(stamp.pid));
  body.u32(static_cast<uint32_t>(task.parent_pid != 0 ? task.parent_pid : task.parent_tid));
  body.u32(static_cast<uint32_t>(stamp.tid));
  body.u32(static_cast<uint32_t>(task.parent_tid));
  body.u64(stamp.time_ns);
  return append_record(fork ? PerfRecordType::Fork : PerfRecordType::Exit, 0, body, &stamp, out);
}

bool append_perf_map(const PerfStamp& stamp, const MapInfo& map, ByteWriter& out) {
  const bool kernel = map.pid == -1;
  std::string path = map.path;
  if (kernel && path == "[kernel.kallsyms]") path += "_text";  // the symbol that it begins with
  std::vector<uint8_t> build_id;
  const bool has_id = from_hex(map.build_id, build_id);
  ByteWriter body;
  body.u32(static_cast<uint32_t>(map.pid));
  body.u32(static_cast<uint32_t>(map.tid));
  body.u64(map.start);
  body.u64(map.length);
  body.u64(map.page_offset);
  if (has_id) {
    body.u8(static_cast<uint8_t>(build_id.size()));
    zeros(3, body);
    body.bytes(build_id);
    zeros(kBuildIdBytes - build_id.size(), body);
  } else {
    body.u32(map.major);
    body.u32(map.minor);
    body.u64(map.inode);
    body.u64(map.generation);
  }
  body.u32(map.protection);
  body.u32(map.flags);
  append_name(path, kLongestPath, body);
  const auto misc = static_cast<uint16_t>((kernel ? PerfMisc::kKernel : PerfMisc::kUser) |
                                          (has_id ? PerfMisc::kMapBuildId : 0));
  return append_record(PerfRecordType::Mmap2, misc, body, &stamp, out);
}

bool append_perf_lost(const PerfStamp& stamp, uint64_t count, ByteWriter& out) {
  ByteWriter body;
  body.u64(stamp.id);
  body.u64(count);
  return append_record(PerfRecordType::Lost, 0, body, &stamp, out);
}

bool append_perf_record(PerfRecordType type, std::span<const uint8_t> bytes, ByteWriter& out) {
  ByteWriter body;
  body.bytes(bytes);
  return append_record(type, 0, body, nullptr, out);
}

void append_perf_text(std::string_view text, ByteWriter& out) {
  constexpr size_t kAlign = 64;
  text = text.substr(0, std::min<size_t>(text.find('\0'), 4095));
  const size_t padded = text.size() / kAlign * kAlign + kAlign;
  out.u32(static_cast<uint32_t>(padded));
  append_bytes(text, out);
  zeros(padded - text.size(), out);
}

int32_t perf_clock_of(const SessionInfo& session) {
  static const std::map<std::string_view, int32_t> kClocks = {
      {"real", 0}, {"mono", 1}, {"mono_raw", 4}, {"boot", 7}, {"tai", 11}};
  const auto found = kClocks.find(session.clock);
  return found == kClocks.end() ? -1 : found->second;
}

std::vector<PerfFeatureBytes> perf_feature_sections(const SessionInfo& session, uint64_t first_ns,
                                                    uint64_t last_ns,
                                                    const std::vector<ClockAnchor>& anchors) {
  std::vector<PerfFeatureBytes> sections;
  const auto text = [&](PerfFeature bit, const std::string& value) {
    if (value.empty()) return;
    ByteWriter out;
    append_perf_text(value, out);
    sections.push_back({bit, taken(out)});
  };
  text(PerfFeature::Hostname, session.host);
  text(PerfFeature::OsRelease, session.kernel);
  const bool from_perf = session.tool.starts_with("perf ");
  text(PerfFeature::Version, from_perf ? session.tool.substr(5) : "uproar " + session.version);
  text(PerfFeature::Arch, session.machine.empty() ? "x86_64" : session.machine);
  if (session.cpus != 0 || session.cpus_online != 0) {
    ByteWriter out;
    out.u32(session.cpus != 0 ? session.cpus : session.cpus_online);
    out.u32(session.cpus_online != 0 ? session.cpus_online : session.cpus);
    sections.push_back({PerfFeature::CpuCount, taken(out)});
  }
  text(PerfFeature::CpuDescription, session.cpu_description);
  text(PerfFeature::CpuId, session.cpu_id);
  if (session.memory_kb != 0) {
    ByteWriter out;
    out.u64(session.memory_kb);
    sections.push_back({PerfFeature::TotalMemory, taken(out)});
  }
  std::vector<std::string> words = session.arguments;
  if (words.empty() && !session.command.empty()) words.push_back(session.command);
  if (!words.empty()) {
    words.resize(std::min<size_t>(words.size(), 4096));
    ByteWriter out;
    out.u32(static_cast<uint32_t>(words.size()));
    for (const std::string& word : words) append_perf_text(word, out);
    sections.push_back({PerfFeature::CommandLine, taken(out)});
  }
  if (last_ns != 0) {
    ByteWriter out;
    out.u64(first_ns);
    out.u64(last_ns);
    sections.push_back({PerfFeature::SampleTime, taken(out)});
  }
  const int32_t clock = perf_clock_of(session);
  const auto anchor = std::find_if(anchors.begin(), anchors.end(),
                                   [](const ClockAnchor& one) { return one.realtime_ns != 0; });
  if (clock >= 0 && anchor != anchors.end()) {
    ByteWriter resolution, data;
    resolution.u64(1);
    sections.push_back({PerfFeature::ClockId, taken(resolution)});
    data.u32(1);  // version
    data.u32(static_cast<uint32_t>(clock));
    data.u64(anchor->realtime_ns);
    data.u64(anchor->recording_ns);
    sections.push_back({PerfFeature::ClockData, taken(data)});
  }
  return sections;
}

std::vector<uint8_t> perf_tracing_data(const std::vector<PerfFormat>& formats) {
  // What perf checks; the raw data of perf has no sub-buffers.
  constexpr std::string_view kHeaderPage =
      "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
      "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
      "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
      "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";
  ByteWriter out;
  append_bytes("\x17\x08\x44tracing", out);
  append_bytes(std::string_view("0.6\0", 4), out);
  out.u8(0);  // little-endian
  out.u8(8);  // size of a long
  out.u32(4096);
  append_bytes(std::string_view("header_page\0", 12), out);
  out.u64(kHeaderPage.size());
  append_bytes(kHeaderPage, out);
  append_bytes(std::string_view("header_event\0", 13), out);
  out.u64(0);
  out.u32(0);  // formats of the tracer's own events
  std::map<std::string, std::vector<const std::string*>> groups;
  for (const PerfFormat& format : formats) groups[format.group].push_back(&format.text);
  out.u32(static_cast<uint32_t>(groups.size()));
  for (const auto& [group, texts] : groups) {
    append_bytes(group, out);
    out.u8(0);
    out.u32(static_cast<uint32_t>(texts.size()));
    for (const std::string* text : texts) {
      out.u64(text->size());
      append_bytes(*text, out);
    }
  }
  out.u32(0);  // kernel symbols
  out.u32(0);  // printk formats
  out.u64(0);  // names of tasks: they come as records
  return taken(out);
}

}  // namespace uproar
