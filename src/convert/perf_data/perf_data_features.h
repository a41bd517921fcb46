// What the feature sections of a perf.data file tell: bytes to values. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "convert/perf_data/perf_data_header.h"
#include "recording/metadata/session_info.h"

namespace uproar {

struct PerfBuildId {
  int32_t pid = -1;
  std::string path;
  std::string id;  // hexadecimal
};

struct PerfFeatures {
  std::string host, kernel, version, arch, cpu_description, cpu_id;
  uint32_t cpus_available = 0, cpus_online = 0;
  uint64_t memory_kb = 0;
  std::vector<std::string> arguments;
  std::vector<PerfAttr> events;  // of EVENT_DESC, with ids and names
  std::vector<PerfBuildId> build_ids;
  bool has_clock = false;
  uint32_t clock = 0;  // CLOCK_*
  uint64_t clock_realtime_ns = 0, clock_ns = 0;
  uint64_t largest_unpacked = 0;  // bytes that one COMPRESSED record may become; 0: not told
};

// One section. False: it is shorter than what it announces; what stands before that is kept. Features that
// are not listed above are passed over.
bool parse_perf_feature(unsigned bit, std::span<const uint8_t> bytes, PerfFeatures& out);

// A HEADER_BUILD_ID record, or an entry of the feature: header, pid, id, path. False: too short.
bool parse_perf_build_id(std::span<const uint8_t> record, PerfBuildId& out);

// `clock` of the recording is that of `attrs`.
SessionInfo perf_session_info(const PerfFeatures& features, const std::vector<PerfAttr>& attrs);

}  // namespace uproar
