// The header of a perf.data file and the attributes of its events: bytes to values. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/perf_record.h"

namespace uproar {

inline constexpr std::string_view kPerfMagic = "PERFILE2";
inline constexpr size_t kPerfPipeHeaderSize = 16;
inline constexpr size_t kPerfFileHeaderSize = 104;

// Bits of the header's feature map (perf: tools/perf/util/header.h).
enum class PerfFeature : unsigned {
  TracingData = 1,
  BuildId = 2,
  Hostname = 3,
  OsRelease = 4,
  Version = 5,
  Arch = 6,
  CpuCount = 7,
  CpuDescription = 8,
  CpuId = 9,
  TotalMemory = 10,
  CommandLine = 11,
  EventDescription = 12,
  SampleTime = 21,
  ClockId = 23,
  Compressed = 27,
  ClockData = 29,
};
inline constexpr unsigned kPerfFeatureBits = 256;

struct PerfSection {
  uint64_t offset = 0, size = 0;
};

struct PerfFileHeader {
  bool pipe = false;  // only the magic and a size: everything else comes as records
  PerfSection attrs, data;
  uint64_t attr_size = 0;  // of an entry of `attrs`: the attribute and a PerfSection of its ids
  std::array<uint64_t, kPerfFeatureBits / 64> features = {};

  bool has(unsigned bit) const { return (features[bit / 64] >> (bit % 64) & 1) != 0; }
};

// From the first bytes of the file (kPerfFileHeaderSize, fewer if it is shorter). Errors, which `name`
// begins: no perf.data, the other byte order, cut off inside the header, sizes that make no sense.
Result<PerfFileHeader> parse_perf_file_header(std::span<const uint8_t> bytes, const std::string& name);

// A perf_event_attr with what belongs to it.
struct PerfAttr {
  static constexpr uint32_t kTracepoint = 2;  // PERF_TYPE_TRACEPOINT

  std::string bytes;  // as it stands in the file
  uint32_t type = 0;
  uint64_t config = 0;  // tracepoints: the ID of the format
  PerfLayout layout;
  bool has_clock = false;
  int32_t clock = 0;  // CLOCK_*, if has_clock
  std::vector<uint64_t> ids;
  std::string name;  // "group:name", "dummy:HG"; may be empty

  bool has_chains() const { return (layout.sample_type & PerfSampleBits::kCallchain) != 0; }
};

// nullopt: shorter than the first version of the structure (64 bytes).
std::optional<PerfAttr> parse_perf_attr(std::span<const uint8_t> bytes);

// Offset and size.
inline constexpr size_t kPerfSectionSize = 16;
PerfSection parse_perf_section(std::span<const uint8_t> bytes);

}  // namespace uproar
