#include "convert/perf_data/perf_data_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "event/event_format.h"
#include "event/little_endian.h"

namespace uproar {

namespace {

constexpr uint64_t kMostAttrs = 65536;
constexpr uint64_t kMostIds = uint64_t{1} << 20;
constexpr uint64_t kLongestSection = ByteInput::kMaxView;

std::span<const uint8_t> whole(const std::vector<uint8_t>& bytes) {
  return bytes;
}

// Fewer bytes than asked for: the file ends before.
Result<std::vector<uint8_t>> read_section(ByteInput& input, const PerfSection& section) {
  const uint64_t room = section.offset < input.size() ? input.size() - section.offset : 0;
  std::vector<uint8_t> bytes(static_cast<size_t>(std::min({section.size, room, kLongestSection})));
  TRY_ASSIGN(const size_t got, input.read_at(section.offset, bytes));
  bytes.resize(got);
  return bytes;
}

std::vector<uint64_t> words(std::span<const uint8_t> bytes) {
  std::vector<uint64_t> out;
  for (size_t at = 0; at + 8 <= bytes.size(); at += 8)
    out.push_back(load_little_endian<uint64_t>(bytes.data() + at));
  return out;
}

// What perf calls an event that the file does not name (include/uapi/linux/perf_event.h enum perf_type_id,
// perf_hw_id, perf_sw_ids).
std::string name_of_config(const PerfAttr& attr) {
  constexpr uint32_t kHardware = 0, kSoftware = 1, kRaw = 4;
  constexpr std::string_view kHardwareNames[] = {
      "cycles",        "instructions", "cache-references",        "cache-misses",           "branches",
      "branch-misses", "bus-cycles",   "stalled-cycles-frontend", "stalled-cycles-backend", "ref-cycles"};
  constexpr std::string_view kSoftwareNames[] = {
      "cpu-clock",        "task-clock",   "page-faults",  "context-switches",
      "cpu-migrations",   "minor-faults", "major-faults", "alignment-faults",
      "emulation-faults", "dummy",        "bpf-output",   "cgroup-switches"};
  if (attr.type == PerfAttr::kTracepoint) return fmt::format("tracepoint_{}", attr.config);
  if (attr.type == kHardware && attr.config < std::size(kHardwareNames))
    return std::string(kHardwareNames[attr.config]);
  if (attr.type == kSoftware && attr.config < std::size(kSoftwareNames))
    return std::string(kSoftwareNames[attr.config]);
  if (attr.type == kRaw) return fmt::format("r{:x}", attr.config);
  return fmt::format("event_{}_{:x}", attr.type, attr.config);
}

}  // namespace

void PerfDataSession::add_attr(PerfAttr attr) {
  const auto number = static_cast<uint32_t>(attrs.size());
  for (const uint64_t id : attr.ids) event_of_id.try_emplace(id, number);
  attrs.push_back(std::move(attr));
}

void PerfDataSession::add_feature(unsigned bit, std::span<const uint8_t> bytes, uint64_t offset) {
  if (bit == static_cast<unsigned>(PerfFeature::TracingData)) return add_tracing_data(bytes, offset);
  if (!parse_perf_feature(bit, bytes, features))
    damage.push_back({offset, bytes.size(), fmt::format("feature {} of the file is cut off", bit)});
}

void PerfDataSession::add_tracing_data(std::span<const uint8_t> bytes, uint64_t offset) {
  TracingData data = parse_tracing_data(bytes);
  for (TracepointFormat& event : data.events)
    if (event.id != 0) formats.try_emplace(event.id, std::move(event));
  if (!data.fault.empty()) damage.push_back({offset, bytes.size(), "the file's tracing data " + data.fault});
}

void PerfDataSession::take_names() {
  for (size_t i = 0; i < features.events.size(); ++i) {
    const PerfAttr& named = features.events[i];
    std::optional<uint32_t> number;
    for (const uint64_t id : named.ids) {
      const auto found = event_of_id.find(id);
      if (found != event_of_id.end()) number = found->second;
    }
    if (!number && i < attrs.size() && named.config == attrs[i].config) number = static_cast<uint32_t>(i);
    if (number && attrs[*number].name.empty()) attrs[*number].name = named.name;
  }
}

std::optional<uint32_t> PerfDataSession::event_of(std::span<const uint8_t> record) const {
  if (attrs.empty()) return std::nullopt;
  if (attrs.size() == 1) return 0;
  const uint64_t id = perf_event_id(record, attrs.front().layout);
  if (id == 0) return 0;  // synthesised records have none
  const auto found = event_of_id.find(id);
  if (found == event_of_id.end()) return std::nullopt;
  return found->second;
}

EventInfo PerfDataSession::event_info(const PerfAttr& attr, const FormatLookup& local_formats,
                                      std::string& fault) const {
  EventInfo info;
  info.perf_attr = attr.bytes;
  info.perf_ids = attr.ids;
  info.has_stacks = attr.has_chains();
  info.schema.has_ip = false;
  info.schema.name = attr.name.empty() ? name_of_config(attr) : attr.name;
  if (attr.type != PerfAttr::kTracepoint) return info;
  if (const auto found = formats.find(attr.config); found != formats.end()) {
    auto schema = parse_event_format(found->second.format, found->second.system);
    if (schema.ok()) {
      info.schema = std::move(*schema);
      return info;
    }
    fault = fmt::format("the format of event {} makes no sense ({}): its values are left out", attr.config,
                        schema.error().message);
  } else {
    if (local_formats) {
      const LocalFormat here = local_formats(attr.config);
      auto schema = parse_event_format(here.text, here.group);
      if (schema.ok() && is_of_here(attr, *schema, here)) {
        info.schema = std::move(*schema);
        fault = fmt::format("the file has no format of event {}: that of this machine's {} was taken",
                            attr.config, info.schema.full_name());
        return info;
      }
    }
    fault = fmt::format("the file has no format of event {}{}: its values are left out",
                        attr.name.empty() ? std::to_string(attr.config) : attr.name,
                        attr.name.empty() ? "" : fmt::format(" ({})", attr.config));
  }
  if (const size_t colon = info.schema.name.find(':'); colon != std::string::npos) {
    info.schema.group = info.schema.name.substr(0, colon);
    info.schema.name = info.schema.name.substr(colon + 1);
  }
  info.schema.kernel_type = static_cast<uint16_t>(attr.config);
  return info;
}

// The number alone says nothing: the kernel gives it anew to whatever is defined next.
bool PerfDataSession::is_of_here(const PerfAttr& attr, const EventSchema& schema,
                                 const LocalFormat& format) const {
  if (features.host.empty() || features.host != format.host) return false;
  if (features.kernel.empty() || features.kernel != format.kernel) return false;
  const std::string full = schema.full_name();
  // A modifier may stand behind the name: "sched:sched_switch:u".
  return attr.name == full || attr.name.starts_with(full + ":");
}

std::string PerfDataSession::build_id_of(const std::string& path) const {
  for (; build_ids_taken_ < features.build_ids.size(); ++build_ids_taken_) {
    const PerfBuildId& one = features.build_ids[build_ids_taken_];
    build_ids_.try_emplace(one.path, one.id);
  }
  const auto found = build_ids_.find(path);
  return found == build_ids_.end() ? std::string() : found->second;
}

Result<void> read_perf_file_sections(ByteInput& input, const PerfFileHeader& header, PerfDataSession& session,
                                     uint64_t& data_end) {
  const auto tell = [&](uint64_t offset, uint64_t bytes, std::string reason) {
    session.damage.push_back({offset, bytes, std::move(reason)});
  };
  PerfSection section = header.attrs;
  section.size = std::min(section.size, kMostAttrs * header.attr_size);
  TRY_ASSIGN(const auto table, read_section(input, section));
  for (size_t at = 0; at + header.attr_size <= table.size(); at += header.attr_size) {
    const auto entry = whole(table).subspan(at, header.attr_size);
    auto attr = parse_perf_attr(entry.first(header.attr_size - kPerfSectionSize));
    if (!attr) continue;
    PerfSection ids = parse_perf_section(entry.last(kPerfSectionSize));
    ids.size = std::min(ids.size, kMostIds * 8);
    TRY_ASSIGN(const auto id_bytes, read_section(input, ids));
    if (id_bytes.size() < ids.size) tell(ids.offset, ids.size, "the ids of an event lie outside the file");
    attr->ids = words(id_bytes);
    session.add_attr(std::move(*attr));
  }
  if (table.size() < section.size) tell(section.offset, section.size, "the events' attributes are cut off");

  const uint64_t size = input.size();
  data_end = header.data.offset <= ~uint64_t{0} - header.data.size ? header.data.offset + header.data.size
                                                                   : ~uint64_t{0};
  if (header.data.size == 0) {
    data_end = size;
    if (size > header.data.offset)
      tell(40, 8,
           "the header tells no size of the data: the recorder was ended before it could, and names of "
           "events and machine are missing");
    return {};
  }
  if (data_end > size) {
    tell(size, data_end - size, "the file ends before its data do");
    data_end = size;
    return {};
  }
  PerfSection where{data_end, kPerfSectionSize};
  for (unsigned bit = 0; bit < kPerfFeatureBits; ++bit) {
    if (!header.has(bit)) continue;
    TRY_ASSIGN(const auto entry, read_section(input, where));
    if (entry.size() < kPerfSectionSize) {
      tell(where.offset, entry.size(), "the table of the file's features is cut off");
      break;
    }
    where.offset += kPerfSectionSize;
    const PerfSection feature = parse_perf_section(entry);
    TRY_ASSIGN(const auto bytes, read_section(input, feature));
    session.add_feature(bit, bytes, feature.offset);
  }
  return {};
}

}  // namespace uproar
